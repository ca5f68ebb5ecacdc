using System.Text.Json.Nodes;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>Parameters that differ from the plan: corrected by a handler, or set by a person.</summary>
[Collection("actors")]
public sealed class ChangedParametersTests : IDisposable
{
    private readonly CampaignFixture _campaign = new();

    public ChangedParametersTests() => _campaign.Corrections = CorrectionPolicy.Default with { Handlers = [new Louder()] };

    public void Dispose() => _campaign.Dispose();

    [Fact]
    public async Task A_failure_that_is_understood_is_corrected_and_those_behind_it_take_the_new_result()
    {
        _campaign.Work.Instead = (task, n) => task == "b/left" && n <= 2 ? new OperationOutcome.Failed("nobody heard it", Louder.Answers) : null;

        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);

        Assert.Equal(3, _campaign.Work.CountOf("b/left"));
        Assert.Contains("(b/left!!(a/root))", TextOf("c/join"));
        TaskEvents.CorrectionApplied[] made = [.. _campaign.Journal().Select(e => e.Event).OfType<TaskEvents.CorrectionApplied>()];
        Assert.Equal(["louder", "louder"], made.Select(c => c.Handler));
        Assert.Equal("\"b/left!!\"", made[1].Changes[0].Value!.ToJsonString());
        Assert.Equal("nobody heard it", made[1].Why);
    }

    [Fact]
    public async Task A_corrected_task_stays_done_when_the_campaign_runs_again()
    {
        _campaign.Work.Instead = (task, n) => task == "b/left" && n == 1 ? new OperationOutcome.Failed("nobody heard it", Louder.Answers) : null;
        await _campaign.RunAsync(Graphs.Diamond);
        int rows = _campaign.Journal().Count, executions = _campaign.Work.Executions.Count;

        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);

        Assert.Equal(rows, _campaign.Journal().Count);
        Assert.Equal(executions, _campaign.Work.Executions.Count);
    }

    [Fact]
    public async Task A_spent_budget_fails_the_task_and_says_so_and_a_retry_begins_with_the_planned_parameters()
    {
        bool deaf = true;
        _campaign.Work.Instead = (task, _) => task == "b/left" && deaf ? new OperationOutcome.Failed("nobody heard it", Louder.Answers) : null;

        var concluded = (CampaignOutcome.Concluded)await _campaign.RunAsync(Graphs.Diamond);

        string reason = Assert.Single(concluded.Failed).Reason;
        Assert.Contains("nobody heard it", reason);
        Assert.Contains("3 times", reason);
        Assert.Equal(4, _campaign.Work.CountOf("b/left"));

        deaf = false;
        Assert.True((await Apply(CampaignVerb.Retry, "b/left"))!.Accepted);
        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);
        Assert.Contains("(b/left(a/root))", TextOf("c/join"));
    }

    [Fact]
    public async Task A_value_set_for_a_failed_task_makes_it_run_again_with_what_depends_on_it()
    {
        _campaign.Work.Instead = (task, n) => task == "b/left" && n == 1 ? new OperationOutcome.Failed("no") : null;
        await _campaign.RunAsync(Graphs.Diamond);

        ControlReply? reply = await Apply(CampaignVerb.Set, "b/left", new ParameterChange("word", "soft"));
        Assert.True(reply!.Accepted, reply.Message);
        Assert.Equal(0, (await _campaign.RunAsync(Graphs.Diamond)).ExitCode);

        Assert.Contains("(soft(a/root))", TextOf("c/join"));
        Assert.Equal(1, _campaign.Work.CountOf("b/right"));
        Assert.Equal("soft", (string)_campaign.Snapshot().Graph[TaskId.Parse("b/left")].Parameters["word"]!);
    }

    [Fact]
    public async Task A_value_set_for_a_running_task_stops_its_attempt_and_starts_another()
    {
        _campaign.Work.Endless["b/left"] = true;
        Task<CampaignOutcome> running = _campaign.RunAsync(Graphs.Diamond);
        Assert.True(_campaign.Work.EndlessBegan.Wait(TimeSpan.FromSeconds(30)));
        _campaign.Work.Endless.Clear();
        var inbox = new ControlInbox(_campaign.Directory);
        ControlCommand wish = ControlInbox.NewCommand(CampaignVerb.Set, TaskId.Parse("b/left"), TimeProvider.System, new ParameterChange("word", "soft"));
        inbox.Post(wish);

        Assert.Equal(0, (await running).ExitCode);

        Assert.True(inbox.TakeReply(wish.Id)!.Accepted);
        Assert.Equal(2, _campaign.Work.CountOf("b/left"));
        Assert.Contains("(soft(a/root))", TextOf("c/join"));
    }

    [Fact]
    public async Task A_task_that_is_done_cannot_be_set_and_a_value_can_be_taken_back()
    {
        _campaign.Work.Instead = (task, _) => task == "b/left" ? new OperationOutcome.Failed("no") : null;
        await _campaign.RunAsync(Graphs.Diamond);

        ControlReply? done = await Apply(CampaignVerb.Set, "b/right", new ParameterChange("word", "soft"));
        Assert.False(done!.Accepted);
        Assert.Contains("--accept-changes", done.Message);
        Assert.False((await Apply(CampaignVerb.Set, "b/left", new ParameterChange("word", "b/left")))!.Accepted); // it has that value
        Assert.True((await Apply(CampaignVerb.Set, "b/left", new ParameterChange("word", "soft")))!.Accepted);
        Assert.True((await Apply(CampaignVerb.Set, "b/left", new ParameterChange("word", null)))!.Accepted);
        Assert.Equal("b/left", (string)_campaign.Snapshot().Graph[TaskId.Parse("b/left")].Parameters["word"]!);
    }

    private string TextOf(string task)
    {
        var concluded = _campaign.Snapshot().Stages[TaskId.Parse(task).Stage].Concluded[TaskId.Parse(task)];
        return File.ReadAllText(new ArtifactStore(_campaign.Directory.Root).Verified(concluded.Outputs["text"]));
    }

    private Task<ControlReply?> Apply(CampaignVerb verb, string task, ParameterChange? change = null) => _campaign.WishAsync(verb, task, change);

    private sealed record Louder() : CorrectionHandler("louder", "join", Answers, CorrectionClass.Numerics)
    {
        public const string Answers = "word.unheard";

        public override IReadOnlyList<ParameterChange> Correct(JsonObject failed) => [new("word", $"{(string)failed["word"]!}!")];
    }
}
