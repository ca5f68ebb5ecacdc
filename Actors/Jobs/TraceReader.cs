using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Reads what a job leaves in its run directory. The age of its heartbeat is the time for which this reader has seen the same one, by
/// its own clock: clocks of sites differ, and file systems lie about times.
/// </summary>
internal sealed class TraceReader(ISiteFiles files, string directory, TimeProvider time)
{
    private const int Limit = 64 << 10;
    private (string Beat, DateTimeOffset Since)? _heartbeat;

    /// <exception cref="SchedulerUnavailableException">The site is not reached.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public JobTraces Read(CancellationToken cancellation)
    {
        if (Text(JobFile.Exit, cancellation) is { } exit && JobExit.Read(exit) is { } end)
            return new JobTraces(end, true, Claim(cancellation), [], TimeSpan.Zero);
        IReadOnlyList<SiteFile> present = files.List(directory, cancellation);
        string[] refused = [.. present.Select(f => f.Path).Where(p => p.StartsWith(JobFile.RefusedPrefix, StringComparison.Ordinal)).Select(p => p[JobFile.RefusedPrefix.Length..])];
        JobClaim? claim = Claim(cancellation);
        return new JobTraces(null, claim is not null || present.Any(f => f.Path.StartsWith(JobFile.Claim + "/", StringComparison.Ordinal)), claim, refused, HeartbeatAge(cancellation));
    }

    private JobClaim? Claim(CancellationToken cancellation) => Text(JobFile.Owner, cancellation) is { } claim ? JobClaim.Read(claim) : null;

    private TimeSpan? HeartbeatAge(CancellationToken cancellation)
    {
        if (Text(JobFile.Heartbeat, cancellation) is not { } beat)
            return null;
        DateTimeOffset now = time.GetUtcNow();
        if (_heartbeat is not { } seen || seen.Beat != beat)
            _heartbeat = seen = (beat, now);
        return now - seen.Since;
    }

    private string? Text(string name, CancellationToken cancellation) =>
        files.Read(Path.Combine(directory, name), Limit, cancellation) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
