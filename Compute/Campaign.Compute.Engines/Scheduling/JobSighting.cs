namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What a scheduler says of one job at one moment.</summary>
/// <param name="RawState">The scheduler's own word.</param>
/// <param name="Reason">The scheduler's own reason, or empty.</param>
/// <param name="ExitCode">Of the job script, where the scheduler tells it.</param>
/// <param name="Signal">That ended the job, where the scheduler tells it.</param>
/// <param name="Node">First node of the job.</param>
/// <param name="Cores">Where the scheduler tells it.</param>
public sealed record JobSighting(
    string Id,
    string Name,
    JobState State,
    string RawState,
    string Reason = "",
    int? ExitCode = null,
    int? Signal = null,
    string? Node = null,
    DateTimeOffset? SubmittedAt = null,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? EndedAt = null,
    int? Cores = null);
