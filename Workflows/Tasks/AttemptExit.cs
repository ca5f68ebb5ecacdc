using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

/// <summary>How an attempt ended.</summary>
public abstract record AttemptExit
{
    private AttemptExit() { }

    /// <summary>What the attempt met on its way and got over, such as a damaged checkpoint.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>False where a job of the attempt may still exist.</summary>
    public bool JobGone { get; init; } = true;

    public sealed record Completed(IReadOnlyDictionary<string, ArtifactRef> Outputs, JsonObject? Summary) : AttemptExit;

    /// <summary>The work itself failed; the same parameters and inputs would fail again.</summary>
    /// <param name="Key">The finding; see <see cref="FindingKeys"/>.</param>
    public sealed record Failed(string Reason, string Key = FindingKeys.Failed) : AttemptExit;

    /// <summary>The machine failed (disk full, file system away, memory): the work may well succeed later.</summary>
    public sealed record EnvironmentFault(string Key, string Reason) : AttemptExit;

    /// <summary>An input is missing from the store or damaged there: the task that made it has to make it again first.</summary>
    public sealed record InputDamaged(ArtifactRef Artifact, TaskId Producer, string Reason) : AttemptExit;

    /// <summary>
    /// Its job ended before the work did, by no fault of the work: at the end of its time, preempted, or with its node. The next attempt goes
    /// on from the last checkpoint, and no budget is charged.
    /// </summary>
    /// <param name="Node">The node that failed, if one did.</param>
    public sealed record Unfinished(string Key, string Reason, string? Node = null) : AttemptExit;

    /// <summary>Its job had too little memory. The same request is never made again.</summary>
    /// <param name="MemoryMiB">What the job had asked for, per node; null when it left that to the site.</param>
    public sealed record OutOfMemory(string Reason, int? MemoryMiB) : AttemptExit;

    /// <summary>
    /// Its job was cancelled, and not by this program: by somebody, or by a scheduler that could not start it or lost its state. Which of
    /// them is seldom known, so it is tried again twice; after the third time in a row the task waits until it is continued.
    /// </summary>
    public sealed record Withdrawn(string Reason) : AttemptExit;

    /// <summary>Stopped on request, with its checkpoint saved.</summary>
    public sealed record Interrupted(string Reason) : AttemptExit;
}
