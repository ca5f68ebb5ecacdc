using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

/// <summary>What a campaign's people can ask of it as a whole.</summary>
public enum CampaignVerb
{
    Pause,
    Continue,
    Cancel,
    Retry,

    /// <summary>Give one parameter of a task another value.</summary>
    Set,
}

/// <summary>The rules of a campaign. Pure.</summary>
public static class CampaignDecider
{
    /// <param name="toRetry">Tasks that have failed, were cancelled or wait for a retry.</param>
    /// <returns>The event, or why nothing happens; neither where the tasks alone are concerned.</returns>
    public static (ICampaignEvent? Event, string? Refusal) Decide(CampaignState state, CampaignVerb verb, int toRetry, string reason, DateTimeOffset now) =>
        (verb, state.Phase) switch
        {
            (CampaignVerb.Pause, CampaignPhase.Open) => (new CampaignEvents.Paused(reason, now), null),
            (CampaignVerb.Continue, CampaignPhase.Paused) => (new CampaignEvents.Continued(now), null),
            (CampaignVerb.Cancel, CampaignPhase.Open or CampaignPhase.Paused) => (new CampaignEvents.Cancelled(reason, now), null),
            (CampaignVerb.Retry, CampaignPhase.Cancelled) => (new CampaignEvents.Reopened(reason, now), null),
            (CampaignVerb.Retry, _) when toRetry == 0 => (null, "no task has failed, was cancelled or waits for a retry"),
            (CampaignVerb.Retry, CampaignPhase.Concluded) => (new CampaignEvents.Reopened(reason, now), null),
            (CampaignVerb.Retry, _) => (null, null),
            (_, CampaignPhase.Cancelled) => (null, "the campaign is cancelled; 'retry' opens it again"),
            (_, CampaignPhase.Concluded) => (null, "the campaign has ended"),
            (CampaignVerb.Continue, _) => (null, $"the campaign is {Display(state.Phase)}, not paused; a paused task is continued by its name"),
            _ => (null, $"the campaign is {Display(state.Phase)} already"),
        };

    /// <summary>A task's parameter is given another value, unless the task has succeeded or the value cannot stand there.</summary>
    /// <param name="plan">The plan without settings.</param>
    /// <returns>The event, or why nothing happens.</returns>
    public static (CampaignEvents.TaskParameterSet? Event, string? Refusal) Set(
        CampaignState state, WorkflowGraph plan, Verdict verdict, TaskId task, ParameterChange change, string by, DateTimeOffset now)
    {
        if (verdict is Verdict.Done)
            return (null, $"{task} is done and its result stands; to compute another one, change the campaign file and run it with --accept-changes");
        if (TaskSettings.Refusal(plan, task, change) is { } why)
            return (null, why);
        JsonNode? present = ParameterChanges.ValueOf(ParameterChanges.Applied(plan[task], state.Settings.Of(task)).Parameters, change.Key);
        JsonNode? wanted = change.Value ?? ParameterChanges.ValueOf(plan[task].Parameters, change.Key);
        return ParameterChanges.Same(present, wanted)
            ? (null, $"{task} has {change.Key} = {present?.ToJsonString()} already")
            : (new CampaignEvents.TaskParameterSet(task, change, by, now), null);
    }

    /// <summary>Stages whose tasks have all settled and that are not on record as concluded so.</summary>
    public static IEnumerable<CampaignEvents.StageConcluded> StagesConcluded(CampaignState state, Frontier frontier, DateTimeOffset now)
    {
        foreach (string stage in frontier.Graph.Stages)
        {
            if (!frontier.IsSettled(stage))
                continue;
            (int done, int total) = frontier.Tally(stage);
            if (state.Stages.TryGetValue(stage, out CampaignEvents.StageConcluded? known) && known.Done == done && known.Total == total)
                continue;
            yield return new CampaignEvents.StageConcluded(stage, done, total, frontier.MissingOf(stage), now);
        }
    }

    /// <summary>How it ended, once every task has settled.</summary>
    public static CampaignEvents.Concluded Conclude(Frontier frontier, DateTimeOffset now)
    {
        IReadOnlyList<TaskProblem> failed = frontier.Failed, blocked = frontier.Blocked;
        CampaignResult result = failed.Count + blocked.Count == 0
            ? CampaignResult.Done
            : frontier.SomethingToReport ? CampaignResult.Partial : CampaignResult.Failed;
        return new CampaignEvents.Concluded(result, failed, blocked, now);
    }

    /// <summary>Which task has to run again because something that reads its result found it damaged.</summary>
    /// <returns>Null when its result names other artifacts by now, or it is being made again already.</returns>
    public static TaskProblem? MakeAgain(Frontier frontier, TaskEvents.InputDamaged damage) =>
        frontier.Graph.Contains(damage.Producer) && frontier[damage.Producer] is Verdict.Done done && done.Outputs.Values.Contains(damage.Artifact)
            ? Damaged(damage.Producer, damage.Artifact)
            : null;

    /// <summary>The reason a task is opened again whose artifact is damaged.</summary>
    public static TaskProblem Damaged(TaskId producer, ArtifactRef artifact) =>
        new(producer, $"artifact {artifact.Sha256[..12]} ({artifact.Kind}) of task {producer} is damaged: recomputed");

    public static string Display(CampaignPhase phase) => phase switch
    {
        CampaignPhase.New => "not opened",
        CampaignPhase.Open => "running",
        _ => phase.ToString().ToLowerInvariant(),
    };
}
