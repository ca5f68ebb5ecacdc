using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Campaign.Actors.Operations;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>What this program needs to know to carry out one operation in a job: <c>order.json</c> in the run directory.</summary>
/// <param name="Campaign">The campaign's directory.</param>
/// <param name="Store">Where its artifacts lie.</param>
public sealed record JobOrder(
    string Campaign,
    string Store,
    TaskId Task,
    string Operation,
    int Version,
    string Engine,
    string Site,
    JsonObject Parameters,
    int Cores,
    IReadOnlyList<JobOrder.Input> Inputs,
    IReadOnlyList<MissingInput> Missing,
    string RunDirectory,
    string CheckpointDirectory)
{
    public const string FileName = "order.json";

    /// <param name="From">The task that made it.</param>
    public sealed record Input(string Name, ArtifactRef Artifact, TaskId? From);

    internal static JobOrder Of(string campaign, string store, OperationContext context) => new(
        campaign, store, context.Task.Id, context.Task.Operation, context.Task.Version, context.Task.Engine, context.Task.Site, context.Task.Parameters, context.Task.Cores,
        [.. context.Inputs.SelectMany(i => i.Value.Select(f => new Input(i.Key, f.Artifact, f.From)))], context.Missing, context.RunDirectory, context.CheckpointDirectory);

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, JobOrderJson.Default.JobOrder);

    /// <exception cref="InvalidDataException">The file is damaged, or of another version.</exception>
    public static JobOrder Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), JobOrderJson.Default.JobOrder) ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is no order of this version: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters = [typeof(TaskIdJsonConverter)])]
[JsonSerializable(typeof(JobOrder))]
[JsonSerializable(typeof(JobResult))]
internal sealed partial class JobOrderJson : JsonSerializerContext;
