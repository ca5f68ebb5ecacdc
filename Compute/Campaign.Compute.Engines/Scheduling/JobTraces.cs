namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What an attempt left in its run directory so far.</summary>
/// <param name="Claimed">The claim is made; its owner may not have been written yet.</param>
/// <param name="Refused">Ids of jobs that found the claim taken.</param>
/// <param name="HeartbeatAge">Since the job's last sign of life, by the clock of the site; null before the first.</param>
public sealed record JobTraces(
    JobExit? Exit,
    bool Claimed,
    JobClaim? Claim,
    IReadOnlyList<string> Refused,
    TimeSpan? HeartbeatAge)
{
    public static readonly JobTraces None = new(null, false, null, [], null);
}
