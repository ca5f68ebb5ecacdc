namespace Campaign.Compute.Engines.Scheduling;

/// <summary>
/// A job as it was accepted. An id alone is no identity: a scheduler that lost its state gives ids away again, and accounting answers
/// with namesakes of years ago.
/// </summary>
/// <param name="SubmittedAt">By the clock of the site.</param>
public sealed record JobIdentity(string Id, JobName Name, DateTimeOffset SubmittedAt)
{
    /// <summary>By which the clocks of the submitting host and of the scheduler may differ.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    /// <summary>Whether a sighting is of this job. A requeue gives a job a later submit time, never an earlier one.</summary>
    public bool Matches(JobSighting sighting) =>
        sighting.Id == Id && sighting.Name == Name.ToString()
        && (sighting.SubmittedAt is not { } at || at >= SubmittedAt - ClockDifference);
}
