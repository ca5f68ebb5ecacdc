using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Workflows.Artifacts;

namespace Campaign.Actors.Operations;

/// <summary>
/// The JSON of task results: camelCase, doubles in shortest round-trip form, NaN and infinities as null. Holds no
/// times and no paths, so that equal work gives equal bytes.
/// </summary>
public static class ResultJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteOrNull(), new QuantityConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write<T>(T result) => JsonSerializer.Serialize(result, Options);

    /// <exception cref="FormatException">The text is no such result.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new FormatException($"A result of type {typeof(T).Name} is null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"A result of type {typeof(T).Name} cannot be read: {e.Message}", e);
        }
    }

    public static T ReadFile<T>(InputFile file) => Read<T>(File.ReadAllText(file.Path));

    /// <summary>Adds the full result as the task's summary output.</summary>
    public static ArtifactRef AddSummary<T>(this IArtifactSink sink, T result) => sink.AddText(Write(result), "json");

    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
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

/// <summary>Short-hands for reading a task's named inputs.</summary>
public static class InputExtensions
{
    /// <exception cref="InvalidOperationException">The planner did not wire exactly one such input.</exception>
    public static InputFile Single(this OperationContext context, string name) =>
        context.Inputs.TryGetValue(name, out IReadOnlyList<InputFile>? files) && files.Count == 1
            ? files[0]
            : throw new InvalidOperationException($"Task {context.Task.Id} needs exactly one input '{name}'.");

    public static IReadOnlyList<InputFile> All(this OperationContext context, string name) =>
        context.Inputs.TryGetValue(name, out IReadOnlyList<InputFile>? files) ? files : [];
}
