namespace Campaign.Compute.Engines.Scheduling;

/// <summary>
/// A site's scheduler. Calls block, each within its own time limit, and throw <see cref="SchedulerUnavailableException"/> when the
/// scheduler or the way to it does not answer.
/// </summary>
public interface IScheduler
{
    /// <summary>The job script that <see cref="Submit"/> hands in, for the record.</summary>
    /// <exception cref="ArgumentException">The request holds what no script can carry, e.g. a relative directory.</exception>
    string Script(JobRequest job);

    /// <summary>
    /// Puts the job's files into its directory and submits it, unless it was submitted before: a job of that name, or traces of one in
    /// the directory, are adopted. Can be repeated at any time.
    /// </summary>
    /// <exception cref="SchedulerUnavailableException">Nothing was submitted by this call.</exception>
    SubmitReply Submit(JobRequest job, CancellationToken ct);

    /// <summary>All own jobs the queue knows, in one query; those that ended a while ago are missing.</summary>
    IReadOnlyList<JobSighting> Queue(CancellationToken ct);

    /// <summary>Every job of that name in the queue and in the history since then, newest submission last.</summary>
    IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct);

    /// <summary>Asks for the end of those jobs. That they have ended is seen by <see cref="Queue"/>; a job that is over already is no error.</summary>
    void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct);
}
