using System.Text.Json.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

public interface ICampaignEvent : IJournalEvent;

/// <summary>What can happen to a campaign as a whole.</summary>
public static class CampaignEvents
{
    /// <param name="Spec">The campaign file's text.</param>
    /// <param name="Plan">The graph planned from it; its hash is the plan's identity.</param>
    public sealed record Opened(string Name, ArtifactRef Spec, ArtifactRef Plan, DateTimeOffset At) : ICampaignEvent;

    /// <summary>The campaign file changed and the change was accepted.</summary>
    public sealed record Replanned(
        ArtifactRef Spec,
        ArtifactRef Plan,
        IReadOnlyList<TaskId> Added,
        IReadOnlyList<TaskId> Removed,
        IReadOnlyList<TaskId> Changed,
        DateTimeOffset At) : ICampaignEvent;

    /// <summary>A value given on the command line in place of the campaign file's.</summary>
    public sealed record ParameterSet(string Key, string Value, DateTimeOffset At) : ICampaignEvent;

    /// <summary>The campaign file's value holds again.</summary>
    public sealed record ParameterUnset(string Key, DateTimeOffset At) : ICampaignEvent;

    /// <summary>Somebody gave a task another parameter than planned; its dependants follow from its new result.</summary>
    /// <param name="Change">Without a value: the planned one holds again.</param>
    public sealed record TaskParameterSet(TaskId Task, ParameterChange Change, string By, DateTimeOffset At) : ICampaignEvent;

    /// <summary>A process began to drive the campaign.</summary>
    public sealed record Started(string Host, int ProcessId, DateTimeOffset At) : ICampaignEvent;

    /// <summary>That process stopped in good order before the end.</summary>
    public sealed record Stopped(string Reason, DateTimeOffset At) : ICampaignEvent;

    public sealed record Paused(string Reason, DateTimeOffset At) : ICampaignEvent;

    public sealed record Continued(DateTimeOffset At) : ICampaignEvent;

    public sealed record Cancelled(string Reason, DateTimeOffset At) : ICampaignEvent;

    /// <summary>There is work again after the end: a retry, or a changed file.</summary>
    public sealed record Reopened(string Reason, DateTimeOffset At) : ICampaignEvent;

    /// <param name="Missing">Tasks of the stage without a result.</param>
    public sealed record StageConcluded(
        string Stage, int Done, int Total, IReadOnlyList<TaskId> Missing, DateTimeOffset At) : ICampaignEvent;

    public sealed record Concluded(
        CampaignResult Result, IReadOnlyList<TaskProblem> Failed, IReadOnlyList<TaskProblem> Blocked, DateTimeOffset At) : ICampaignEvent;
}

/// <summary>How a campaign ended.</summary>
public enum CampaignResult
{
    /// <summary>Every task has its result.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>There is a report, and it names what is missing.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>Nothing could be reported.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>A task without a result, and why.</summary>
public sealed record TaskProblem(TaskId Task, string Reason);
