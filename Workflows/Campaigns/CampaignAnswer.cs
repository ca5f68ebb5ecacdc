using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Campaigns;

/// <summary>What somebody is told whose wish to a whole campaign came true.</summary>
public static class CampaignAnswer
{
    private const int Named = 8;

    /// <param name="before">The campaign when the wish came.</param>
    /// <param name="concerned">Attempts that stop; for a retry, tasks that run again.</param>
    /// <param name="left">Tasks not done.</param>
    public static string To(CampaignVerb verb, CampaignPhase before, IReadOnlyList<TaskId> concerned, int left) => verb switch
    {
        CampaignVerb.Pause => $"The campaign is paused. {Stopped(concerned)}",
        CampaignVerb.Continue => "The campaign goes on.",
        CampaignVerb.Cancel => $"The campaign is cancelled, with {left} {(left == 1 ? "task" : "tasks")} not done. {Stopped(concerned)} 'campaign retry' opens it again.",
        _ => $"{(before == CampaignPhase.Cancelled ? "The campaign is open again. " : "")}"
            + (concerned.Count == 0 ? "All that is not done goes on." : $"{Tasks(concerned)} {(concerned.Count == 1 ? "runs" : "run")} again."),
    };

    private static string Stopped(IReadOnlyList<TaskId> attempts) => attempts.Count switch
    {
        0 => "No attempt was under way.",
        1 => $"The attempt at {Tasks(attempts)} saves its checkpoint and stops.",
        _ => $"The attempts at {Tasks(attempts)} save their checkpoints and stop.",
    };

    private static string Tasks(IReadOnlyList<TaskId> tasks) =>
        string.Join(", ", tasks.Take(Named)) + (tasks.Count > Named ? $" and {tasks.Count - Named} more" : "");
}
