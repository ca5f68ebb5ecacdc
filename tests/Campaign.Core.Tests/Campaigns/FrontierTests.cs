using System.Collections.Immutable;
using Campaign.Core.Tests.Actors;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Campaigns;

public sealed class FrontierTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_task_is_ready_as_soon_as_its_own_inputs_are_there()
    {
        var frontier = New(Graphs.Diamond);
        Assert.Equal(["a/root", "b/alone"], Ready(frontier));
        Finish(frontier, "a/root");
        Assert.Equal(["b/left", "b/right", "b/alone"], Ready(frontier));
        Finish(frontier, "b/left");
        Finish(frontier, "b/right");
        Assert.Equal(["b/alone", "c/join"], Ready(frontier).Order());
    }

    [Fact]
    public void A_lost_input_blocks_those_who_need_it_and_the_report_goes_on_without()
    {
        var frontier = New(Graphs.Diamond);
        Finish(frontier, "a/root");
        Lose(frontier, "b/left");
        Finish(frontier, "b/right");
        Assert.Equal("b/left", Assert.IsType<Verdict.Blocked>(frontier[TaskId.Parse("c/join")]).By.Value);
        Assert.IsType<Verdict.Waiting>(frontier[TaskId.Parse("report/report")]);
        Finish(frontier, "b/alone");
        TaskAssignment report = Assert.IsType<Verdict.Ready>(frontier[TaskId.Parse("report/report")]).Assignment;
        Assert.Equal(["a/root", "b/right", "b/alone"], report.Inputs.Select(i => i.From!.Value.Value));
        Assert.Equal(["b/left", "c/join"], report.Missing.Select(m => m.From.Value));
    }

    [Fact]
    public void A_quorum_lets_those_behind_a_stage_go_on_once_it_has_settled()
    {
        var graph = new WorkflowGraph(
            [.. Enumerable.Range(0, 4).Select(i => Graphs.Task($"train/m{i}")), Graphs.Task("use/all", "train/m0", "train/m1", "train/m2", "train/m3")]);
        var frontier = new Frontier(graph, CampaignPolicy.Default with { Quorum = new Dictionary<string, double> { ["train"] = 0.75 } }, []);
        Lose(frontier, "train/m0");
        Finish(frontier, "train/m1");
        Finish(frontier, "train/m2");
        Assert.IsType<Verdict.Waiting>(frontier[TaskId.Parse("use/all")]);
        Finish(frontier, "train/m3");
        Assert.Equal("train/m0", Assert.Single(Assert.IsType<Verdict.Ready>(frontier[TaskId.Parse("use/all")]).Assignment.Missing).From.Value);
        Lose(frontier, "train/m3");
        Assert.IsType<Verdict.Blocked>(frontier[TaskId.Parse("use/all")]);
    }

    [Fact]
    public void Changed_parameters_make_a_result_stale_and_an_equal_new_result_leaves_those_behind_it_alone()
    {
        var all = new List<StageEvents.TaskConcluded>();
        var frontier = New(Graphs.Diamond);
        foreach (string task in new[] { "a/root", "b/left", "b/right", "b/alone", "c/join", "report/report" })
            all.Add(Finish(frontier, task));
        Assert.True(frontier.AllSettled);

        var changed = new WorkflowGraph(Graphs.Diamond.Tasks.Select(t => t.Id.Value == "b/left" ? t.With("other") : t));
        frontier = new Frontier(changed, CampaignPolicy.Default, all);
        Assert.Equal(["b/left"], frontier.Stale.Select(t => t.Value));
        Assert.IsType<Verdict.Done>(frontier[TaskId.Parse("b/right")]);
        Assert.IsType<Verdict.Waiting>(frontier[TaskId.Parse("c/join")]);

        frontier.Reopen(TaskId.Parse("b/left"));
        Finish(frontier, "b/left"); // the same artifact as before
        Assert.True(frontier.AllSettled);
        frontier.Reopen(TaskId.Parse("b/left"));
        Finish(frontier, "b/left", text: "new");
        Assert.Equal(["c/join"], frontier.Stale.Select(t => t.Value));
    }

    [Fact]
    public void The_order_of_conclusions_does_not_matter()
    {
        var random = new Random(7);
        var graph = Chains(60, random);
        var sequential = New(graph);
        var history = new List<StageEvents.TaskConcluded>();
        while (sequential.Ready.Any())
        {
            TaskAssignment[] ready = [.. sequential.Ready];
            string task = ready[random.Next(ready.Length)].Spec.Id.Value;
            history.Add(random.Next(6) == 0 ? Lose(sequential, task) : Finish(sequential, task));
        }
        var replayed = New(graph, [.. history.OrderBy(_ => random.Next())]);
        Assert.True(sequential.AllSettled);
        foreach (TaskSpec task in graph.Tasks)
            Assert.Equal(sequential[task.Id].GetType(), replayed[task.Id].GetType());
    }

    private static WorkflowGraph Chains(int n, Random random) => new(Enumerable.Range(0, n).Select(i =>
        Graphs.Task($"s{i % 5}/t{i}", [.. Enumerable.Range(0, i).Where(_ => random.Next(12) == 0).Select(j => $"s{j % 5}/t{j}")])));

    private static Frontier New(WorkflowGraph graph, params StageEvents.TaskConcluded[] known) => new(graph, CampaignPolicy.Default, known);

    private static IEnumerable<string> Ready(Frontier frontier) => frontier.Ready.Select(a => a.Spec.Id.Value);

    private static StageEvents.TaskConcluded Finish(Frontier frontier, string task, string text = "x") =>
        Conclude(frontier, task, TaskOutcome.Done, ImmutableDictionary<string, ArtifactRef>.Empty.Add(
            "text", new ArtifactRef(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(task + text))), "txt", 1)));

    private static StageEvents.TaskConcluded Lose(Frontier frontier, string task) =>
        Conclude(frontier, task, TaskOutcome.Failed, ImmutableDictionary<string, ArtifactRef>.Empty);

    private static StageEvents.TaskConcluded Conclude(Frontier frontier, string task, TaskOutcome outcome, IReadOnlyDictionary<string, ArtifactRef> outputs)
    {
        TaskId id = TaskId.Parse(task);
        string? fingerprint = frontier[id] switch { Verdict.Ready r => r.Assignment.Fingerprint, Verdict.Stale s => s.Assignment.Fingerprint, _ => null };
        fingerprint ??= Fingerprint.Of(frontier.Graph[id], []);
        var e = new StageEvents.TaskConcluded(id, 0, outcome, 1, fingerprint, false, outputs, outcome == TaskOutcome.Done ? null : "lost", Now, Now, Now);
        frontier.Conclude(e);
        return e;
    }
}
