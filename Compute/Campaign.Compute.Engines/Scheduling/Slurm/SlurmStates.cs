namespace Campaign.Compute.Engines.Scheduling.Slurm;

/// <summary>The words SLURM has for the state of a job, long and short (squeue(1), sacct(1), 22.05 to 24.11).</summary>
public static class SlurmStates
{
    private static readonly Dictionary<string, JobState> Words = new(StringComparer.OrdinalIgnoreCase);

    static SlurmStates()
    {
        Add(JobState.Waiting, "PENDING", "PD", "REQUEUED", "RQ", "REQUEUE_FED", "RF", "REQUEUE_HOLD", "RH", "RESV_DEL_HOLD", "RD", "SPECIAL_EXIT", "SE");
        Add(JobState.Running, "RUNNING", "R", "CONFIGURING", "CF", "COMPLETING", "CG", "RESIZING", "RS", "SIGNALING", "SI", "STAGE_OUT", "SO",
            "SUSPENDED", "S", "STOPPED", "ST", "POWER_UP_NODE", "EXPEDITING");
        Add(JobState.Completed, "COMPLETED", "CD");
        Add(JobState.Failed, "FAILED", "F");
        Add(JobState.Cancelled, "CANCELLED", "CA");
        Add(JobState.TimedOut, "TIMEOUT", "TO");
        Add(JobState.Preempted, "PREEMPTED", "PR");
        Add(JobState.NodeFailed, "NODE_FAIL", "NF");
        Add(JobState.BootFailed, "BOOT_FAIL", "BF");
        Add(JobState.OutOfMemory, "OUT_OF_MEMORY", "OOM");
        Add(JobState.Deadline, "DEADLINE", "DL");
    }

    /// <summary>All words with a meaning.</summary>
    public static IReadOnlyCollection<string> Known => Words.Keys;

    /// <summary>Only the first word counts: <c>CANCELLED by 1000</c>, <c>CANCELLED+</c>. What is not known is <see cref="JobState.Unknown"/>, never an error.</summary>
    public static JobState Parse(string text)
    {
        ReadOnlySpan<char> word = text.AsSpan().Trim();
        int end = word.IndexOfAny(' ', '+', ',');
        return Words.GetValueOrDefault((end < 0 ? word : word[..end]).ToString());
    }

    private static void Add(JobState state, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
            Words.Add(word, state);
    }
}
