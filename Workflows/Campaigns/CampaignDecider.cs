using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Campaigns;

/// <summary>What a campaign's people can ask of it as a whole.</summary>
public enum CampaignVerb
{
    Pause,
    Continue,
    Cancel,
    Retry,
}

/// <summary>The rules of a campaign. Pure.</summary>
public static class CampaignDecider
{
    /// <returns>The event, or why nothing happens.</returns>
    public static (ICampaignEvent? Event, string? Refusal) Decide(CampaignState state, CampaignVerb verb, string reason, DateTimeOffset now) =>
        (verb, state.Phase) switch
        {
            (CampaignVerb.Pause, CampaignPhase.Open) => (new CampaignEvents.Paused(reason, now), null),
            (CampaignVerb.Continue, CampaignPhase.Paused) => (new CampaignEvents.Continued(now), null),
            (CampaignVerb.Cancel, CampaignPhase.Open or CampaignPhase.Paused) => (new CampaignEvents.Cancelled(reason, now), null),
            (CampaignVerb.Retry, CampaignPhase.Cancelled or CampaignPhase.Concluded) => (new CampaignEvents.Reopened(reason, now), null),
            (CampaignVerb.Retry, _) => (null, null),
            _ => (null, $"the campaign is {Display(state.Phase)}"),
        };

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

    public static string Display(CampaignPhase phase) => phase switch
    {
        CampaignPhase.New => "not opened",
        CampaignPhase.Open => "running",
        _ => phase.ToString().ToLowerInvariant(),
    };
}
