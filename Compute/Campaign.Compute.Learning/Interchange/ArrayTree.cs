using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Campaign.Compute.Learning.Interchange;

/// <summary>An array of the interchange schema: numbers in row-major order and the shape.</summary>
internal readonly record struct NumberArray(double[] Values, int[] Shape);

/// <summary>Reads YAML into JSON nodes; every scalar stays text, so that numbers lose nothing.</summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 64;
    private const int MaxNodes = 20_000_000; // aliases of aliases could otherwise grow without bound

    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private readonly Parser _parser;
    private int _nodes;

    private YamlTree(TextReader text) => _parser = new Parser(text);

    public static JsonNode Read(TextReader text)
    {
        var tree = new YamlTree(text);
        tree._parser.Consume<StreamStart>();
        tree._parser.Consume<DocumentStart>();
        return tree.Node(0) ?? throw new FormatException("The document is empty.");
    }

    private JsonNode? Node(int depth)
    {
        if (depth > MaxDepth)
            throw new FormatException($"Nested deeper than {MaxDepth} levels.");
        Count(1);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value, out JsonNode? target))
                throw new FormatException($"Line {alias.Start.Line}: nothing is anchored as '{alias.Value}'.");
            Count(Size(target));
            return target?.DeepClone();
        }
        if (_parser.TryConsume<Scalar>(out var scalar))
            return Anchored(scalar, scalar.Style == ScalarStyle.Plain && scalar.Value is "null" or "~" or "" ? null : JsonValue.Create(scalar.Value));
        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
                list.Add(Node(depth + 1));
            return Anchored(sequence, list);
        }
        MappingStart mapping = _parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
            map[_parser.Consume<Scalar>().Value] = Node(depth + 1);
        return Anchored(mapping, map);
    }

    private JsonNode? Anchored(NodeEvent start, JsonNode? node)
    {
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = node;
        return node;
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw new FormatException($"More than {MaxNodes} nodes; use the .dp form for a model of this size.");
    }

    private static int Size(JsonNode? node) => node switch
    {
        JsonArray a => 1 + a.Sum(Size),
        JsonObject o => 1 + o.Sum(p => Size(p.Value)),
        _ => 1,
    };
}

/// <summary>Typed access to a node whose scalars may be text (YAML) or values (JSON).</summary>
internal static class NodeAccess
{
    public static JsonNode At(this JsonNode node, string key) =>
        node is JsonObject o && o[key] is { } child ? child : throw new FormatException($"'{key}' is missing below {node.GetPath()}.");

    public static bool Has(this JsonNode node, string key) => node is JsonObject o && o[key] is not null;

    public static string Text(this JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    public static double Number(this JsonNode node) =>
        double.TryParse(node.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out double d)
            ? d : throw new FormatException($"{node.GetPath()} is not a number: {node.Text()}.");

    public static int Integer(this JsonNode node) =>
        int.TryParse(node.Text(), NumberStyles.Integer, CultureInfo.InvariantCulture, out int i)
            ? i : throw new FormatException($"{node.GetPath()} is not an integer: {node.Text()}.");

    public static bool Flag(this JsonNode node) => node.Text().ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        string other => throw new FormatException($"{node.GetPath()} is neither true nor false: {other}."),
    };

    public static int[] Integers(this JsonNode node) => [.. node.Items().Select(Integer)];

    public static IEnumerable<JsonNode> Items(this JsonNode node) =>
        node is JsonArray a ? a.Select(n => n ?? throw new FormatException($"{node.GetPath()} contains null."))
        : throw new FormatException($"{node.GetPath()} is not a list.");
}
