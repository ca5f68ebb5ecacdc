using Campaign.Compute.Engines.Scheduling;
using Campaign.JobCampaign;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.SystemTests.Programs;

/// <summary>An external program as an engine, well and badly behaved, through a whole campaign.</summary>
public sealed class EngineTests
{
    /// <summary>Long enough for thirty quick steps, short enough to wait for.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_crash_is_diagnosed_with_its_evidence_and_answered_by_other_inputs()
    {
        using var campaign = new LongCampaign(30, 10, "exit 7 at 12");
        Assert.True(await campaign.RunAsync());

        Finding finding = Assert.Single(campaign.Findings, f => f.Key == LongEngine.Crashed);
        Assert.Contains("ended with code 7", finding.Message);
        Assert.Contains("output.txt:12: 12 ", finding.Message);
        Assert.Equal("drop-faults", Assert.Single(campaign.Events.OfType<TaskEvents.CorrectionApplied>()).Handler);
        Assert.Equal([(0, 12), (10, 30)], campaign.Runs); // a correction of the numerics goes on from the checkpoint
        Assert.DoesNotContain("fault", File.ReadAllText(Path.Combine(campaign.Directory.Run(campaign.Task, 2), "input.txt")));
    }

    [Fact]
    public async Task A_result_that_is_cut_is_not_taken()
    {
        using var campaign = new LongCampaign(30, 10, "truncate 0 at 30");
        Assert.True(await campaign.RunAsync());
        Assert.Contains("result.txt:1: ", Assert.Single(campaign.Findings, f => f.Key == LongEngine.Truncated).Message);
    }

    [Fact]
    public async Task A_program_killed_for_its_memory_gets_more_and_goes_on_from_its_checkpoint()
    {
        using var campaign = new LongCampaign(30, 10, "memory 64 at 12 in attempt 1");
        Assert.True(await campaign.RunAsync());
        Assert.Equal(200, Assert.Single(campaign.Events.OfType<TaskEvents.MemoryRaised>()).MemoryMiB);
        Assert.Equal([0, 10], campaign.Runs.Select(r => r.First));
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_with_its_walltime_and_the_next_goes_on()
    {
        using var campaign = new LongCampaign(30, 10, "hang 0 at 12 in attempt 1") { Walltime = Short };
        Assert.True(await campaign.RunAsync());
        Assert.Single(campaign.Events.OfType<TaskEvents.Interrupted>());
        Assert.Equal([0, 10], campaign.Runs.Select(r => r.First));
    }

    [Fact]
    public async Task A_program_that_hangs_before_its_first_checkpoint_is_not_started_for_ever()
    {
        using var campaign = new LongCampaign(30, 10, "hang 0 at 2") { Walltime = Short };
        Assert.False(await campaign.RunAsync());
        Assert.Contains("left nothing to go on from", Assert.Single(campaign.Events.OfType<TaskEvents.Failed>()).Reason);
        Assert.Single(campaign.Runs);
    }

    [Fact]
    public async Task Asked_by_its_stop_file_it_stops_ahead_of_the_walltime_and_the_next_goes_on_until_all_is_done()
    {
        using var campaign = new LongCampaign(60, 200) { Walltime = Short };
        Assert.True(await campaign.RunAsync());
        (int First, int Last)[] runs = campaign.Runs;
        Assert.InRange(runs.Length, 2, 20);
        Assert.Equal(runs[..^1].Select(r => r.Last), runs[1..].Select(r => r.First)); // no step is lost or done twice
        Assert.All(campaign.Events.OfType<TaskEvents.Interrupted>(), e => Assert.Contains("walltime", e.Reason));
        Assert.Empty(Directory.Exists(campaign.Directory.AllCheckpointsRoot) ? Directory.GetFiles(campaign.Directory.AllCheckpointsRoot, "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public async Task A_site_that_does_not_know_the_engine_says_what_to_write()
    {
        using var campaign = new LongCampaign(30, 10) { Engines = new Dictionary<string, EngineCommand>() };
        Assert.False(await campaign.RunAsync());
        Assert.Contains("engines: { long: { command: [...] } }", Assert.Single(campaign.Events.OfType<TaskEvents.Failed>()).Reason);
    }

    [Fact]
    public async Task An_input_that_cannot_be_put_together_on_the_site_is_told_from_a_failing_program()
    {
        using var campaign = new LongCampaign(30, 10, "exit 7 at 12") { Engines = new Dictionary<string, EngineCommand> { ["long"] = new(["/bin/sh", "-c", $"exit {JobFile.UnfitCode}"], []) } };
        Assert.False(await campaign.RunAsync());
        Assert.Contains("could not begin on", Assert.Single(campaign.Events.OfType<TaskEvents.Failed>()).Reason);
    }
}
