namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What became of a submission.</summary>
public abstract record SubmitReply
{
    private SubmitReply()
    {
    }

    /// <param name="Adopted">The job was there already, from a submission whose reply was lost.</param>
    public sealed record Accepted(JobIdentity Job, bool Adopted) : SubmitReply
    {
        /// <summary>What people should know of how it was submitted; null when there is nothing.</summary>
        public string? Remark { get; init; }
    }

    /// <summary>The scheduler will never take the job as it is.</summary>
    public sealed record Refused(string Reason) : SubmitReply;

    /// <summary>Some job claimed the attempt and left no word which: it can only be given up.</summary>
    public sealed record Orphaned(string Reason) : SubmitReply;

    /// <summary>The job may be in the queue or not. Only <see cref="IScheduler.Find"/> tells; never submit straight again.</summary>
    public sealed record Unknown(string Reason) : SubmitReply;
}
