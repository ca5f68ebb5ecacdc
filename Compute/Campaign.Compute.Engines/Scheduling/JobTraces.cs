namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What an attempt left in its run directory so far.</summary>
/// <param name="Claimed">The claim is made; its owner may not have been written yet.</param>
/// <param name="Refused">Ids of jobs that found the claim taken.</param>
/// <param name="HeartbeatAge">For how long the reader has seen the same sign of life; null before the first.</param>
/// <param name="Fenced">The attempt was given up.</param>
public sealed record JobTraces(
    JobExit? Exit,
    bool Claimed,
    JobClaim? Claim,
    IReadOnlyList<string> Refused,
    TimeSpan? HeartbeatAge,
    bool Fenced = false)
{
    public static readonly JobTraces None = new(null, false, null, [], null);
}

/// <summary>A file that tells how far a program is.</summary>
/// <param name="Name">Relative to the run directory.</param>
/// <param name="TailBytes">How much of its end is enough.</param>
public sealed record WatchedFile(string Name, int TailBytes = 4096);

/// <summary>What to look at in a run directory.</summary>
/// <param name="Directory">Absolute path on the site.</param>
public sealed record RunLook(string Directory, IReadOnlyList<WatchedFile> Files);

/// <summary>What was seen in a run directory.</summary>
/// <param name="Tails">The end of each watched file that has something in it, by its name.</param>
/// <param name="Unreadable">Why nothing could be seen, where the directory may be there; the rest then means nothing.</param>
public sealed record RunSight(JobTraces Traces, IReadOnlyDictionary<string, string> Tails, string? Unreadable = null)
{
    public static readonly RunSight Nothing = new(JobTraces.None, new Dictionary<string, string>());
}

/// <summary>Reads what attempts left, as many at a time as one likes.</summary>
public interface IJobTraceReader
{
    /// <summary>The sights of each directory, in their order; <see cref="RunSight.Nothing"/> where there is none.</summary>
    /// <exception cref="SchedulerUnavailableException">The site is not reached, or its file system hangs.</exception>
    IReadOnlyList<RunSight> Read(IReadOnlyList<RunLook> looks, CancellationToken ct);
}
