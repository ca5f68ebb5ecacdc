using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Xunit;

namespace Campaign.Compute.Tests.Engines;

/// <summary>What follows from what is known of a job, one line per case.</summary>
public sealed class JobVerdictTests
{
    private static readonly DateTimeOffset Submitted = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
    private static readonly JobIdentity Job = new("17", JobName.Parse("li3ticl6-7f3a-a1"), Submitted);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4), Stale = TimeSpan.FromHours(1);

    private static JobSighting Seen(string word, string reason = "", int? exitCode = null) =>
        new("17", "li3ticl6-7f3a-a1", SlurmStates.Parse(word), word, reason, exitCode, Node: "n2", SubmittedAt: Submitted);

    private static JobTraces Traces(string exit = "", bool claimed = true, TimeSpan? heartbeat = null, string owner = "17", params string[] refused)
    {
        string[] words = exit.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        JobExit? end = words.Length == 0 ? null
            : new JobExit(owner, "n2", int.Parse(words[1]), int.Parse(words[1]) > 128 ? int.Parse(words[1]) - 128 : null, Enum.Parse<JobExitReason>(words[0]), Submitted, Submitted);
        return new JobTraces(end, claimed, claimed && owner.Length > 0 ? new JobClaim(owner, "n2", 4711, 0, Submitted) : null, refused, heartbeat);
    }

    private static JobVerdict Decide(JobSighting? seen, JobTraces traces, JobAbsence? absence = null, TimeSpan overFor = default) =>
        JobVerdict.Decide(new JobEvidence(Job, seen, traces, absence, overFor), JobPatience.Default);

    // --- the job's own word
    [Theory]
    [InlineData("Ended 0", "RUNNING", JobAction.Collect)]
    [InlineData("Ended 0", "OUT_OF_MEMORY", JobAction.Collect)] // a helper process of it was killed, the program ended well
    [InlineData("Ended 0", "CANCELLED by 0", JobAction.Collect)]
    [InlineData("Ended 1", "FAILED", JobAction.Diagnose)]
    [InlineData("Ended 1", "COMPLETED", JobAction.Diagnose)]
    [InlineData("Ended 1", "RUNNING", JobAction.Wait)]
    [InlineData("Ended 1", "COMPLETING", JobAction.Wait)]
    [InlineData("Ended 1", "MOONSTRUCK", JobAction.Wait)]
    [InlineData("Ended 1", "OUT_OF_MEMORY", JobAction.RaiseMemory)]
    [InlineData("Ended 137", "OUT_OF_MEMORY", JobAction.RaiseMemory)]
    [InlineData("Ended 143", "CANCELLED by 1000", JobAction.Cancelled)]
    [InlineData("Ended 143", "PREEMPTED", JobAction.NewAttempt)]
    [InlineData("Ended 137", "NODE_FAIL", JobAction.NewAttempt)]
    [InlineData("Ended 143", "TIMEOUT", JobAction.NextSegment)]
    [InlineData("Ended 1", "DEADLINE", JobAction.Diagnose)]
    [InlineData("Stopped 143", "CANCELLED by 1000", JobAction.Cancelled)]
    [InlineData("Stopped 143", "PREEMPTED", JobAction.NewAttempt)]
    [InlineData("Stopped 143", "RUNNING", JobAction.Wait)]
    [InlineData("Stopped 0", "COMPLETED", JobAction.NextSegment)]
    [InlineData("Stopped 75", "FAILED", JobAction.NextSegment)]
    [InlineData("Walltime 0", "RUNNING", JobAction.NextSegment)]
    [InlineData("Walltime 137", "TIMEOUT", JobAction.NextSegment)]
    [InlineData("Walltime 137", "OUT_OF_MEMORY", JobAction.RaiseMemory)]
    [InlineData("Fenced 143", "RUNNING", JobAction.NewAttempt)]
    [InlineData("Fenced 143", "CANCELLED", JobAction.NewAttempt)]
    public void An_exit_is_read_in_the_light_of_the_schedulers_state(string exit, string state, JobAction expected) =>
        Assert.Equal((expected, false), Of(Decide(Seen(state), Traces(exit))));

    [Fact]
    public void An_exit_before_the_job_went_back_into_the_queue_gives_that_job_up() =>
        Assert.Equal((JobAction.NewAttempt, true), Of(Decide(Seen("PENDING", "BeginTime"), Traces("Ended 143"))));

    [Theory]
    [InlineData("Ended 0", false, JobAction.Collect)]
    [InlineData("Walltime 0", false, JobAction.NextSegment)]
    [InlineData("Ended 1", false, JobAction.Wait)] // out of memory looks like this: the scheduler must be asked first
    [InlineData("Ended 1", true, JobAction.Diagnose)]
    [InlineData("Stopped 0", true, JobAction.NextSegment)]
    public void An_exit_stands_alone_once_the_scheduler_has_forgotten(string exit, bool asked, JobAction expected) =>
        Assert.Equal(expected, Decide(null, Traces(exit), asked ? new JobAbsence(1, TimeSpan.Zero) : null).Action);

    // --- the scheduler's word alone
    [Theory]
    [InlineData("PENDING", false, JobAction.Wait, false)]
    [InlineData("CONFIGURING", false, JobAction.Wait, false)]
    [InlineData("RUNNING", true, JobAction.Wait, false)]
    [InlineData("SUSPENDED", true, JobAction.Wait, false)]
    [InlineData("SPECIAL_EXIT", false, JobAction.Wait, false)]
    [InlineData("REVOKED", true, JobAction.Wait, false)]
    [InlineData("TIMEOUT", true, JobAction.NextSegment, false)]
    [InlineData("PREEMPTED", true, JobAction.NewAttempt, false)]
    [InlineData("NODE_FAIL", true, JobAction.NewAttempt, true)]
    [InlineData("NODE_FAIL", false, JobAction.NewAttempt, false)]
    [InlineData("BOOT_FAIL", false, JobAction.NewAttempt, false)]
    [InlineData("OUT_OF_MEMORY", true, JobAction.RaiseMemory, false)]
    [InlineData("CANCELLED by 1000", true, JobAction.Cancelled, false)]
    [InlineData("DEADLINE", false, JobAction.Diagnose, false)]
    [InlineData("COMPLETED", true, JobAction.Wait, false)] // exit.json may lag on a network file system
    [InlineData("FAILED", true, JobAction.Wait, false)]
    public void A_state_without_an_exit_has_its_action(string state, bool claimed, JobAction expected, bool fence) =>
        Assert.Equal((expected, fence), Of(Decide(Seen(state), Traces(claimed: claimed, heartbeat: claimed ? Fresh : null))));

    [Theory]
    [InlineData("COMPLETED", null, JobAction.Diagnose, false)]
    [InlineData("FAILED", null, JobAction.Diagnose, false)]
    [InlineData("FAILED", 7, JobAction.Diagnose, false)]
    [InlineData("FAILED", 90, JobAction.NewAttempt, true)]
    public void A_job_that_stays_without_an_exit_is_looked_into(string state, int? code, JobAction expected, bool fence) =>
        Assert.Equal((expected, fence), Of(Decide(Seen(state, exitCode: code), Traces(), overFor: TimeSpan.FromMinutes(3))));

    /// <summary>Measured: a controller that lost its state gives an id anew and then hears of the end of the job that had it before.</summary>
    [Theory]
    [InlineData("COMPLETED", null)]
    [InlineData("FAILED", 1)]
    public void A_job_that_is_over_and_never_began_is_tried_again_later(string state, int? code)
    {
        Assert.Equal(JobAction.Wait, Decide(Seen(state, exitCode: code), Traces(claimed: false)).Action);
        Assert.Equal((JobAction.RetryLater, true), Of(Decide(Seen(state, exitCode: code), Traces(claimed: false), overFor: TimeSpan.FromMinutes(3))));
    }

    [Theory]
    [InlineData("NODE_FAIL")]
    [InlineData("BOOT_FAIL")]
    public void The_node_that_failed_is_named(string state) => Assert.Equal("n2", Decide(Seen(state), Traces()).BadNode);

    [Fact]
    public void A_state_not_understood_is_waited_out_and_named() => Assert.Contains("MOONSTRUCK", Decide(Seen("MOONSTRUCK"), Traces()).Reason);

    [Fact]
    public void A_running_job_without_a_heartbeat_is_waited_for_and_said_so() =>
        Assert.Contains("without a sign of life", Decide(Seen("RUNNING"), Traces(heartbeat: Stale)).Reason);

    // --- restarts and doubles
    [Theory]
    [InlineData("17", new[] { "17" }, JobAction.NewAttempt, true)] // requeued: the same id, started from the top
    [InlineData("16", new[] { "17" }, JobAction.Follow, false)] // ours is the double, 16 works
    [InlineData("17", new[] { "18" }, JobAction.Wait, false)] // the double was refused, ours works
    [InlineData("", new[] { "17" }, JobAction.NewAttempt, true)] // nobody knows who claimed
    [InlineData("16", new[] { "16", "17" }, JobAction.NewAttempt, true)]
    public void A_refused_copy_tells_who_works(string owner, string[] refused, JobAction expected, bool fence) =>
        Assert.Equal((expected, fence), Of(Decide(Seen("RUNNING"), Traces(heartbeat: Fresh, owner: owner, refused: refused))));

    [Theory]
    [InlineData(4, JobAction.Wait)] // the queue was asked before the claim was made
    [InlineData(3600, JobAction.NewAttempt)]
    public void A_claimed_job_in_the_queue_was_put_back_once_it_is_silent(int heartbeatSeconds, JobAction expected) =>
        Assert.Equal(expected, Decide(Seen("PENDING", "BeginTime"), Traces(heartbeat: TimeSpan.FromSeconds(heartbeatSeconds))).Action);

    // --- not listed
    [Theory]
    [InlineData(false, null, 0, 0, JobAction.Wait)] // the scheduler does not answer
    [InlineData(false, null, 1, 30, JobAction.Wait)]
    [InlineData(false, null, 2, 1, JobAction.Wait)] // asked twice, but at once
    [InlineData(false, null, 2, 3, JobAction.SubmitAgain)]
    [InlineData(true, 4, 2, 600, JobAction.Wait)] // it lives
    [InlineData(true, 3600, 0, 0, JobAction.Wait)]
    [InlineData(true, 3600, 2, 3, JobAction.NewAttempt)]
    [InlineData(true, null, 2, 3, JobAction.Wait)]
    [InlineData(true, null, 2, 6, JobAction.NewAttempt)]
    public void Absence_is_no_end(bool claimed, int? heartbeatSeconds, int looks, int minutes, JobAction expected)
    {
        JobVerdict verdict = Decide(null, Traces(claimed: claimed, heartbeat: heartbeatSeconds is { } s ? TimeSpan.FromSeconds(s) : null),
            looks == 0 ? null : new JobAbsence(looks, TimeSpan.FromMinutes(minutes)));
        Assert.Equal((expected, expected == JobAction.NewAttempt), Of(verdict));
    }

    // --- an id alone is no identity
    [Theory]
    [InlineData("17", "li3ticl6-7f3a-a2", 0)]
    [InlineData("17", "somebody-else", 0)]
    [InlineData("18", "li3ticl6-7f3a-a1", 0)]
    [InlineData("17", "li3ticl6-7f3a-a1", -400)] // years ago, in the accounting
    public void The_state_of_another_job_says_nothing_of_this_one(string id, string name, int days)
    {
        var other = new JobSighting(id, name, JobState.Failed, "FAILED", SubmittedAt: Submitted.AddDays(days));
        Assert.Equal(JobAction.Wait, Decide(other, Traces(heartbeat: Fresh), overFor: TimeSpan.FromDays(1)).Action);
    }

    [Fact]
    public void A_requeue_which_gives_a_later_submit_time_is_the_same_job() =>
        Assert.Equal(JobAction.NextSegment, Decide(Seen("TIMEOUT") with { SubmittedAt = Submitted.AddDays(2) }, Traces()).Action);

    private static (JobAction, bool) Of(JobVerdict verdict) => (verdict.Action, verdict.Fence);
}
