using Campaign.Compute.Dynamics;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Potentials;
using Xunit;

namespace Campaign.Compute.Tests.Dynamics;

public sealed class RelaxationTests
{
    private static readonly IonicModel Model = Li3TiCl6.ShippedModel();

    [Fact]
    public void Conjugate_gradients_lower_the_energy_at_every_step_to_the_force_tolerance()
    {
        Structure s = Li3TiCl6.Supercell(2, 1, 2, 6, 1).Rattled(0.1, 3);
        var energies = new List<double> { Model.Compute(s).EnergyEv };
        RelaxationResult result = ConjugateGradient.Minimise(Model, s, new RelaxationOptions { MaxForceEvPerA = 1e-3 }, step => energies.Add(step.EnergyEv));
        Assert.True(result.Converged, result.Message);
        Assert.InRange(Model.Compute(result.Structure).Forces.Max(f => f.Norm), 0, 1e-3);
        Assert.All(energies.Zip(energies.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.Equal(s.Cell, result.Structure.Cell);
    }

    [Fact]
    public void The_cell_relaxes_to_zero_force_and_stress_with_falling_energy()
    {
        Structure s = Li3TiCl6.Supercell(2, 1, 2, 6, 1);
        var energies = new List<double> { Model.Compute(s).EnergyEv };
        RelaxationResult result = CellRelaxation.Relax(Model, s, new RelaxationOptions(), step => energies.Add(step.EnergyEv));
        Assert.True(result.Converged, result.Message);
        (double energy, Vec3[] forces, Mat3 virial) = Model.Compute(result.Structure);
        Assert.Equal(energy, result.EnergyEv, 1e-9);
        Assert.InRange(forces.Max(f => f.Norm), 0, 0.01);
        Assert.InRange(virial.ToRowMajor().Max(Math.Abs) / result.Structure.Cell.Volume * PhysicalConstants.KbarPerEvPerA3 / 10, 0, 0.01);
        Assert.All(energies.Zip(energies.Skip(1)), pair => Assert.True(pair.Second < pair.First));
    }

    [Fact]
    public void A_strained_and_sheared_crystal_relaxes_back_to_its_own_cell()
    {
        var options = new RelaxationOptions { MaxForceEvPerA = 1e-4, MaxStressGpa = 1e-4 };
        Structure rest = CellRelaxation.Relax(Model, Li3TiCl6.Supercell(2, 1, 2, 8, 1), options).Structure;
        var strain = new Mat3(0.02, 0.01, -0.015, 0.01, -0.02, 0.005, -0.015, 0.005, 0.01);
        Structure strained = rest with { Cell = rest.Cell.Strained(strain), Positions = Array.ConvertAll(rest.Positions, r => r * (Mat3.Identity + strain)) };
        Structure back = CellRelaxation.Relax(Model, strained, options).Structure;
        Assert.True((rest.Cell.Lengths - back.Cell.Lengths).Norm < 2e-3, $"{rest.Cell.Lengths} {back.Cell.Lengths}");
        Assert.True((rest.Cell.AnglesDeg - back.Cell.AnglesDeg).Norm < 0.02, $"{rest.Cell.AnglesDeg} {back.Cell.AnglesDeg}");
    }

    [Fact]
    public void A_fixed_cell_stays_and_both_minimisers_find_the_same_energy()
    {
        Structure s = Li3TiCl6.Supercell(1, 1, 1, 2, 1).Rattled(0.05, 2);
        var options = new RelaxationOptions { MaxForceEvPerA = 1e-5, RelaxCell = false };
        RelaxationResult a = CellRelaxation.Relax(Model, s, options), b = ConjugateGradient.Minimise(Model, s, options);
        Assert.True(a.Converged && b.Converged, a.Message + b.Message);
        Assert.Equal(s.Cell.ToRowMajor(), a.Structure.Cell.ToRowMajor());
        Assert.Equal(b.EnergyEv, a.EnergyEv, 1e-8);
        Assert.Equal(b.MaxStressGpa, a.MaxStressGpa, 1e-4);
    }

    [Fact]
    public void Running_out_of_steps_is_reported_and_not_hidden()
    {
        RelaxationResult result = CellRelaxation.Relax(Model, Li3TiCl6.Supercell(1, 1, 1, 2, 1).Rattled(0.1, 1), new RelaxationOptions { MaxSteps = 2 });
        Assert.False(result.Converged);
        Assert.Equal(2, result.Steps);
        Assert.Contains("not converged after 2 steps", result.Message);
    }
}
