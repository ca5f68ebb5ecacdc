using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Corrections;

/// <summary>What VASP's failures are answered with, and what that does to the work done so far.</summary>
public sealed class VaspCorrectionTests
{
    private static readonly DftSettings Dft = new(
        "PBE", 450, true, new Dictionary<string, double> { ["Ti"] = 1 }, new Dictionary<string, HubbardTerm> { ["Ti"] = new("d", 4) }, new Dictionary<string, string>(),
        1e-5, "gaussian", 0.05, [1, 1, 1], true, "none", false, ["LORBIT = 11"]);

    private static readonly SampleParameters Dynamics = new("ti0750", "u4", 600, 1, 100, 1000, 10, 100, 7, Dft: Dft);

    [Fact]
    public void A_ladder_is_climbed_rung_by_rung_each_rung_once_and_other_lines_stay()
    {
        var finding = new Finding("vasp.electronic", "The electrons did not converge.");
        (TaskSpec task, List<Correction> before) = (TaskOf(Dynamics), []);

        task = Step(task, before, finding);
        Assert.Equal(["LORBIT = 11", "ALGO = All"], Lines(task));
        task = Step(task, before, finding);
        Assert.Equal(["LORBIT = 11", "ALGO = Normal", "AMIX = 0.1", "BMIX = 0.01", "NELM = 400"], Lines(task));

        (Correction? none, string? refusal) = CorrectionPolicy.Default.Propose(task, before, finding);
        Assert.Null(none);
        Assert.Contains("did not help", refusal);
        Assert.All(before, c => Assert.Equal(CorrectionClass.Numerics, c.Class));
    }

    [Fact]
    public void The_time_step_of_dynamics_is_physics_and_that_of_a_relaxation_is_not()
    {
        var finding = new Finding("vasp.zpotrf", "The overlap matrix lost its positivity.");
        (TaskSpec dynamics, List<Correction> before) = (TaskOf(Dynamics with { Dft = Dft with { Incar = ["ISYM = 0"] } }), []);
        Assert.Contains("budgets.physicsChanges", CorrectionPolicy.Default.Propose(dynamics, before, finding).Refusal);
        Correction halved = (CorrectionPolicy.Default with { PhysicsChanges = true }).Propose(dynamics, before, finding).Correction!;
        Assert.Equal(CorrectionClass.Physics, halved.Class);
        SampleParameters after = CanonicalParameters.Read<SampleParameters>(ParameterChanges.Applied(dynamics.Parameters, halved.Changes));
        Assert.Equal((0.5, 2000, 20), (after.TimeStepFs, after.Steps, after.FrameStride));

        var relaxation = new RelaxParameters("ti0750", "u4", 0.01, 0.02, true, 200, [2, 2, 2], Dft with { Incar = ["ISYM = 0"] });
        Correction shorter = CorrectionPolicy.Default.Propose(TaskOf(relaxation), [], finding).Correction!;
        Assert.Equal(CorrectionClass.Numerics, shorter.Class);
        Assert.Equal(["ISYM = 0", "POTIM = 0.25"], Lines(TaskOf(relaxation) with { Parameters = ParameterChanges.Applied(TaskOf(relaxation).Parameters, shorter.Changes) }));
    }

    [Fact]
    public void What_is_computed_goes_on_from_earlier_runs_after_numerics_and_begins_anew_after_physics()
    {
        TaskSpec task = TaskOf(Dynamics);
        string asked = Fingerprint.Of(task, []);
        var assignment = new TaskAssignment(task, 0, [], [], asked);
        Assert.Equal(asked, assignment.Lineage);
        Correction numerics = CorrectionPolicy.Default.Propose(task, [], new Finding("vasp.electronic", "")).Correction!;
        Correction physics = (CorrectionPolicy.Default with { PhysicsChanges = true }).Propose(task, [], new Finding("vasp.energy_jump", "")).Correction!;

        TaskAssignment corrected = assignment.With(new CorrectedTask(asked, "", [numerics]));
        Assert.NotEqual(asked, corrected.Fingerprint);
        Assert.Equal(asked, corrected.Lineage);

        TaskAssignment changed = assignment.With(new CorrectedTask(asked, "", [numerics, physics]));
        Assert.NotEqual(asked, changed.Lineage);
        Assert.NotEqual(changed.Fingerprint, changed.Lineage);
        Assert.Equal(changed.Lineage, assignment.With(new CorrectedTask(asked, "", [physics])).Lineage);
    }

    [Fact]
    public void Frames_that_are_computed_again_are_corrected_in_their_numerics_and_never_in_their_physics()
    {
        TaskSpec task = TaskOf(new RelabelParameters("ti0750", "u4", 0.05, 7, Dft));
        Assert.Equal(["LORBIT = 11", "ALGO = All"], Lines(Step(task, [], new Finding("vasp.electronic", ""))));
        CorrectionPolicy anything = CorrectionPolicy.Default with { PhysicsChanges = true };
        Assert.Equal((null, null), anything.Propose(task, [], new Finding("vasp.real_optlay", "")));
        Assert.All(VaspCorrections.All.Where(h => h.Operation == OperationCatalogue.Relabel), h => Assert.NotEqual(CorrectionClass.Physics, h.Class));
    }

    [Fact]
    public void Nobody_but_a_person_mends_a_wrong_input() =>
        Assert.Equal((null, null), CorrectionPolicy.Default.Propose(TaskOf(Dynamics), [], new Finding("vasp.read_error", "A value in INCAR has the wrong form.")));

    [Fact]
    public void No_rung_changes_the_cell_and_what_belongs_to_the_level_of_theory_is_physics()
    {
        string[] level = ["LREAL", "PREC", "ISMEAR", "SIGMA", "ENCUT", "NBANDS"];
        foreach (CorrectionHandler handler in VaspCorrections.All)
        {
            bool touches = level.Any(t => handler.Key.Contains($"{t} =", StringComparison.Ordinal)) || handler.Key.EndsWith("halve-time-step", StringComparison.Ordinal);
            Assert.Equal(touches, handler.Class == CorrectionClass.Physics);
        }
    }

    private static TaskSpec Step(TaskSpec task, List<Correction> before, Finding finding)
    {
        Correction made = CorrectionPolicy.Default.Propose(task, before, finding).Correction!;
        before.Add(made);
        return ParameterChanges.Applied(task, made.Changes);
    }

    private static IReadOnlyList<string> Lines(TaskSpec task) => [.. task.Parameters["dft"]!["incar"]!.AsArray().Select(l => l!.GetValue<string>())];

    private static TaskSpec TaskOf<T>(T parameters)
        where T : IOperationParameters =>
        new(TaskId.Parse("aimd/ti0750/u4/t600"), T.Operation, 1, "vasp", "cluster", CanonicalParameters.ToCanonicalJson(parameters), [], 1, 0, 0);
}
