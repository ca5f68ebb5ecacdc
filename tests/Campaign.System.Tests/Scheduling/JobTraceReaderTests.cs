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
        File.WriteAllText(working.At(JobFile.Heartbeat), "1\n");
        File.WriteAllText(working.At(JobFile.Fence), "");
        File.WriteAllText(working.At("-OSZICAR"), "1\0 F= -1\n 2 F= -2\n");
        WatchedFile[] watched = [new("-OSZICAR", 8), new("none")];
        var time = new Clock();
        var reader = new JobTraceReader(new DirectTransport(), time);

        RunSight[] Read() => [.. reader.Read([Look(done.Path), Look(fresh.Path + "/none"), Look(fresh.Path), new RunLook(working.Path, watched)], default)];
        RunSight[] sights = Read();
        JobTraces traces = sights[0].Traces;
        Assert.Equal((3, "17"), (traces.Exit!.Code, traces.Claim!.JobId));
        Assert.Equal(["18", "19"], traces.Refused.Order());
        Assert.NotNull(traces.HeartbeatAge);
        Assert.Same(RunSight.Nothing, sights[1]);
        Assert.Equal((null, false, null, null, false), (sights[2].Traces.Exit, sights[2].Traces.Claimed, sights[2].Traces.Claim, sights[2].Traces.HeartbeatAge, sights[2].Traces.Fenced));
        // halves are nothing
        traces = sights[3].Traces;
        Assert.Equal((null, true, null, true, TimeSpan.Zero), (traces.Exit, traces.Claimed, traces.Claim, traces.Fenced, traces.HeartbeatAge));
        Assert.Equal("2 F= -2\n", Assert.Single(sights[3].Tails, t => t.Key == "-OSZICAR").Value);
        Assert.False(sights[3].Tails.ContainsKey("none"));

        // a silence lasts from the first look that shows the same sign of life
        time.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(TimeSpan.FromMinutes(3), Read()[3].Traces.HeartbeatAge);
        File.WriteAllText(working.At(JobFile.Heartbeat), "2\n");
        Assert.Equal(TimeSpan.Zero, Read()[3].Traces.HeartbeatAge);
        Assert.Empty(reader.Read([], default));
    }

    [Fact]
    public void What_cannot_be_looked_at_is_not_taken_for_nothing()
    {
        using RunDirectory run = new();
        File.WriteAllText(run.At("file"), "");
        RunSight sight = Assert.Single(new JobTraceReader(new DirectTransport(), TimeProvider.System).Read([Look(run.At("file/inside"))], default));
        Assert.Contains("Not a directory", sight.Unreadable);
    }

    private static RunLook Look(string directory) => new(directory, []);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
