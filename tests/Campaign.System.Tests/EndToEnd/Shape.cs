using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>
/// The form a JSON document must have, written as JSON: objects name the fields that must be there (more may be), an array holds the form of
/// its elements, and words name kinds: <c>s</c> text, <c>n</c> number, <c>b</c> truth, <c>o</c> object, <c>a</c> array, <c>any</c>; with a
/// question mark, null is allowed too.
/// </summary>
internal static class Shape
{
    public static void Holds(string shape, JsonNode? document) => Holds(JsonNode.Parse(shape)!, document, "$");

    private static void Holds(JsonNode shape, JsonNode? node, string path)
    {
        switch (shape)
        {
            case JsonObject fields:
                var o = node as JsonObject;
                Assert.True(o is not null, $"{path} is no object: {node?.ToJsonString() ?? "null"}");
                foreach ((string name, JsonNode? kind) in fields)
                {
                    Assert.True(o!.ContainsKey(name), $"{path} has no '{name}': {Short(o)}");
                    Holds(kind!, o[name], $"{path}.{name}");
                }
                break;
            case JsonArray form:
                var list = node as JsonArray;
                Assert.True(list is not null, $"{path} is no array: {node?.ToJsonString() ?? "null"}");
                for (int i = 0; i < list!.Count; i++)
                    Holds(form[0]!, list[i], $"{path}[{i}]");
                break;
            default:
                string kindName = shape.GetValue<string>();
                bool may = kindName.EndsWith('?');
                JsonValueKind actual = node?.GetValueKind() ?? JsonValueKind.Null;
                bool right = (may && actual == JsonValueKind.Null) || kindName.TrimEnd('?') switch
                {
                    "s" => actual == JsonValueKind.String,
                    "n" => actual == JsonValueKind.Number,
                    "b" => actual is JsonValueKind.True or JsonValueKind.False,
                    "o" => actual == JsonValueKind.Object,
                    "a" => actual == JsonValueKind.Array,
                    "any" => true,
                    _ => throw new ArgumentException($"'{kindName}' is no kind."),
                };
                Assert.True(right, $"{path} should be {kindName}, but is {actual}: {Short(node)}");
                break;
        }
    }

    private static string Short(JsonNode? node)
    {
        string text = node?.ToJsonString() ?? "null";
        return text.Length > 200 ? text[..200] + "..." : text;
    }
}
