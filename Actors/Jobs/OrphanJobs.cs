using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Live jobs with this campaign's name that nobody waits for: their task has left the plan, or their attempt was given up while the scheduler
/// did not know them. To be asked while no process drives the campaign, or before this one submits anything.
/// </summary>
/// <param name="plan">Its tasks are waited for; a job of any other is an orphan.</param>
public sealed class OrphanJobs(CampaignDirectory directory, CampaignSnapshot snapshot, WorkflowGraph plan)
{
    /// <returns>Nothing where no attempt is on record: then the journal was put away, and the names will come again.</returns>
    /// <exception cref="SchedulerUnavailableException">The site does not answer.</exception>
    public IReadOnlyList<JobSighting> At(JobSite site, CancellationToken ct)
    {
        if (snapshot.Tasks.All(t => t.Attempt == 0))
            return [];
        HashSet<TaskId> planned = [.. plan.Tasks.Select(t => t.Id)];
        HashSet<string> awaited = [.. snapshot.Tasks.Where(t => planned.Contains(t.Spec.Id)).Select(t => t.Job).OfType<JobRef>().SelectMany<JobRef, string>(j => [j.Token, j.Name])];
        PackFolder packs = site.Packs(directory, snapshot.Id);
        return
        [
            .. site.Scheduler.Queue(ct).Where(j =>
                !j.State.IsOver() && j.Name.StartsWith(snapshot.Id + "-", StringComparison.Ordinal) && !awaited.Contains(j.Name)
                && JobName.TryParse(j.Name, out JobName name) && !packs.IsWanted(name, ct)),
        ];
    }

    /// <summary>Has them cancelled at every site. A site that does not answer is asked at the next start.</summary>
    internal static int End(Runtime runtime, WorkflowGraph plan)
    {
        var orphans = new OrphanJobs(runtime.Directory, CampaignSnapshot.Read(runtime.Directory), plan);
        int ended = 0;
        foreach (JobSite site in runtime.Sites.Values)
        {
            try
            {
                JobIdentity[] jobs = [.. orphans.At(site, CancellationToken.None).Select(j => new JobIdentity(j.Id, JobName.Parse(j.Name), j.SubmittedAt ?? runtime.Now))];
                if (jobs.Length == 0)
                    continue;
                site.Scheduler.Cancel(jobs, CancellationToken.None);
                ended += jobs.Length;
                runtime.Progress.Report(new CampaignProgress.Notice(
                    $"site {site.Name} has {(jobs.Length == 1 ? "a job" : "jobs")} of this campaign that no task waits for; cancelled: {string.Join(", ", jobs.Select(j => $"{j.Id} ({j.Name})"))}"));
            }
            catch (Exception e) when (e is SchedulerUnavailableException or IOException)
            {
                runtime.Progress.Report(new CampaignProgress.Notice($"site {site.Name} cannot be asked for jobs that no task waits for, and is asked at the next start: {e.Message}"));
            }
        }
        return ended;
    }
}
