using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
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
        // all fences first: a pack is ended when the last of its members is given up
        (TaskRow Row, string? Failure)[] fenced = [.. rows.Select(r => (r, Fence(directory, before.Id, sites, r)))];
        return string.Concat(fenced.Select(f => $" J{Name(f.Row.Job!)[1..]}: {f.Failure ?? End(directory, before.Id, sites[f.Row.Job!.Site], f.Row)}."));
    }

    /// <returns>Why not.</returns>
    private static string? Fence(CampaignDirectory directory, string id, Dictionary<string, JobSite> sites, TaskRow row)
    {
        JobRef job = row.Job!;
        if (!sites.TryGetValue(job.Site, out JobSite? site))
            return $"not ended, because {directory.SiteFile(job.Site)} is missing";
        try
        {
            new JobFolder(site, directory, id, row.Spec.Id, job.Attempt).Fence();
            return null;
        }
        catch (Exception e) when (e is SchedulerUnavailableException or IOException or UnauthorizedAccessException)
        {
            return Later(e);
        }
    }

    private static string End(CampaignDirectory directory, string id, JobSite site, TaskRow row)
    {
        JobRef job = row.Job!;
        try
        {
            PackFolder packs = site.Packs(directory, id);
            JobName? pack = job.Pack is { } known ? JobName.Parse(known)
                : packs.PromiseOf(new JobFolder(site, directory, id, row.Spec.Id, job.Attempt).OnSite, CancellationToken.None);
            if (pack is { } shared && packs.IsWanted(shared, CancellationToken.None))
                return "it goes on for the other tasks that share it, and ends or passes over this one";
            JobName name = pack ?? JobName.Parse(job.Token);
            JobIdentity[] live = [.. site.Scheduler.Find(name, job.IntendedAt, CancellationToken.None)
                .Where(j => !j.State.IsOver()).Select(j => new JobIdentity(j.Id, name, j.SubmittedAt ?? job.IntendedAt))];
            if (live.Length == 0)
                return "was not in the queue any more";
            site.Scheduler.Cancel(live, CancellationToken.None);
            return "cancelled at the scheduler; whoever drives the campaign next sees that it is gone";
        }
        catch (Exception e) when (e is SchedulerUnavailableException or IOException or UnauthorizedAccessException)
        {
            return Later(e);
        }
    }

    private static string Later(Exception e) => $"not ended yet ({e.Message.TrimEnd('.')}); whoever drives the campaign next ends it";

    private static string Name(JobRef job) => $"job {job.Id ?? job.Name} at {job.Site}";
}
