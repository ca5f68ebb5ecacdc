using Campaign.Compute.Engines.Scheduling;
using Xunit;

namespace Campaign.SystemTests.Faults;

/// <summary>The faults are planned, carried out and counted as is said.</summary>
public sealed class FaultPlanTests
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_seed_decides_the_plan()
    {
        Assert.Equal(FaultPlan.Of(7, 40, Gap), FaultPlan.Of(7, 40, Gap));
        Assert.NotEqual(FaultPlan.Of(7, 40, Gap), FaultPlan.Of(8, 40, Gap));
        Assert.Equal(FaultPlan.Of(7, 500, Gap).Take(40), FaultPlan.Of(7, 40, Gap));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(500)]
    public void Every_kind_comes_equally_often_and_the_orchestrator_dies_at_every_boundary(int count)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            IReadOnlyList<PlannedFault> plan = FaultPlan.Of(seed, count, Gap);
            int[] often = [.. Enum.GetValues<FaultKind>().Select(k => plan.Count(p => p.Fault.Kind == k))];

            Assert.Equal(count, plan.Count);
            Assert.True(often.Max() - often.Min() <= 1);
            Assert.All(plan.Where(p => p.Fault.Kind == FaultKind.KillSubmission), p => Assert.InRange(p.Fault.Amount, 1, 20));
            Assert.Equal(Math.Min(often[0], 4), plan.Where(p => p.Fault.Kind == FaultKind.KillOrchestrator).Select(p => p.Fault.Boundary).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_fault_waits_for_something_to_be_done_to_and_is_not_counted_when_there_is_nothing()
    {
        IReadOnlyList<PlannedFault> plan = FaultPlan.Of(1, 11, Gap);
        var target = new Stub { Never = FaultKind.Requeue, Fates = [new TaskFate("t1", EndedRight: true, 0, 0), new TaskFate("t2", EndedRight: false, 1, 2, 3)] };

        FaultOutcome outcome = await FaultCampaign.RunAsync(plan, target, TimeProvider.System);

        Assert.Equal(FaultKind.Requeue, Assert.Single(outcome.Missed).Kind);
        Assert.Equal(plan.Select(p => p.Fault).Where(f => f.Kind != FaultKind.Requeue), outcome.Injected.Select(f => f.Fault));
        IReadOnlyList<FaultRow> table = FaultTable.Of(outcome.Injected, outcome.Fates);
        Assert.Equal(new FaultRow("all", 10, 2, 1, 1, 2, 3, 1), table[^1]);
        Assert.Equal(new FaultRow(nameof(FaultKind.Preempt), 1, 1, 0, 1, 2, 3, 1), table.Single(r => r.Kind == nameof(FaultKind.Preempt)));
        Assert.Equal(new FaultRow(nameof(FaultKind.LoseReply), 1, 1, 1, 0, 0, 0, 0), table.Single(r => r.Kind == nameof(FaultKind.LoseReply)));
        Assert.Contains("| all | 10 | 2 | 1 | 1 | 2 | 3 | 1 |", FaultTable.Print(table));
    }

    [Fact]
    public void A_task_that_was_met_and_is_nowhere_at_the_end_is_lost() =>
        Assert.Equal(1, FaultTable.Of([new InjectedFault(new Fault(FaultKind.Requeue, 0, 0), ["gone"])], [])[0].Lost);

    [Theory]
    [InlineData("7", 0, 0)]
    [InlineData("8", 0, 1)]
    [InlineData("7", 2, 2)]
    public void Executions_too_many_are_found_in_the_run_directories(string jobAtEnd, int moreThatEndedWell, int expected)
    {
        string task = Directory.CreateTempSubdirectory("campaign-claims-").FullName;
        for (int n = 1; n <= 1 + moreThatEndedWell; n++)
        {
            string attempt = Path.Combine(task, $"a{n}");
            Directory.CreateDirectory(Path.Combine(attempt, JobFile.Claim));
            File.WriteAllText(Path.Combine(attempt, JobFile.Owner), """{"jobId":"7","host":"n1","pid":3,"restart":0,"at":"2026-01-01T00:00:00+00:00"}""");
            File.WriteAllText(
                Path.Combine(attempt, JobFile.Exit),
                $$"""{"jobId":"{{jobAtEnd}}","host":"n1","code":0,"signal":null,"reason":"ended","startedAt":"2026-01-01T00:00:00+00:00","endedAt":"2026-01-01T00:01:00+00:00"}""");
        }

        Assert.Equal(expected, ClaimAudit.DoubleExecutions(task));
        Directory.Delete(task, recursive: true);
    }

    /// <summary>Stands for a campaign: meets the first task or the second by the kind of the fault, and only at the second try.</summary>
    private sealed class Stub : IFaultTarget
    {
        private int _tries;
        private bool _gaveUp;

        public FaultKind Never { get; init; }

        public IReadOnlyList<TaskFate> Fates { get; init; } = [];

        public Task<bool> IsOverAsync() => Task.FromResult(_gaveUp);

        public Task<IReadOnlyList<string>?> InjectAsync(Fault fault)
        {
            _gaveUp = fault.Kind == Never;
            return Task.FromResult<IReadOnlyList<string>?>(fault.Kind == Never || ++_tries % 2 == 1 ? null : [fault.Kind == FaultKind.Preempt ? "t2" : "t1"]);
        }

        public Task<IReadOnlyList<TaskFate>> FinishAsync() => Task.FromResult(Fates);
    }
}
