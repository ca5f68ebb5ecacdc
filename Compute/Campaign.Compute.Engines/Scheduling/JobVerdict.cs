namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What is known of an attempt's job.</summary>
/// <param name="Job">As accepted; null while the reply to the submission is unknown.</param>
/// <param name="Sighting">Newest from the scheduler; null when it does not know the job.</param>
/// <param name="Absence">How long a healthy scheduler has not known the job, queue and history; null when it knows it or was not asked.</param>
public sealed record JobEvidence(JobIdentity? Job, JobSighting? Sighting, JobTraces Traces, JobAbsence? Absence = null);

/// <param name="Looks">Times a healthy scheduler was asked, and answered without the job.</param>
/// <param name="Lasting">Between the first of them and the last.</param>
public sealed record JobAbsence(int Looks, TimeSpan Lasting);

/// <summary>When silence is believed.</summary>
/// <param name="Heartbeat">A job silent for longer is taken for dead, once the scheduler does not call it running.</param>
/// <param name="Settle">A job absent for longer was never accepted; schedulers and their accounting lag.</param>
public sealed record JobPatience(TimeSpan Heartbeat, TimeSpan Settle)
{
    public static readonly JobPatience Default = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(2));
}

public enum JobAction
{
    /// <summary>Look again later.</summary>
    Wait,

    /// <summary>The program ended well: verify and collect its outputs.</summary>
    Collect,

    /// <summary>Interrupted by the walltime: go on from the checkpoint in a new attempt; charges no budget.</summary>
    NextSegment,

    /// <summary>Interrupted from outside: a new attempt from the last checkpoint; charges no budget.</summary>
    NewAttempt,

    /// <summary>The scheduler never had the job: the same token may be submitted again.</summary>
    SubmitAgain,

    /// <summary>The program failed: read its output.</summary>
    Diagnose,

    /// <summary>Memory ran out: never the same request twice.</summary>
    RaiseMemory,

    /// <summary>Stopped by a person.</summary>
    Cancelled,
}

/// <summary>What is to be done next about an attempt's job.</summary>
/// <param name="Reason">In words, for <c>why</c> and the journal.</param>
/// <param name="Fence">Whether the old job might still write: fence the directory and see it dead before the next attempt begins.</param>
/// <param name="BadNode">The node that is to blame, if one is.</param>
public sealed record JobVerdict(JobAction Action, string Reason, bool Fence = false, string? BadNode = null);
