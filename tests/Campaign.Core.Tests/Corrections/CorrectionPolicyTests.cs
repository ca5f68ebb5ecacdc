using System.Text.Json.Nodes;
using Campaign.Core.Tests.Actors;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Corrections;

public sealed class CorrectionPolicyTests
{
    private static readonly DynamicsParameters Run = new(
        "ti0750", "ionic", ForceSource.Potential, 860, 2, 2000, 30_000, 10, 2000, 100, 3, 1, [1, 1, 1], true, NumberPrecision.Float32);

    private static readonly Finding Diverged = new(FindingKeys.DynamicsDiverged, "The temperature passed 100000 K after step 12.");

    [Fact]
    public void Half_the_time_step_simulates_the_same_time_and_writes_the_same_instants()
    {
        CorrectionHandler handler = CorrectionHandlers.All.Single(h => h.Operation == DynamicsParameters.Operation);
        JsonObject before = CanonicalParameters.ToCanonicalJson(Run);
        DynamicsParameters after = CanonicalParameters.Read<DynamicsParameters>(ParameterChanges.Applied(before, handler.Correct(before)));
        Assert.Equal(1, after.TimeStepFs);
        Assert.Equal(Run.Steps * Run.TimeStepFs, after.Steps * after.TimeStepFs);
        Assert.Equal(Run.EquilibrationSteps * Run.TimeStepFs, after.EquilibrationSteps * after.TimeStepFs);
        Assert.Equal(Run.DumpEverySteps * Run.TimeStepFs, after.DumpEverySteps * after.TimeStepFs);
        Assert.Equal(Run.SegmentSteps * Run.TimeStepFs, after.SegmentSteps * after.TimeStepFs);
        Assert.Equal(Run with { TimeStepFs = 1, Steps = 60_000, EquilibrationSteps = 4000, DumpEverySteps = 20, SegmentSteps = 4000, Repeat = after.Repeat }, after);
    }

    [Fact]
    public void A_change_of_the_physics_needs_leave_and_the_refusal_says_what_would_change()
    {
        (Correction? correction, string? refusal) = CorrectionPolicy.Default.Propose(Task, [], Diverged);
        Assert.Null(correction);
        Assert.Contains("timeStepFs 2 -> 1", refusal);
        Assert.Contains("budgets.physicsChanges", refusal);
        correction = (CorrectionPolicy.Default with { PhysicsChanges = true }).Propose(Task, [], Diverged).Correction;
        Assert.Equal(CorrectionClass.Physics, correction!.Class);
    }

    [Fact]
    public void Budgets_of_handler_and_task_end_the_corrections()
    {
        CorrectionPolicy policy = CorrectionPolicy.Default with { PhysicsChanges = true, PerHandler = 2, PerTask = 3 };
        Correction same = policy.Propose(Task, [], Diverged).Correction!;
        Correction other = same with { Handler = "another" };
        Assert.NotNull(policy.Propose(Task, [same], Diverged).Correction);
        Assert.Contains("2 times", policy.Propose(Task, [same, same], Diverged).Refusal);
        Assert.Contains("3 corrections", policy.Propose(Task, [other, other, other], Diverged).Refusal);
    }

    [Fact]
    public void A_finding_nobody_knows_is_not_answered()
    {
        Assert.Equal((null, null), CorrectionPolicy.Default.Propose(Task, [], new Finding(FindingKeys.Failed, "no")));
        Assert.Equal((null, null), CorrectionPolicy.Default.Propose(Graphs.Task("a/b"), [], Diverged));
    }

    private static TaskSpec Task => new(
        TaskId.Parse("dlmd/ti0750/ionic/t860"), DynamicsParameters.Operation, 1, "builtin", "local", CanonicalParameters.ToCanonicalJson(Run), [], 1, 0, 0);
}
