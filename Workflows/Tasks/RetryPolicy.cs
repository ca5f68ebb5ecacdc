namespace Campaign.Workflows.Tasks;

/// <summary>How long to wait after faults of the environment. There is no limit to their number: patience costs nothing.</summary>
public sealed record RetryPolicy(TimeSpan First, TimeSpan Longest)
{
    public static RetryPolicy Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));

    /// <param name="faultsBefore">Faults in a row before this one.</param>
    public TimeSpan Delay(int faultsBefore)
    {
        double seconds = First.TotalSeconds * Math.Pow(2, Math.Min(faultsBefore, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
    }
}
