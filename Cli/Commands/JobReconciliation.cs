using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>Asks the schedulers about the jobs that the journal has open. Changes nothing.</summary>
internal static class JobReconciliation
{
    public static IEnumerable<Difference> Of(CampaignDirectory directory, CampaignSnapshot snapshot)
    {
        TaskRow[] open = [.. snapshot.Tasks.Where(t => t.Job is not null)];
        Dictionary<string, JobSite> sites = JobSites.Of(directory, snapshot.Plan, snapshot.Id).ToDictionary(s => s.Name);
        foreach (Difference orphan in snapshot.Owner is null ? sites.Values.SelectMany(s => Orphans(directory, snapshot, s)) : [])
            yield return orphan;
        foreach (TaskRow row in open)
        {
            JobRef job = row.Job!;
            bool followed = row.Phase is TaskPhase.Intended or TaskPhase.Running;
            string journal = $"attempt {job.Attempt} {(followed ? row.Phase.Display() : "given up")}, job {job.Id ?? "not known"} ({job.Token}{(job.Pack is { } pack ? $" in {pack}" : "")}) at {job.Site}";
            JobSite? site = sites.GetValueOrDefault(job.Site);
            yield return new Difference(
                row.Spec.Id, journal, site is null ? "its site file is missing" : Seen(site, job), site is null ? "not looked at" : OnDisk(site, directory, snapshot.Id, row.Spec.Id, job),
                followed
                    ? snapshot.Owner is null ? "'resume' finds the job by its name, follows it and takes its result in." : "None needed: it is followed."
                    : "It is fenced and cancelled, and the next attempt begins when it has ended. 'resume' sees to it if nobody drives the campaign.");
        }
    }

    /// <summary>Not while a process drives the campaign: it submits jobs that the journal, as it was read, does not know yet.</summary>
    private static IEnumerable<Difference> Orphans(CampaignDirectory directory, CampaignSnapshot snapshot, JobSite site)
    {
        try
        {
            return [.. new OrphanJobs(directory, snapshot, snapshot.Plan).At(site, CancellationToken.None).Select(j => new Difference(
                null, "no task waits for it", $"job {j.Id} ({j.Name}) at {site.Name}: {j.RawState}", null, "'run' or 'resume' cancels it before anything else."))];
        }
        catch (Exception e) when (e is SchedulerUnavailableException or IOException)
        {
            return [new Difference(null, null, $"{site.Name} cannot be asked for jobs that no task waits for ({e.Message.TrimEnd('.')})", null, "'run' or 'resume' asks again.")];
        }
    }

    private static string OnDisk(JobSite site, CampaignDirectory directory, string campaignId, TaskId task, JobRef job)
    {
        var folder = new JobFolder(site, directory, campaignId, task, job.Attempt);
        string run = site.IsStaged ? $"{site.Name}:{folder.OnSite}" : Path.GetRelativePath(directory.Root, folder.Local);
        try
        {
            RunSight sight = site.Traces.Read([new RunLook(folder.OnSite, [])], CancellationToken.None)[0];
            return sight.Unreadable is { } why ? $"{run} cannot be looked at ({why.TrimEnd('.')})"
                : sight.Traces.Exit is not null ? $"{run} has {JobFile.Exit}"
                : sight.Traces.Claimed ? $"{run} is claimed" : $"{run} has no claim";
        }
        catch (SchedulerUnavailableException e)
        {
            return $"{run} is not reached ({e.Message.TrimEnd('.')})";
        }
    }

    private static string Seen(JobSite site, JobRef job)
    {
        try
        {
            IReadOnlyList<JobSighting> found = site.Scheduler.Find(JobName.Parse(job.Name), job.IntendedAt, CancellationToken.None);
            return found.Count == 0 ? "no job of that name" : string.Join("; ", found.Select(f => $"job {f.Id}: {f.RawState}{(f.Node is { Length: > 0 } node ? $" on {node}" : "")}"));
        }
        catch (SchedulerUnavailableException e)
        {
            return $"does not answer ({e.Message.TrimEnd('.')})";
        }
    }
}
