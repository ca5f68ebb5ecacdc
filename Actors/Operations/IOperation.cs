using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>
/// An adapter from a task's typed parameters to a call of Compute. Runs on a dedicated thread; must be a function
/// of the task's parameters and inputs only (plus its own checkpoints), so that equal fingerprints mean equal results.
/// </summary>
public interface IOperation
{
    /// <summary>Name as in <see cref="TaskSpec.Operation"/>.</summary>
    string Name { get; }

    /// <summary>
    /// Does the work. Expected failures are <see cref="OperationOutcome.Failed"/>; an exception is a bug or the environment.
    /// Must look at the token at least every second or so and, once cancelled, save a checkpoint and throw
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    OperationOutcome Run(OperationContext context, CancellationToken cancellation);
}

/// <summary>What an attempt is given.</summary>
/// <param name="Task">The task as planned.</param>
/// <param name="Inputs">Input name to readable local files, in the order of the task's inputs.</param>
/// <param name="RunDirectory">The attempt's own directory; files here are not kept as results.</param>
/// <param name="CheckpointDirectory">The task's checkpoints, shared by its attempts so that a new one carries on. Made by who writes the first.</param>
/// <param name="Outputs">Takes finished files into the artifact store.</param>
/// <param name="Progress">Reports a fraction in [0, 1] and a short note; cheap, may be called often.</param>
public sealed record OperationContext(
    TaskSpec Task,
    IReadOnlyDictionary<string, IReadOnlyList<InputFile>> Inputs,
    string RunDirectory,
    string CheckpointDirectory,
    IArtifactSink Outputs,
    Action<double, string> Progress)
{
    /// <summary>Inputs that will never come; only operations that accept this (the report) ever see any.</summary>
    public IReadOnlyList<MissingInput> Missing { get; init; } = [];

    /// <summary>
    /// Says something people should know although the work goes on: a stable key such as <c>checkpoint.damaged</c>, and a sentence.
    /// It goes into the attempt's log at once, and into the journal when the attempt ends.
    /// </summary>
    public Action<string, string> Notice { get; init; } = (_, _) => { };

    /// <summary>Says that a checkpoint could not be used.</summary>
    public void DamagedCheckpoint(string text) => Notice(FindingKeys.DamagedCheckpoint, text);
}

/// <summary>One input: its artifact and where its bytes can be read.</summary>
public sealed record InputFile(ArtifactRef Artifact, string Path)
{
    /// <summary>The task that made it; null for a file of the campaign.</summary>
    public TaskId? From { get; init; }
}

public interface IArtifactSink
{
    /// <summary>Copies a finished file into the store and returns its name there.</summary>
    ArtifactRef AddFile(string path, string kind);

    /// <summary>Stores a small text (JSON, CSV) as UTF-8 without byte order mark.</summary>
    ArtifactRef AddText(string text, string kind);
}

public abstract record OperationOutcome
{
    private OperationOutcome() { }

    /// <param name="Outputs">Named artifacts of the task.</param>
    /// <param name="Summary">Small numbers for people and for the report's cost table; no arrays.</param>
    public sealed record Completed(IReadOnlyDictionary<string, ArtifactRef> Outputs, JsonObject Summary) : OperationOutcome;

    /// <param name="Reason">What happened, where, why, and what to do next.</param>
    /// <param name="Key">What a correction can answer to, see <see cref="FindingKeys"/>.</param>
    public sealed record Failed(string Reason, string Key = FindingKeys.Failed) : OperationOutcome;
}
