using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

[Collection("actors")]
public sealed class CampaignRunTests : IDisposable
{
    private readonly CampaignFixture _campaign = new();

    public void Dispose() => _campaign.Dispose();

    [Fact]
    public async Task A_diamond_runs_every_task_once_and_concludes()
    {
        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        var concluded = Assert.IsType<CampaignOutcome.Concluded>(outcome);
        Assert.Equal(0, concluded.ExitCode);
        Assert.All(_campaign.Phases().Values, phase => Assert.Equal("done", phase));
        Assert.Equal(6, _campaign.Work.Executions.Count);
        Assert.All(_campaign.Work.Executions.Values, n => Assert.Equal(1, n));
    }

    [Fact]
    public async Task Running_a_concluded_campaign_again_does_nothing()
    {
        await _campaign.RunAsync(Graphs.Diamond);
        int rows = _campaign.Journal().Count;

        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(rows, _campaign.Journal().Count);
        Assert.Equal(6, _campaign.Work.Executions.Count);
    }

    [Fact]
    public async Task A_failed_task_stops_those_behind_it_and_no_others_and_the_report_names_it()
    {
        _campaign.Work.Instead = (task, _) => task == "b/left" ? new OperationOutcome.Failed("it did not converge") : null;

        var concluded = (CampaignOutcome.Concluded)await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(3, concluded.ExitCode);
        Assert.Equal(new TaskProblem(TaskId.Parse("b/left"), "it did not converge"), Assert.Single(concluded.Failed));
        TaskProblem blocked = Assert.Single(concluded.Blocked);
        Assert.Equal("c/join", blocked.Task.Value);
        Assert.Contains("b/left", blocked.Reason);
        Assert.Equal("done", _campaign.PhaseOf("b/right"));
        Assert.Equal("done", _campaign.PhaseOf("report/report"));
        Assert.Equal("cancelled", _campaign.PhaseOf("c/join"));
    }

    [Fact]
    public async Task Nothing_to_report_is_a_failure()
    {
        _campaign.Work.Instead = (task, _) => task == "report/report" ? new OperationOutcome.Failed("no figures") : null;

        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(1, outcome.ExitCode);
    }

    [Fact]
    public async Task A_retry_runs_the_failed_task_and_what_depends_on_it_and_nothing_else()
    {
        _campaign.Work.Instead = (task, n) => task == "b/left" && n == 1 ? new OperationOutcome.Failed("bad luck") : null;
        await _campaign.RunAsync(Graphs.Diamond);

        ControlReply? reply = await CampaignHost.ApplyAsync(
            _campaign.Directory.Root, ControlInbox.NewCommand(CampaignVerb.Retry, TaskId.Parse("b/left"), TimeProvider.System), TimeProvider.System);
        Assert.True(reply!.Accepted, reply.Message);
        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(0, outcome.ExitCode);
        Assert.All(_campaign.Phases().Values, phase => Assert.Equal("done", phase));
        Assert.Equal(1, _campaign.Work.CountOf("a/root"));
        Assert.Equal(1, _campaign.Work.CountOf("b/right"));
        Assert.Equal(2, _campaign.Work.CountOf("b/left"));
        Assert.Equal(1, _campaign.Work.CountOf("c/join"));
        Assert.Equal(2, _campaign.Work.CountOf("report/report")); // its inputs are others now
    }

    [Fact]
    public async Task A_fault_of_the_environment_is_waited_out()
    {
        _campaign.Work.Instead = (task, n) => task == "a/root" && n <= 2 ? throw new IOException("No space left on device") : null;

        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(3, _campaign.Work.CountOf("a/root"));
        Assert.All(_campaign.Work.Executions.Values, n => Assert.Equal(1, n)); // each in a directory of its own
    }

    [Fact]
    public async Task A_drained_campaign_saves_checkpoints_and_goes_on_from_them()
    {
        _campaign.Work.Endless["b/left"] = true;
        using var stop = new CancellationTokenSource();
        Task<CampaignOutcome> running = _campaign.RunAsync(Graphs.Diamond, stop.Token);
        Assert.True(_campaign.Work.EndlessBegan.Wait(TimeSpan.FromSeconds(30)));
        stop.Cancel();

        CampaignOutcome interrupted = await running;
        Assert.Equal(130, interrupted.ExitCode);
        Assert.Equal("planned", _campaign.PhaseOf("b/left"));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_campaign.Directory.Root, "checkpoints", "b", "left"), "state", SearchOption.AllDirectories));

        _campaign.Work.Endless.Clear();
        CampaignOutcome outcome = await _campaign.RunAsync(Graphs.Diamond);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(2, _campaign.Work.CountOf("b/left"));
        Assert.Equal(1, _campaign.Work.CountOf("a/root"));
        Assert.False(Directory.Exists(Path.Combine(_campaign.Directory.Root, "checkpoints", "b", "left")) && Directory.EnumerateFiles(Path.Combine(_campaign.Directory.Root, "checkpoints", "b", "left"), "state", SearchOption.AllDirectories).Any());
    }
}

/// <summary>Actor specs share two cores: one at a time.</summary>
[CollectionDefinition("actors", DisableParallelization = true)]
public sealed class ActorsCollection;
