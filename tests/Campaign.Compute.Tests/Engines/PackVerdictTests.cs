using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Xunit;

namespace Campaign.Compute.Tests.Engines;

/// <summary>What follows for an attempt that shares its job with others, from what is known of the job and of the attempt.</summary>
public sealed class PackVerdictTests
{
    private static readonly DateTimeOffset Submitted = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
    private static readonly JobIdentity Job = new("17", JobName.Parse("li3ticl6-p0123456789ab"), Submitted);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3), Stale = TimeSpan.FromHours(1);
    private static readonly JobTraces Begun = new(null, true, new JobClaim("17", "n2", 4711, 0, Submitted), [], TimeSpan.Zero);

    private static JobTraces Ended(JobExitReason reason, int code) =>
        Begun with { Exit = new JobExit("17", "n2", code, code > 128 ? code - 128 : null, reason, Submitted, Submitted) };

    private static JobVerdict Decide(string? state, JobTraces member, JobTraces pack, TimeSpan overFor = default, JobAbsence? absence = null)
    {
        JobSighting? seen = state is null ? null : new JobSighting("17", Job.Name.ToString(), SlurmStates.Parse(state), state, Node: "n2", SubmittedAt: Submitted);
        return JobVerdict.Decide(new JobEvidence(Job, seen, member, absence, overFor) { Pack = pack }, JobPatience.Default);
    }

    // --- the pack has not begun it
    [Theory]
    [InlineData("PENDING", JobAction.Wait, false, null)]
    [InlineData("RUNNING", JobAction.Wait, false, null)]
    [InlineData("PREEMPTED", JobAction.NewAttempt, false, null)]
    [InlineData("OUT_OF_MEMORY", JobAction.NewAttempt, false, null)] // of which it used nothing
    [InlineData("NODE_FAIL", JobAction.NewAttempt, true, "n2")] // a node that is cut off goes on, and may begin it yet
    [InlineData("TIMEOUT", JobAction.NewAttempt, false, null)]
    [InlineData("COMPLETED", JobAction.NewAttempt, false, null)] // without a last word
    [InlineData("FAILED", JobAction.NewAttempt, false, null)]
    [InlineData("CANCELLED by 1000", JobAction.Cancelled, false, null)]
    public void What_the_pack_had_not_begun_is_submitted_again(string state, JobAction expected, bool fence, string? bad)
    {
        JobVerdict verdict = Decide(state, JobTraces.None, Begun, Long);
        Assert.Equal((expected, fence, bad), (verdict.Action, verdict.Fence, verdict.BadNode));
    }

    [Theory]
    [InlineData(JobExitReason.Ended, 0, JobAction.NewAttempt)]
    [InlineData(JobExitReason.Walltime, 0, JobAction.NewAttempt)]
    [InlineData(JobExitReason.Ended, 137, JobAction.NewAttempt)] // killed
    [InlineData(JobExitReason.Ended, 91, JobAction.Diagnose)] // it would go the same way again
    public void The_packs_own_word_is_believed_once_the_files_have_settled(JobExitReason reason, int code, JobAction expected)
    {
        string state = code == 0 ? "COMPLETED" : "FAILED";
        Assert.Equal(expected, Decide(state, JobTraces.None, Ended(reason, code), Long).Action);
        if (code == 0) // the end of the pack was seen; that of a member may be seen later
            Assert.Equal(JobAction.Wait, Decide(state, JobTraces.None, Ended(reason, code)).Action);
    }

    [Fact]
    public void A_pack_that_the_scheduler_ended_before_it_began_is_made_anew_after_a_while() =>
        Assert.Equal(JobAction.RetryLater, Decide("FAILED", JobTraces.None, JobTraces.None, Long).Action);

    [Fact]
    public void A_requeued_pack_finds_its_claim_and_its_members_are_given_up()
    {
        JobVerdict again = Decide("RUNNING", JobTraces.None, Begun with { Refused = ["17"] });
        Assert.Equal((JobAction.NewAttempt, true), (again.Action, again.Fence));
        JobVerdict waiting = Decide("PENDING", JobTraces.None, Begun with { HeartbeatAge = Stale });
        Assert.Equal((JobAction.NewAttempt, true), (waiting.Action, waiting.Fence));
        JobVerdict working = Decide("RUNNING", Begun with { HeartbeatAge = Stale }, Begun with { Refused = ["17"] });
        Assert.Equal((JobAction.NewAttempt, true), (working.Action, working.Fence));
    }

    [Fact]
    public void A_pack_that_was_submitted_twice_is_followed_by_its_claim() =>
        Assert.Equal(JobAction.Follow, Decide("RUNNING", JobTraces.None, Begun with { Claim = Begun.Claim! with { JobId = "16" }, Refused = ["17"] }).Action);

    [Theory]
    [InlineData(false, JobAction.SubmitAgain)]
    [InlineData(true, JobAction.NewAttempt)]
    public void A_pack_that_is_not_known_any_more_takes_its_members_with_it(bool claimed, JobAction expected)
    {
        var absence = new JobAbsence(2, Stale);
        Assert.Equal(expected, Decide(null, JobTraces.None, claimed ? Begun with { HeartbeatAge = Stale } : JobTraces.None, absence: absence).Action);
        Assert.Equal(JobAction.Wait, Decide(null, JobTraces.None, Begun, absence: absence).Action); // it lives
    }

    // --- the pack has begun it: as a job of its own, but that the pack goes on
    [Theory]
    [InlineData("RUNNING", JobExitReason.Ended, 0, JobAction.Collect)]
    [InlineData("RUNNING", JobExitReason.Ended, 7, JobAction.Diagnose)]
    [InlineData("OUT_OF_MEMORY", JobExitReason.Ended, 7, JobAction.Diagnose)] // of another member
    [InlineData("RUNNING", JobExitReason.Ended, 137, JobAction.Wait)] // memory, or the end of the job: the scheduler will tell
    [InlineData("OUT_OF_MEMORY", JobExitReason.Ended, 137, JobAction.RaiseMemory)]
    [InlineData("NODE_FAIL", JobExitReason.Ended, 137, JobAction.NewAttempt)]
    [InlineData("RUNNING", JobExitReason.Walltime, 0, JobAction.NextSegment)]
    [InlineData("CANCELLED by 1000", JobExitReason.Stopped, 143, JobAction.Cancelled)]
    [InlineData("RUNNING", JobExitReason.Fenced, 143, JobAction.NewAttempt)]
    public void A_members_own_end_does_not_wait_for_the_pack(string state, JobExitReason reason, int code, JobAction expected) =>
        Assert.Equal(expected, Decide(state, Ended(reason, code), Begun).Action);

    [Theory]
    [InlineData("RUNNING", JobAction.Wait, false)]
    [InlineData("TIMEOUT", JobAction.NextSegment, false)]
    [InlineData("NODE_FAIL", JobAction.NewAttempt, true)]
    [InlineData("OUT_OF_MEMORY", JobAction.RaiseMemory, false)]
    [InlineData("COMPLETED", JobAction.Diagnose, false)]
    public void A_member_without_a_last_word_shares_what_became_of_the_pack(string state, JobAction expected, bool fence) =>
        Assert.Equal((expected, fence), (Decide(state, Begun, Begun, Long).Action, Decide(state, Begun, Begun, Long).Fence));

    // --- what is asked for
    [Fact]
    public void A_pack_asks_for_as_many_members_as_work_at_once_and_for_no_more_than_it_has()
    {
        PackPlan plan = PackPlan.Of(Job.Name, "/runs/.packs/x", 4, [Member(1), Member(2), Member(3)]);
        Assert.Equal((3, 3, 2, 3000), (plan.AtOnce, plan.Resources.TasksPerNode, plan.Resources.CpusPerTask, plan.Resources.MemoryMiB));
        PackPlan read = PackPlan.Decode(plan.Encode())!;
        Assert.Equal((plan.Name, plan.AtOnce, plan.Resources), (read.Name, read.AtOnce, read.Resources));
        Assert.Equal(plan.Members, read.Members);
        Assert.Null(PackPlan.Decode(plan.Encode()[..^3]));
    }

    [Fact]
    public void The_same_members_make_the_same_name_and_others_another()
    {
        JobName Of(params int[] members) => PackPlan.NameOf("li3ticl6-", members.Select(m => Member(m).Name));
        Assert.Equal(Of(1, 2), Of(2, 1));
        Assert.NotEqual(Of(1, 2), Of(1, 3));
    }

    private static JobRequest Member(int n) =>
        new(JobName.Parse($"li3ticl6-0000000{n}-a1"), $"/runs/a/t{n}/a1", new JobResources(TimeSpan.FromHours(2), CpusPerTask: 2, MemoryMiB: 1000), ["true"]);
}
