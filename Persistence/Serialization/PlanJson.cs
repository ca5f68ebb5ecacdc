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
        Document document;
        try
        {
            document = JsonSerializer.Deserialize(bytes, PlanJsonContext.Default.Document)
                ?? throw new InvalidDataException("The stored plan is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The stored plan cannot be read: {e.Message}", e);
        }
        if (document.Format != Format)
            throw new InvalidDataException($"The stored plan has format {document.Format}; this version reads {Format}.");
        return new StoredPlan(new WorkflowGraph(document.Tasks.Select(FromEntry)), document.Quorum);
    }

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

    private static TaskSpec FromEntry(Entry e) => new(
        e.Id, e.Operation, e.Version, e.Engine, e.Site, e.Parameters,
        [.. e.Inputs.Select(i => new TaskInput(i.Name, i.Task is { } task
            ? new InputSource.Output(task, i.Output ?? throw Broken(e))
            : new InputSource.File(i.Path ?? throw Broken(e), i.Artifact ?? throw Broken(e))))],
        e.Cores, e.CoreHours, e.DiskMiB);

    private static InvalidDataException Broken(Entry e) => new($"The stored plan has a broken input in {e.Id}.");

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
internal sealed partial class PlanJsonContext : JsonSerializerContext;
