using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Tests.Engines.Vasp.Inputs;
using Campaign.Compute.Tests.Engines.Vasp.StandIn;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Relabelling;

/// <summary>A frame that is computed again is computed as the dynamics computed it.</summary>
public sealed class RelabelLevelTests
{
    private static readonly VaspCalculation Motion = new VaspCalculation.Dynamics(600, 1, 2, VaspThermostat.Nose, 10, 7);
    private static readonly VaspCalculation Again = new VaspCalculation.SinglePoint { AsInDynamics = true };

    [Fact]
    public void Every_setting_that_is_not_of_motion_is_that_of_dynamics()
    {
        Incar dynamics = SeedStudy.Incar(SeedStudy.Level(4), Motion), again = SeedStudy.Incar(SeedStudy.Level(4), Again);
        foreach ((string tag, string value) in again.Tags.Where(t => t.Tag is not ("IBRION" or "NSW")))
            Assert.Equal((tag, value), (tag, dynamics[tag]));
        Assert.Equal(
            ["POTIM", "TEBEG", "TEEND", "MDALGO", "SMASS", "RANDOM_SEED", "NBLOCK"], dynamics.Tags.Select(t => t.Tag).Where(t => again[t] is null));
        Assert.Equal(("Normal", "Auto"), (again["PREC"], again["LREAL"]));
    }

    [Fact]
    public async Task Outputs_of_both_tell_one_level_of_theory_whatever_the_initial_moments()
    {
        VaspLevel other = SeedStudy.Level(4) with { InitialMoments = new Dictionary<string, double> { ["Ti"] = 2 } };
        LevelOfTheory dynamics = await TheoryAsync(SeedStudy.Level(4), Motion);
        Assert.Empty(dynamics.Differences(await TheoryAsync(other, Again)));
        Assert.NotEmpty(dynamics.Differences(await TheoryAsync(other, new VaspCalculation.SinglePoint())));
    }

    private static async Task<LevelOfTheory> TheoryAsync(VaspLevel level, VaspCalculation calculation)
    {
        using var run = new StandInRun("");
        run.Write("INCAR", Incar.Of(level, calculation, new VaspParallel(1, null, null, false), [("Li", 5), ("Ti", 1), ("Cl", 8)]).ToString());
        Assert.Equal(0, await run.RunAsync());
        return LevelOfTheory.Of(run.Summary().Header, [0.2, 0.2, 0.2]);
    }
}
