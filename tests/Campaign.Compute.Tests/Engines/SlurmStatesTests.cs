using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Xunit;

namespace Campaign.Compute.Tests.Engines;

public sealed class SlurmStatesTests
{
    [Theory]
    [InlineData("BOOT_FAIL", "BF", JobState.BootFailed)]
    [InlineData("CANCELLED", "CA", JobState.Cancelled)]
    [InlineData("COMPLETED", "CD", JobState.Completed)]
    [InlineData("COMPLETING", "CG", JobState.Running)]
    [InlineData("CONFIGURING", "CF", JobState.Running)]
    [InlineData("DEADLINE", "DL", JobState.Deadline)]
    [InlineData("FAILED", "F", JobState.Failed)]
    [InlineData("NODE_FAIL", "NF", JobState.NodeFailed)]
    [InlineData("OUT_OF_MEMORY", "OOM", JobState.OutOfMemory)]
    [InlineData("PENDING", "PD", JobState.Waiting)]
    [InlineData("PREEMPTED", "PR", JobState.Preempted)]
    [InlineData("REQUEUED", "RQ", JobState.Waiting)]
    [InlineData("REQUEUE_FED", "RF", JobState.Waiting)]
    [InlineData("REQUEUE_HOLD", "RH", JobState.Waiting)]
    [InlineData("RESIZING", "RS", JobState.Running)]
    [InlineData("RESV_DEL_HOLD", "RD", JobState.Waiting)]
    [InlineData("REVOKED", "RV", JobState.Unknown)] // another cluster of a federation runs it: not for us to conclude
    [InlineData("RUNNING", "R", JobState.Running)]
    [InlineData("SIGNALING", "SI", JobState.Running)]
    [InlineData("SPECIAL_EXIT", "SE", JobState.Waiting)]
    [InlineData("STAGE_OUT", "SO", JobState.Running)]
    [InlineData("STOPPED", "ST", JobState.Running)]
    [InlineData("SUSPENDED", "S", JobState.Running)]
    [InlineData("TIMEOUT", "TO", JobState.TimedOut)]
    public void Every_word_has_a_meaning_long_and_short(string name, string code, JobState expected)
    {
        Assert.Equal(expected, SlurmStates.Parse(name));
        Assert.Equal(expected, SlurmStates.Parse(code));
        Assert.Equal(expected, SlurmStates.Parse($" {name.ToLowerInvariant()} "));
    }

    [Theory]
    [InlineData("CANCELLED by 1000", JobState.Cancelled)]
    [InlineData("CANCELLED+", JobState.Cancelled)]
    [InlineData("COMPLETED,POWER_UP_NODE", JobState.Completed)]
    public void Only_the_first_word_counts(string text, JobState expected) => Assert.Equal(expected, SlurmStates.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("?")]
    [InlineData("OO")] // as cut by a narrow column
    [InlineData("CANCELLED_BY_MOON")]
    [InlineData("PENDINGS")]
    public void A_word_nobody_decided_on_is_unknown(string text) => Assert.Equal(JobState.Unknown, SlurmStates.Parse(text));
}
