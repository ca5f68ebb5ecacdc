using Akka.Actor;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Jobs;

/// <summary>What is said between a site and those who have jobs there.</summary>
internal static class SiteMessages
{
    /// <summary>Submit it when there is room; repeated, it is adopted. The sender gets <see cref="Replied"/>.</summary>
    /// <param name="Priority">Smaller goes first.</param>
    public sealed record Submit(JobRequest Job, int Priority) : INoSerializationVerificationNeeded;

    public sealed record Replied(SubmitReply Reply) : INoSerializationVerificationNeeded;

    /// <summary>Tell the sender after every look at the queue what was seen of this job and in its run directory, until it stops.</summary>
    /// <param name="Since">Nothing of that name is older.</param>
    public sealed record Watch(JobName Name, DateTimeOffset Since, RunLook Look) : INoSerializationVerificationNeeded;

    /// <summary>A healthy scheduler has answered, and after that the run directory was looked at.</summary>
    /// <param name="Jobs">All of that name, newest submission last.</param>
    /// <param name="Absence">How long there has been none; null when there is one.</param>
    public sealed record Seen(IReadOnlyList<JobSighting> Jobs, JobAbsence? Absence, RunSight Sight) : INoSerializationVerificationNeeded;

    /// <summary>The results of this task are taken in: what it left on a site with files of its own can go.</summary>
    public sealed record Clear(TaskId Task) : INoSerializationVerificationNeeded;

    /// <summary>End every job of this name.</summary>
    public sealed record Cancel(JobName Name, DateTimeOffset Since) : INoSerializationVerificationNeeded;
}
