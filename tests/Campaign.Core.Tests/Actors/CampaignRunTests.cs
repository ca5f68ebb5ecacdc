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

        ControlReply? reply = await Apply(CampaignVerb.Retry, "b/left");
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

    [Theory]
    [InlineData("a/root")]
    [InlineData(null)] // the whole campaign
    public async Task A_retry_that_waits_for_its_date_can_be_had_at_once(string? task)
    {
        _campaign.RetryAfter = TimeSpan.FromHours(1);
        _campaign.Work.Instead = (id, n) => id == "a/root" && n == 1 ? throw new IOException("No space left on device") : null;
        Task<CampaignOutcome> running = _campaign.RunAsync(Graphs.Diamond);
        await _campaign.ReachedAsync("a/root", TaskPhase.RetryScheduled);

        ControlReply early = await _campaign.WishRunningAsync(CampaignVerb.Retry, "b/left"); // waits for its input, and has not failed
        ControlReply reply = await _campaign.WishRunningAsync(CampaignVerb.Retry, task);

        Assert.False(early.Accepted);
        Assert.Contains("has not failed: it is planned", early.Message);
        Assert.True(reply.Accepted, reply.Message);
        Assert.Contains("a/root", reply.Message);
        Assert.Equal(0, (await running).ExitCode);
        Assert.Equal(2, _campaign.Work.CountOf("a/root"));
    }

    [Fact]
    public async Task Cancelling_a_running_campaign_says_what_stops_and_retrying_a_task_opens_all_of_it_again()
    {
        _campaign.Work.Endless["b/left"] = true;
        Task<CampaignOutcome> running = _campaign.RunAsync(Graphs.Diamond);
        await _campaign.ReachedAsync("b/left", TaskPhase.Running);
        await _campaign.ReachedAsync("b/right", TaskPhase.Done);
        await _campaign.ReachedAsync("b/alone", TaskPhase.Done);

        ControlReply cancelled = await _campaign.WishRunningAsync(CampaignVerb.Cancel, null);

        Assert.Contains("The attempt at b/left saves its checkpoint and stops.", cancelled.Message);
        Assert.Equal(75, (await running).ExitCode);
        _campaign.Work.Endless.Clear();
        Assert.Contains("open again", (await Apply(CampaignVerb.Retry, "b/left"))!.Message);
        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);
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

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_drives()
    {
        using CampaignLock? held = CampaignLock.TryAcquire(_campaign.Directory, TimeProvider.System, out _);

        var locked = Assert.IsType<CampaignOutcome.Locked>(await _campaign.RunAsync(Graphs.Diamond));

        Assert.Equal(75, locked.ExitCode);
        Assert.Equal(Environment.ProcessId, locked.Owner!.ProcessId);
    }

    [Fact]
    public async Task A_changed_plan_is_refused_until_accepted_and_then_only_what_changed_runs()
    {
        await _campaign.RunAsync(Graphs.Diamond);
        var changed = new WorkflowGraph(Graphs.Diamond.Tasks.Select(t => t.Id.Value == "b/left" ? t.With("other") : t));

        var refused = Assert.IsType<CampaignOutcome.PlanChanged>(await _campaign.RunAsync(changed));
        Assert.Equal("b/left", Assert.Single(refused.Difference.Changed).Task.Value);
        Assert.Equal(6, _campaign.Work.Executions.Count);

        CampaignOutcome outcome = await CampaignHost.RunAsync(_campaign.Order(changed) with { AcceptChanges = true }, CancellationToken.None);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal((1, 2, 1, 2, 2), (
            _campaign.Work.CountOf("a/root"), _campaign.Work.CountOf("b/left"), _campaign.Work.CountOf("b/right"),
            _campaign.Work.CountOf("c/join"), _campaign.Work.CountOf("report/report")));
    }

    [Fact]
    public async Task A_shared_store_lets_another_campaign_reuse_every_result()
    {
        using var other = new CampaignFixture();
        string store = Path.Combine(_campaign.Directory.Root, "shared-store");
        await CampaignHost.RunAsync(_campaign.Order(Graphs.Diamond) with { Store = store }, CancellationToken.None);

        CampaignOutcome outcome = await CampaignHost.RunAsync(other.Order(Graphs.Diamond) with { Store = store }, CancellationToken.None);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(other.Work.Executions);
        Assert.All(other.Snapshot().Tasks, t => Assert.True(t.Reused));
    }

    [Fact]
    public async Task A_running_task_can_be_cancelled_from_outside_and_the_rest_goes_on()
    {
        _campaign.Work.Endless["b/left"] = true;
        Task<CampaignOutcome> running = _campaign.RunAsync(Graphs.Diamond);
        Assert.True(_campaign.Work.EndlessBegan.Wait(TimeSpan.FromSeconds(30)));
        var inbox = new ControlInbox(_campaign.Directory);
        ControlCommand wish = ControlInbox.NewCommand(CampaignVerb.Cancel, TaskId.Parse("b/left"), TimeProvider.System);
        inbox.Post(wish);

        var concluded = Assert.IsType<CampaignOutcome.Concluded>(await running);

        Assert.Equal(CampaignResult.Partial, concluded.Result);
        Assert.Equal("cancelled", _campaign.PhaseOf("b/left"));
        Assert.Equal("done", _campaign.PhaseOf("b/right"));
        Assert.True(inbox.TakeReply(wish.Id)!.Accepted);
    }

    [Fact]
    public async Task A_paused_campaign_does_not_start_and_goes_on_after_continue()
    {
        _campaign.Work.Instead = (task, _) => task == "a/root" ? new OperationOutcome.Failed("no") : null;
        await _campaign.RunAsync(Graphs.Diamond);
        _campaign.Work.Instead = (_, _) => null;
        foreach (CampaignVerb verb in new[] { CampaignVerb.Retry, CampaignVerb.Pause })
            Assert.True((await Apply(verb, null))!.Accepted);
        int before = _campaign.Work.Executions.Count;

        Assert.Equal(75, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);
        Assert.Equal(before, _campaign.Work.Executions.Count);

        Assert.True((await Apply(CampaignVerb.Continue, null))!.Accepted);
        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);
    }

    [Fact]
    public async Task A_paused_task_waits_while_its_neighbours_work()
    {
        _campaign.Work.Instead = (task, _) => task == "a/root" ? new OperationOutcome.Failed("no") : null;
        await _campaign.RunAsync(Graphs.Diamond);
        _campaign.Work.Instead = (_, _) => null;
        Assert.False((await Apply(CampaignVerb.Pause, "b/alone"))!.Accepted); // it is done
        Assert.False((await Apply(CampaignVerb.Cancel, "b/left"))!.Accepted); // it is blocked
        Assert.True((await Apply(CampaignVerb.Retry, "a/root"))!.Accepted);
        Assert.True((await Apply(CampaignVerb.Pause, "b/left"))!.Accepted);
        Assert.Equal("paused", _campaign.PhaseOf("b/left"));
    }

    [Fact]
    public async Task What_the_journal_reader_folds_is_what_the_actors_told()
    {
        _campaign.Work.Instead = (task, _) => task == "b/left" ? new OperationOutcome.Failed("no") : null;
        await _campaign.RunAsync(Graphs.Diamond);

        Dictionary<string, string> told = [];
        foreach (CampaignProgress progress in _campaign.Told)
            if (progress is CampaignProgress.TaskMoved m)
                told[m.Task.Value] = m.State.Phase.Display();
            else if (progress is CampaignProgress.TaskBlocked b)
                told[b.Task.Value] = "cancelled";
        Assert.Equal(told.OrderBy(t => t.Key), _campaign.Phases().OrderBy(t => t.Key));
    }

    [Fact]
    public async Task Clustered_mode_refuses_sqlite()
    {
        CampaignRun run = _campaign.Order(Graphs.Diamond) with { Hosting = new HostingOptions(ExecutionMode.Clustered, JournalKind.Sqlite) };
        var e = await Assert.ThrowsAsync<NotSupportedException>(() => CampaignHost.RunAsync(run, CancellationToken.None));
        Assert.Contains("PostgreSQL", e.Message);
    }

    private Task<ControlReply?> Apply(CampaignVerb verb, string? task) => _campaign.WishAsync(verb, task);
}

/// <summary>Actor specs share two cores: one at a time.</summary>
[CollectionDefinition("actors", DisableParallelization = true)]
public sealed class ActorsCollection;
