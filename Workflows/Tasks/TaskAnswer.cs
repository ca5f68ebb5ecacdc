using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

/// <summary>What somebody is told whose wish reached a task.</summary>
public static class TaskAnswer
{
    /// <param name="before">The task when the wish came.</param>
    /// <param name="granted">Whether <see cref="TaskDecider"/> let it happen.</param>
    public static string To(CampaignVerb verb, TaskId task, TaskState before, bool granted)
    {
        bool working = before.Phase == TaskPhase.Running;
        return (verb, granted) switch
        {
            (CampaignVerb.Pause, true) => $"{task} is paused.{(working ? $" Attempt {before.Attempt} saves its checkpoint and stops." : "")}",
            (CampaignVerb.Cancel, true) => $"{task} is cancelled.{(working ? $" Attempt {before.Attempt} stops." : "")}",
            (CampaignVerb.Retry, true) when before.Phase == TaskPhase.RetryScheduled => $"{task} is tried again now instead of at {before.DueAt:u}.",
            (_, true) => $"{task} goes on.",
            (CampaignVerb.Retry, false) when !before.Phase.IsTerminal() => $"{task} has not failed: it is {before.Phase.Display()}. 'campaign why' tells more.",
            (CampaignVerb.Continue, false) => $"{task} is {before.Phase.Display()}, not paused.",
            _ => $"{task} is already {before.Phase.Display()}.",
        };
    }
}
