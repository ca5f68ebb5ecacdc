using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>Asks the schedulers about the jobs that the journal has open. Changes nothing.</summary>
internal static class JobReconciliation
{
    public static IEnumerable<Difference> Of(CampaignDirectory directory, CampaignSnapshot snapshot)
    {
        TaskRow[] open = [.. snapshot.Tasks.Where(t => t.Job is not null)];
        if (open.Length == 0)
            yield break;
        Dictionary<string, JobSite> sites = JobSites.Of(directory, snapshot.Plan, snapshot.Id).ToDictionary(s => s.Name);
        foreach (TaskRow row in open)
        {
            JobRef job = row.Job!;
            bool followed = row.Phase is TaskPhase.Intended or TaskPhase.Running;
            string journal = $"attempt {job.Attempt} {(followed ? row.Phase.Display() : "given up")}, job {job.Id ?? "not known"} ({job.Token}) at {job.Site}";
            string run = Path.GetRelativePath(directory.Root, directory.Run(row.Spec.Id, job.Attempt));
            string disk = File.Exists(Path.Combine(directory.Root, run, JobFile.Exit)) ? $"{run} has {JobFile.Exit}"
                : Directory.Exists(Path.Combine(directory.Root, run, JobFile.Claim)) ? $"{run} is claimed" : $"{run} has no claim";
            yield return new Difference(
                row.Spec.Id, journal, sites.TryGetValue(job.Site, out JobSite? site) ? Seen(site, job) : "its site file is missing", disk,
                followed
                    ? snapshot.Owner is null ? "'resume' finds the job by its name, follows it and takes its result in." : "None needed: it is followed."
                    : "It is fenced and cancelled, and the next attempt begins when it has ended. 'resume' sees to it if nobody drives the campaign.");
        }
    }

    private static string Seen(JobSite site, JobRef job)
    {
        try
        {
            IReadOnlyList<JobSighting> found = site.Scheduler.Find(JobName.Parse(job.Token), job.IntendedAt, CancellationToken.None);
            return found.Count == 0 ? "no job of that name" : string.Join("; ", found.Select(f => $"job {f.Id}: {f.RawState}{(f.Node is { Length: > 0 } node ? $" on {node}" : "")}"));
        }
        catch (SchedulerUnavailableException e)
        {
            return $"does not answer ({e.Message.TrimEnd('.')})";
        }
    }
}
