using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Files;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>How an operation ended in a job, as this program leaves it there: <c>result.json</c> in the run directory.</summary>
/// <param name="How">completed, failed, environment, inputDamaged or interrupted.</param>
public sealed record JobResult(
    string How,
    IReadOnlyList<Finding> Findings,
    IReadOnlyDictionary<string, ArtifactRef>? Outputs = null,
    JsonObject? Summary = null,
    string? Reason = null,
    string? Key = null,
    ArtifactRef? Artifact = null,
    TaskId? Producer = null)
{
    public const string FileName = "result.json";

    public static JobResult Of(AttemptExit exit) => exit switch
    {
        AttemptExit.Completed e => new("completed", e.Findings, e.Outputs, e.Summary),
        AttemptExit.Failed e => new("failed", e.Findings, Reason: e.Reason, Key: e.Key),
        AttemptExit.EnvironmentFault e => new("environment", e.Findings, Reason: e.Reason, Key: e.Key),
        AttemptExit.InputDamaged e => new("inputDamaged", e.Findings, Reason: e.Reason, Artifact: e.Artifact, Producer: e.Producer),
        AttemptExit.Interrupted e => new("interrupted", e.Findings, Reason: e.Reason),
        _ => throw new ArgumentException($"An operation cannot exit by {exit.GetType().FullName}."),
    };

    /// <exception cref="InvalidDataException">A result that this version does not know, or one that lacks what belongs to it.</exception>
    public AttemptExit ToExit()
    {
        AttemptExit exit = this switch
        {
            { How: "completed", Outputs: { } outputs } => new AttemptExit.Completed(outputs, Summary),
            { How: "failed", Reason: { } reason } => new AttemptExit.Failed(reason, Key ?? FindingKeys.Failed),
            { How: "environment", Reason: { } reason } => new AttemptExit.EnvironmentFault(Key ?? FindingKeys.Io, reason),
            { How: "inputDamaged", Reason: { } reason, Artifact: { } artifact, Producer: { } producer } => new AttemptExit.InputDamaged(artifact, producer, reason),
            { How: "interrupted", Reason: { } reason } => new AttemptExit.Unfinished(FindingKeys.Lost, $"the program in the job was {reason}"),
            _ => throw new InvalidDataException($"{FileName} says '{How}', which is no way for an operation to end, or says too little about it."),
        };
        return exit with { Findings = Findings };
    }

    public void Write(string directory) =>
        AtomicFile.Write(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, JobOrderJson.Default.JobResult));

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static JobResult? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), JobOrderJson.Default.JobResult) ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is no result of this version: {e.Message}", e);
        }
    }
}
