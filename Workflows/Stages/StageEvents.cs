using System.Text.Json.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Stages;

public interface IStageEvent : IJournalEvent;

/// <summary>What can happen to a stage.</summary>
public static class StageEvents
{
    public sealed record Opened(string Stage, DateTimeOffset At) : IStageEvent;

    /// <summary>
    /// Carries all that others want to know of a concluded task, so that neither a resume nor a status has to read its own events again.
    /// </summary>
    /// <param name="Fingerprint">What was asked for (corrections are in the task's own events); null when the task was cancelled before its first attempt.</param>
    /// <param name="Outputs">Named artifacts; empty unless done.</param>
    public sealed record TaskConcluded(
        TaskId Task,
        int Round,
        TaskOutcome Outcome,
        int Attempt,
        string? Fingerprint,
        bool Reused,
        IReadOnlyDictionary<string, ArtifactRef> Outputs,
        string? Reason,
        DateTimeOffset? StartedAt,
        DateTimeOffset? EndedAt,
        DateTimeOffset At) : IStageEvent;

    /// <summary>A concluded task is wanted again: its inputs changed, or somebody asked for a retry.</summary>
    public sealed record TaskReopened(TaskId Task, int Round, string Reason, DateTimeOffset At) : IStageEvent;
}

public enum TaskOutcome
{
    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
