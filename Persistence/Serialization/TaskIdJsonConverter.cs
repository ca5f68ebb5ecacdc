using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Workflows.Graph;

namespace Campaign.Persistence.Serialization;

/// <summary>A task id is written as its text.</summary>
public sealed class TaskIdJsonConverter : JsonConverter<TaskId>
{
    public override TaskId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? throw new JsonException("A task id is missing.");
        return TaskId.TryParse(text, out TaskId id) ? id : throw new JsonException($"'{text}' is no task id.");
    }

    public override void Write(Utf8JsonWriter writer, TaskId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
