using Akka.Actor;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Jobs;

/// <summary>What is said between a site and those who have jobs there.</summary>
internal static class SiteMessages
{
    /// <summary>Submit it when there is room; repeated, it is adopted. The sender gets <see cref="Replied"/>.</summary>
    /// <param name="Priority">Smaller goes first.</param>
    public sealed record Submit(JobRequest Job, int Priority) : INoSerializationVerificationNeeded
    {
        /// <summary>The pack that the attempt is promised to, if it is to one.</summary>
        public JobName? Pack { get; init; }

        /// <summary>A job of its own may be there already: it is not packed.</summary>
        public bool Alone { get; init; }
    }

    /// <param name="Pack">The pack that the attempt is promised to from now on; null when it has a job to itself.</param>
    public sealed record Replied(SubmitReply Reply, JobName? Pack) : INoSerializationVerificationNeeded;

    /// <summary>Tell the sender after every look at the queue what was seen of this job and in its run directory, until it stops.</summary>
    /// <param name="Since">Nothing of that name is older.</param>
    public sealed record Watch(JobName Name, DateTimeOffset Since, RunLook Look) : INoSerializationVerificationNeeded
    {
        /// <summary>Whether that job is a pack, which the attempt shares with others.</summary>
        public bool IsPack { get; init; }
    }

    /// <summary>A healthy scheduler has answered, and after that the run directory was looked at.</summary>
    /// <param name="Jobs">All of that name, newest submission last.</param>
    /// <param name="Absence">How long there has been none; null when there is one.</param>
    public sealed record Seen(IReadOnlyList<JobSighting> Jobs, JobAbsence? Absence, RunSight Sight) : INoSerializationVerificationNeeded
    {
        /// <summary>What was seen in the pack's own directory, before that; null where the job is none.</summary>
        public RunSight? Pack { get; init; }

        /// <summary>Why something could not be looked at.</summary>
        public string? Unreadable => Sight.Unreadable ?? Pack?.Unreadable;
    }

    /// <summary>The results of this task are taken in: what it left on a site with files of its own can go.</summary>
    public sealed record Clear(TaskId Task) : INoSerializationVerificationNeeded;

    /// <summary>End every job of this name; a pack only when none of its members is wanted any more.</summary>
    public sealed record Cancel(JobName Name, DateTimeOffset Since, bool IsPack) : INoSerializationVerificationNeeded;
}
