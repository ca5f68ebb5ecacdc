namespace Campaign.Compute.Engines.Scheduling;

/// <summary>
/// For how long jobs have been silent: since the same sign of life is read, by the clock of this reader. Clocks of sites differ, and file
/// systems lie about times.
/// </summary>
public sealed class Heartbeats(TimeProvider time)
{
    private readonly Dictionary<string, (string Beat, DateTimeOffset Since)> _last = new(StringComparer.Ordinal);

    /// <param name="beat">What the sign of life reads now; null or empty before the first.</param>
    public TimeSpan? AgeOf(string directory, string? beat)
    {
        if (string.IsNullOrEmpty(beat))
            return null;
        DateTimeOffset now = time.GetUtcNow();
        if (!_last.TryGetValue(directory, out (string Beat, DateTimeOffset Since) last) || last.Beat != beat)
            _last[directory] = last = (beat, now);
        return now - last.Since;
    }

    /// <summary>The job has ended.</summary>
    public void Forget(string directory) => _last.Remove(directory);
}
