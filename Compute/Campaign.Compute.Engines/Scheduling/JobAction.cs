namespace Campaign.Compute.Engines.Scheduling;

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

    /// <summary>The scheduler ended a job that had not begun: a new attempt after a while, ever later.</summary>
    RetryLater,

    /// <summary>The scheduler never had the job: the same token may be submitted again.</summary>
    SubmitAgain,

    /// <summary>The program failed: read its output.</summary>
    Diagnose,

    /// <summary>Memory ran out: never the same request twice.</summary>
    RaiseMemory,

    /// <summary>Another job of the same attempt made the claim: follow that one, by the id in the claim.</summary>
    Follow,

    /// <summary>Stopped by a person.</summary>
    Cancelled,
}
