using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>How a job is called to people.</summary>
internal static class JobWords
{
    /// <returns>E.g. <c>job 4711 at bebop, which it shares with 11 tasks</c>; tasks that have ended are not counted.</returns>
    public static string Of(CampaignSnapshot s, JobRef job)
    {
        int others = job.Pack is { } pack ? s.Tasks.Count(t => t.Job?.Pack == pack) - 1 : 0;
        return $"job {job.Id ?? job.Name} at {job.Site}{(job.Pack is null ? "" : others == 0 ? ", which the other tasks in it have left" : $", which it shares with {others} task{(others == 1 ? "" : "s")}")}";
    }
}
