namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What the states of all schedulers come down to.</summary>
public enum JobState
{
    /// <summary>A word nobody decided on: keep waiting, and say so.</summary>
    Unknown,

    /// <summary>Queued, held, or about to be queued again.</summary>
    Waiting,

    /// <summary>On its nodes, also while they come up, while it is suspended, or while it is cleaned up after.</summary>
    Running,

    Completed,
    Failed,

    /// <summary>By somebody; the raw state may say by whom.</summary>
    Cancelled,

    /// <summary>The walltime was reached.</summary>
    TimedOut,

    Preempted,
    NodeFailed,

    /// <summary>The node did not come up; the program never ran.</summary>
    BootFailed,

    OutOfMemory,

    /// <summary>The scheduler saw that the job could not end before its deadline.</summary>
    Deadline,
}

public static class JobStates
{
    /// <summary>Whether the scheduler says that the job is over: positive evidence of its end.</summary>
    public static bool IsOver(this JobState state) => state is not (JobState.Unknown or JobState.Waiting or JobState.Running);
}
