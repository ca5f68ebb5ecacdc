using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Campaign.Workflows.Tasks;

/// <summary>One spelling per value: members sorted by ordinal name, no white space, numbers as written shortest.</summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Encode(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Encode(node, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Encode(JsonNode? node, IBufferWriter<byte> into)
    {
        using var writer = new Utf8JsonWriter(into, Options);
        Write(writer, node);
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject members:
                writer.WriteStartObject();
                foreach ((string name, JsonNode? value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (JsonNode? item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                WriteNumber(writer, value);
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    // 600, 600.0 and 6e2 are the same temperature, whether they came from a record or from a file.
    private static void WriteNumber(Utf8JsonWriter writer, JsonValue value)
    {
        string text = value.ToJsonString();
        if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long whole))
        {
            writer.WriteNumberValue(whole);
            return;
        }
        double number = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        if (number == Math.Floor(number) && Math.Abs(number) < 1e15)
            writer.WriteNumberValue((long)number);
        else
            writer.WriteNumberValue(number);
    }
}
