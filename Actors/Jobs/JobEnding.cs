using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Actors.Jobs;

/// <summary>When a job that was given up, and fenced, counts as gone. Pure.</summary>
public static class JobEnding
{
    /// <summary>Times a healthy scheduler must have answered without the job.</summary>
    public const int Looks = 2;

    /// <param name="fencedFor">How long its directory has been fenced.</param>
    /// <returns>By what it is known; null while the job may still write.</returns>
    public static string? Of(JobEvidence evidence, JobPatience patience, TimeSpan fencedFor)
    {
        (JobSighting? seen, JobTraces traces) = (evidence.Sighting, evidence.Traces);
        bool silent = !traces.Claimed || traces.HeartbeatAge is null || traces.HeartbeatAge > patience.Heartbeat;
        if (traces.Exit is { } exit)
            return $"it ended on {exit.Host} with code {exit.Code}";
        // The pack lives on for others. Whoever makes the claim looks for the fence before anything else.
        if (evidence.Pack is not null && !traces.Claimed && fencedFor >= patience.Settle)
            return "its pack has not begun it, and will not";
        // Whoever loses a node loses sight of what runs there: it goes on until it meets the fence.
        if (seen is { State: JobState.NodeFailed })
            return silent ? $"the scheduler calls it {seen.RawState}, and it gives no sign of life" : null;
        if (seen is { } over && over.State.IsOver())
            return $"the scheduler calls it {over.RawState}";
        bool absent = evidence.Absence is { } absence && absence.Looks >= Looks && absence.Lasting >= patience.Settle;
        return seen is null && absent && silent ? "the scheduler does not know it, and it gives no sign of life" : null;
    }
}
