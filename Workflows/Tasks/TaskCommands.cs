using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;

namespace Campaign.Workflows.Tasks;

public abstract record TaskCommand
{
    private protected TaskCommand() { }
}

/// <summary>What can be asked of a task.</summary>
public static class TaskCommands
{
    /// <summary>Put the next attempt on record.</summary>
    /// <param name="TokenPrefix">The token becomes <c>prefix-a{attempt}</c>.</param>
    /// <param name="Site">The site whose scheduler is to get a job for it; null to execute it within the process.</param>
    public sealed record Begin(string Fingerprint, string TokenPrefix, string? Site = null) : TaskCommand;

    /// <summary>The scheduler has the job of the attempt on record.</summary>
    /// <param name="JobName">What the scheduler calls the job.</param>
    public sealed record Submit(int Attempt, string JobName, string JobId, DateTimeOffset SubmittedAt, bool Adopted, ArtifactRef? Script = null) : TaskCommand;

    /// <summary>The job of an attempt that was given up is no more.</summary>
    public sealed record EndJob(int Attempt, string How) : TaskCommand;

    /// <summary>The attempt on record has got its cores, or its job has begun.</summary>
    public sealed record Start(int Attempt, string Lease, string Site) : TaskCommand;

    /// <param name="Executed">What the attempt was given; a failure without it cannot be corrected.</param>
    public sealed record Exit(int Attempt, AttemptExit How, TaskAssignment? Executed = null) : TaskCommand;

    /// <summary>Give up the attempt on record without a verdict.</summary>
    public sealed record Lose(string Reason) : TaskCommand;

    public sealed record Reuse(
        string Fingerprint, IReadOnlyDictionary<string, ArtifactRef> Outputs, JsonObject? Summary) : TaskCommand;

    public sealed record Reopen(int Round, string Reason) : TaskCommand;

    public sealed record Pause(string Reason) : TaskCommand;

    /// <summary>Go on after a pause, or retry now instead of at the due time.</summary>
    public sealed record Continue : TaskCommand;

    public sealed record Cancel(string Reason) : TaskCommand;
}

/// <summary>The answer to a command: what happens, or why nothing does.</summary>
public sealed record TaskDecision(IReadOnlyList<ITaskEvent> Events, string? Refusal)
{
    public static TaskDecision Refuse(string why) => new([], why);

    public static TaskDecision Happens(params ITaskEvent[] events) => new(events, null);
}
