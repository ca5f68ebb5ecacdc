using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Campaign.Cli.Report;

/// <summary>
/// <c>report.json</c>: the model in camelCase, in the order of its declaration, numbers in their shortest round-trip form.
/// Two reports of the same results differ only in <c>generatedAt</c>, <c>cost</c> and durations.
/// </summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteDoubleConverter() },
    };

    public static string Write(ReportModel model) => JsonSerializer.Serialize(ReportRules.Publishable(model), Options) + "\n";

    /// <summary>The model of a report that was written; the curves, which only the tables hold, are empty.</summary>
    public static ReportModel Read(string json) =>
        JsonSerializer.Deserialize<ReportModel>(json, Options) ?? throw new InvalidDataException("A report cannot be 'null'.");

    /// <summary>JSON knows no NaN or infinity: they are missing values.</summary>
    private sealed class FiniteDoubleConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}

/// <summary>Writes an interval as <c>[low, high]</c>.</summary>
public sealed class IntervalConverter : JsonConverter<Interval>
{
    public override Interval Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        double?[] ends = JsonSerializer.Deserialize<double?[]>(ref reader, options) ?? [];
        return ends.Length == 2 ? new Interval(ends[0], ends[1]) : throw new JsonException("An interval is [low, high].");
    }

    public override void Write(Utf8JsonWriter writer, Interval value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (double? end in (double?[])[value.Low, value.High])
        {
            if (end is double v && double.IsFinite(v))
                writer.WriteNumberValue(v);
            else
                writer.WriteNullValue();
        }
        writer.WriteEndArray();
    }
}
