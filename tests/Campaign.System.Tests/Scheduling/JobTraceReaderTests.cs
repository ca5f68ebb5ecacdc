using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

public sealed class JobTraceReaderTests
{
    [Fact]
    public void What_attempts_left_is_read_in_their_order()
    {
        using RunDirectory done = new("a 'b' $(touch evil)"), fresh = new(), working = new();
        done.Run(done.Bash("exit 3"));
        done.Run(done.Bash("exit 3"), "18");
        done.Run(done.Bash("exit 3"), "19");
        Directory.CreateDirectory(working.At(JobFile.Claim));
        File.WriteAllText(working.At(JobFile.Owner), """{"jobId":"17","host":"n""");
        File.WriteAllText(working.At(JobFile.Exit), "");
        File.WriteAllText(working.At(JobFile.Heartbeat), "1");
        File.SetLastWriteTimeUtc(working.At(JobFile.Heartbeat), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));

        IReadOnlyList<JobTraces?> traces = new JobTraceReader(new DirectTransport()).Read([done.Path, fresh.Path + "/none", fresh.Path, working.Path], default);
        Assert.Equal((3, "17"), (traces[0]!.Exit!.Code, traces[0]!.Claim!.JobId));
        Assert.Equal(["18", "19"], traces[0]!.Refused);
        Assert.NotNull(traces[0]!.HeartbeatAge);
        Assert.Null(traces[1]);
        Assert.Equal((null, false, null, null), (traces[2]!.Exit, traces[2]!.Claimed, traces[2]!.Claim, traces[2]!.HeartbeatAge));
        // halves are nothing
        Assert.Equal((null, true, null), (traces[3]!.Exit, traces[3]!.Claimed, traces[3]!.Claim));
        Assert.InRange(traces[3]!.HeartbeatAge!.Value.TotalMinutes, 59, 65);
        Assert.Empty(new JobTraceReader(new DirectTransport()).Read([], default));
    }
}
