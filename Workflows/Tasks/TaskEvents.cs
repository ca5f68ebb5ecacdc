using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

public interface ITaskEvent : IJournalEvent;

/// <summary>What can happen to a task. The journal row's persistence id says to which.</summary>
public static class TaskEvents
{
    /// <param name="Token">Unique name of the attempt, <c>[a-z0-9-]</c>; a scheduler's job carries it.</param>
    /// <param name="Fingerprint">What the attempt is about to compute.</param>
    public sealed record Intended(int Attempt, string Token, string Fingerprint, DateTimeOffset At) : ITaskEvent
    {
        /// <summary>The site whose scheduler gets a job for it; null for an attempt within the process.</summary>
        public string? Site { get; init; }
    }

    /// <summary>The scheduler has the attempt's job.</summary>
    /// <param name="SubmittedAt">By the scheduler's clock: an id alone is no identity, because ids are given away again.</param>
    /// <param name="Adopted">It was found there, submitted before by a process that could not say so any more.</param>
    public sealed record Submitted(int Attempt, string Site, string JobId, DateTimeOffset SubmittedAt, bool Adopted, DateTimeOffset At) : ITaskEvent
    {
        /// <summary>The job's script, as it was rendered.</summary>
        public ArtifactRef? Script { get; init; }

        /// <summary>The job's name where it is a pack that runs other attempts too; null where its name is the attempt's token.</summary>
        public string? Pack { get; init; }
    }

    /// <summary>The job of an attempt that was given up is no more: it cannot write anything from now on.</summary>
    public sealed record JobEnded(int Attempt, string How, DateTimeOffset At) : ITaskEvent;

    /// <param name="Lease">Who executes it: process and host, or a scheduler's job id.</param>
    public sealed record Running(int Attempt, string Lease, string Site, DateTimeOffset At) : ITaskEvent;

    /// <param name="Exit">completed, failed, environment, inputDamaged, unfinished (its job ended before the work did), outOfMemory or withdrawn.</param>
    public sealed record Exited(int Attempt, string Exit, string? Reason, DateTimeOffset At) : ITaskEvent
    {
        public const string Withdrawn = "withdrawn";

        /// <summary>True where the attempt's job may still exist: it has to be ended before anything else is begun.</summary>
        public bool? JobOpen { get; init; }
    }

    public sealed record Diagnosed(int Attempt, IReadOnlyList<Finding> Findings, DateTimeOffset At) : ITaskEvent;

    public sealed record Collected(
        int Attempt, IReadOnlyDictionary<string, ArtifactRef> Outputs, JsonObject? Summary, DateTimeOffset At) : ITaskEvent;

    public sealed record Done(int Attempt, DateTimeOffset At) : ITaskEvent;

    /// <summary>An equal fingerprint had been computed before; its artifacts are taken and nothing runs.</summary>
    public sealed record Reused(
        string Fingerprint, IReadOnlyDictionary<string, ArtifactRef> Outputs, JsonObject? Summary, DateTimeOffset At) : ITaskEvent;

    /// <summary>The attempt ended without a verdict about the task: drained, paused, or its process died. Costs no budget.</summary>
    public sealed record Interrupted(int Attempt, string Reason, DateTimeOffset At) : ITaskEvent
    {
        /// <summary>The node that failed under it.</summary>
        public string? Node { get; init; }
    }

    /// <summary>
    /// The attempt could not begin its work: an input's bytes are not those its name promises. The task waits until
    /// <paramref name="Producer"/> has made the artifact again. Costs no budget.
    /// </summary>
    public sealed record InputDamaged(int Attempt, ArtifactRef Artifact, TaskId Producer, string Reason, DateTimeOffset At) : ITaskEvent;

    public sealed record RetryScheduled(int Attempt, DateTimeOffset DueAt, string Reason, DateTimeOffset At) : ITaskEvent;

    /// <summary>The attempt's job ran out of memory; the next one asks for more.</summary>
    /// <param name="MemoryMiB">What the next job asks for, per node.</param>
    public sealed record MemoryRaised(int Attempt, int MemoryMiB, string Why, DateTimeOffset At) : ITaskEvent;

    /// <summary>A failure is answered by other parameters; the next attempt takes them.</summary>
    /// <param name="Asked">Fingerprint of the task without corrections, as its dependants know it.</param>
    /// <param name="Fingerprint">Fingerprint of what the next attempt computes.</param>
    public sealed record CorrectionApplied(
        int Attempt,
        string Handler,
        CorrectionClass Class,
        IReadOnlyList<ParameterChange> Changes,
        string Why,
        string Asked,
        string Fingerprint,
        DateTimeOffset At) : ITaskEvent;

    public sealed record Failed(int Attempt, string Reason, DateTimeOffset At) : ITaskEvent;

    public sealed record Cancelled(string Reason, DateTimeOffset At) : ITaskEvent;

    public sealed record Paused(string Reason, DateTimeOffset At) : ITaskEvent;

    public sealed record Continued(DateTimeOffset At) : ITaskEvent;

    /// <summary>A concluded task is wanted again. <paramref name="Round"/> counts these.</summary>
    public sealed record Reopened(int Round, string Reason, DateTimeOffset At) : ITaskEvent;
}
