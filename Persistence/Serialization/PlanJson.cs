using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.Serialization;

/// <summary>A plan as it was stored.</summary>
/// <param name="Quorum">Stage to the fraction of its tasks that suffices; stages not named need all.</param>
public sealed record StoredPlan(WorkflowGraph Graph, IReadOnlyDictionary<string, double> Quorum);

/// <summary>A plan as one JSON document, so that a campaign can be read and carried on without planning it again.</summary>
public static class PlanJson
{
    private const int Format = 1;

    /// <summary>Deterministic: equal graphs give equal bytes.</summary>
    public static byte[] Encode(StoredPlan plan) => JsonSerializer.SerializeToUtf8Bytes(
        new Document(Format, new SortedDictionary<string, double>(plan.Quorum.ToDictionary(), StringComparer.Ordinal), [.. plan.Graph.Tasks.Select(ToEntry)]),
        PlanJsonContext.Default.Document);

    /// <exception cref="InvalidDataException">Not such a document, or of another format.</exception>
    public static StoredPlan Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            JsonElement document = JsonElement.Parse(bytes);
            int format = document.GetProperty("format").GetInt32();
            return format == Format
                ? new StoredPlan(
                    new WorkflowGraph(document.GetProperty("tasks").EnumerateArray().Select(ToTask)),
                    document.GetProperty("quorum").EnumerateObject().ToDictionary(q => q.Name, q => q.Value.GetDouble()))
                : throw new InvalidDataException($"The stored plan has format {format}; this version reads {Format}.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The stored plan cannot be read: {e.Message}", e);
        }
    }

    // By hand, not by the serializer: a plan of thousands of tasks is read by every 'status'.
    private static TaskSpec ToTask(JsonElement e) => new(
        TaskId.Parse(Text(e, "id")), Text(e, "operation"), e.GetProperty("version").GetInt32(), Text(e, "engine"), Text(e, "site"),
        JsonObject.Create(e.GetProperty("parameters")) ?? throw new FormatException("A task has no parameters."),
        [.. e.GetProperty("inputs").EnumerateArray().Select(ToInput)],
        e.GetProperty("cores").GetInt32(), e.GetProperty("coreHours").GetDouble(), e.GetProperty("diskMiB").GetDouble());

    private static TaskInput ToInput(JsonElement e) => new(Text(e, "name"), e.TryGetProperty("task", out JsonElement task)
        ? new InputSource.Output(TaskId.Parse(task.GetString() ?? ""), Text(e, "output"))
        : new InputSource.File(Text(e, "path"), e.GetProperty("artifact").Deserialize(PlanJsonContext.Default.ArtifactRef) ?? throw new FormatException("An input has no artifact.")));

    private static string Text(JsonElement e, string name) => e.GetProperty(name).GetString() ?? throw new FormatException($"A task has no '{name}'.");

    private static Entry ToEntry(TaskSpec t) => new(
        t.Id, t.Operation, t.Version, t.Engine, t.Site,
        JsonNode.Parse(CanonicalJson.Encode(t.Parameters))!.AsObject(),
        [.. t.Inputs.Select(i => i.Source switch
        {
            InputSource.Output o => new Input(i.Name, o.Task, o.Name, null, null),
            InputSource.File f => new Input(i.Name, null, null, f.Path, f.Artifact),
            _ => throw new ArgumentException($"Input {i.Name} of {t.Id} has no known source."),
        })],
        t.Cores, t.CoreHours, t.DiskMiB);

    internal sealed record Document(int Format, SortedDictionary<string, double> Quorum, IReadOnlyList<Entry> Tasks);

    internal sealed record Entry(
        TaskId Id, string Operation, int Version, string Engine, string Site, JsonObject Parameters,
        IReadOnlyList<Input> Inputs, int Cores, double CoreHours, double DiskMiB);

    internal sealed record Input(string Name, TaskId? Task, string? Output, string? Path, ArtifactRef? Artifact);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TaskIdJsonConverter)])]
[JsonSerializable(typeof(PlanJson.Document))]
[JsonSerializable(typeof(ArtifactRef))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
