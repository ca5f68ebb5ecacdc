using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>The jobs of what was cancelled or paused: which they are, and, where no process drives the campaign, their end.</summary>
internal static class JobCancellation
{
    /// <param name="before">The campaign as it was before the wish.</param>
    /// <param name="task">Null for all of it.</param>
    /// <returns>What an answer must add, with a leading blank; empty without jobs.</returns>
    public static string After(CampaignDirectory directory, CampaignSnapshot before, TaskId? task)
    {
        TaskRow[] rows = [.. before.Tasks.Where(t => t.Job is not null && (task is null || t.Spec.Id == task))];
        if (rows.Length == 0)
            return "";
        if (CampaignLock.Owner(directory) is not null)
            return $" Jobs that are being ended: {string.Join(", ", rows.Select(r => Name(r.Job!)))}.";
        Dictionary<string, JobSite> sites = JobSites.Of(directory, before.Plan, before.Id).ToDictionary(s => s.Name);
        return string.Concat(rows.Select(r => $" J{Name(r.Job!)[1..]}: {End(directory, before.Id, sites, r)}."));
    }

    private static string End(CampaignDirectory directory, string id, Dictionary<string, JobSite> sites, TaskRow row)
    {
        JobRef job = row.Job!;
        if (!sites.TryGetValue(job.Site, out JobSite? site))
            return $"not ended, because {directory.SiteFile(job.Site)} is missing";
        try
        {
            new JobFolder(site, directory, id, row.Spec.Id, job.Attempt).Fence();
            var name = JobName.Parse(job.Token);
            JobIdentity[] live = [.. site.Scheduler.Find(name, job.IntendedAt, CancellationToken.None)
                .Where(j => !j.State.IsOver()).Select(j => new JobIdentity(j.Id, name, j.SubmittedAt ?? job.IntendedAt))];
            if (live.Length == 0)
                return "was not in the queue any more";
            site.Scheduler.Cancel(live, CancellationToken.None);
            return "cancelled at the scheduler; whoever drives the campaign next sees that it is gone";
        }
        catch (Exception e) when (e is SchedulerUnavailableException or IOException or UnauthorizedAccessException)
        {
            return $"not ended yet ({e.Message.TrimEnd('.')}); whoever drives the campaign next ends it";
        }
    }

    private static string Name(JobRef job) => $"job {job.Id ?? job.Token} at {job.Site}";
}
