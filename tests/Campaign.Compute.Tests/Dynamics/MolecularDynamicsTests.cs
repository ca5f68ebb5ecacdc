using Campaign.Compute.Dynamics;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Potentials;
using Xunit;

namespace Campaign.Compute.Tests.Dynamics;

public sealed class MolecularDynamicsTests
{
    private static readonly LennardJones Argon = LennardJones.Smooth();

    [Fact]
    public void The_Lennard_Jones_crystal_has_the_energy_and_pressure_LAMMPS_reports()
    {
        // melt benchmark, step 0: 32 000 atoms, T = 1.44, lj/cut 2.5; one cell with its images is the same crystal
        Structure s = LennardJones.Fcc(1);
        (double energy, _, Mat3 virial) = LennardJones.Cut().Compute(s);
        Assert.Equal(-6.773368053, energy / s.Count / LennardJones.EpsilonEv, 1e-8);
        double kinetic = 1.44 * 0.8442 * (1 - 1.0 / 32_000); // 3N - 3 degrees of freedom
        double sigma3 = Math.Pow(LennardJones.SigmaA, 3);
        Assert.Equal(-5.019707259, kinetic + virial.Trace / (3 * s.Cell.Volume) * sigma3 / LennardJones.EpsilonEv, 1e-8);
    }

    [Fact]
    public void The_energy_error_of_velocity_Verlet_falls_with_the_square_of_the_time_step()
    {
        Structure s = LennardJones.Fcc(3);
        MdState liquid = Melt(s);
        double[] error = [.. new[] { 0.002, 0.004, 0.008 }.Select(dt =>
        {
            var energies = new List<double>();
            Run(s, dt, 5.0, liquid, f => energies.Add(f.ConservedEv / s.Count / LennardJones.EpsilonEv));
            double mean = energies.Average();
            return Math.Sqrt(energies.Average(e => (e - mean) * (e - mean)));
        })];
        Assert.InRange(error[1] / error[0], 3.4, 4.6);
        Assert.InRange(error[2] / error[1], 3.4, 4.6);
        // LAMMPS: RMS/dt² = 3.3 for 500 atoms; the error of independent atoms falls with √N
        Assert.InRange(error[0] / (0.002 * 0.002), 0.5 * 3.3 * Math.Sqrt(500.0 / 108), 2 * 3.3 * Math.Sqrt(500.0 / 108));
    }

    [Fact]
    public void Nose_Hoover_chains_give_the_canonical_temperature_fluctuation_and_conserve_their_energy()
    {
        Structure s = LennardJones.Fcc(3);
        const double dt = 0.004, t = 0.72;
        var options = new MdOptions
        {
            TimeStepFs = dt * LennardJones.TauFs,
            Nvt = new NvtOptions(t * LennardJones.TemperatureUnitK, 0.5 * LennardJones.TauFs),
            SegmentSteps = 10_000,
        };
        MdState start = Melt(s) with { ConservedReferenceEv = double.NaN };
        MdState equilibrated = MolecularDynamics.Run(Argon, s, options, start, start.Step + 2000).State;
        var temperatures = new List<double>();
        var conserved = new List<double>();
        MolecularDynamics.Run(Argon, s, options, equilibrated, equilibrated.Step + 40_000, f =>
        {
            temperatures.Add(f.TemperatureK / LennardJones.TemperatureUnitK);
            conserved.Add(f.ConservedEv / s.Count / LennardJones.EpsilonEv);
        });
        double mean = temperatures.Average(), variance = temperatures.Average(x => (x - mean) * (x - mean));
        Assert.InRange(mean, 0.71, 0.73);
        Assert.InRange(variance / (mean * mean) / (2.0 / (3 * s.Count - 3)), 0.75, 1.25);
        double drift = conserved[^2000..].Average() - conserved[..2000].Average();
        Assert.InRange(Math.Abs(drift) / (40_000 * dt), 0, 1e-6); // per atom and τ
        Assert.InRange(Math.Sqrt(conserved.Average(x => Math.Pow(x - conserved.Average(), 2))), 0, 4e-4);
    }

    [Fact]
    public void Motion_reverses_when_the_velocities_are_turned_round()
    {
        Structure s = Li3TiCl6.Supercell(2, 1, 2, 6, 1);
        IonicModel model = Li3TiCl6.ShippedModel();
        var options = new MdOptions { TimeStepFs = 1, SegmentSteps = 500 };
        MdState start = MdState.Start(s, 600, new Rng(4));
        MdState there = MolecularDynamics.Run(model, s, options, start, 500).State;
        MdState turned = there with { Velocities = Array.ConvertAll(there.Velocities, v => -v) };
        MdState back = MolecularDynamics.Run(model, s, options, turned, 1000).State;
        for (int i = 0; i < s.Count; i++)
        {
            Assert.True((back.Positions[i] - s.Positions[i]).Norm < 1e-8);
            Assert.True((there.Positions[i] - s.Positions[i]).Norm > 1e-3);
        }
    }

    [Fact]
    public void Momentum_stays_zero_and_every_species_has_the_temperature_of_the_thermostat()
    {
        Structure s = Li3TiCl6.Supercell(2, 1, 2, 6, 1);
        IonicModel model = Li3TiCl6.ShippedModel();
        double[] masses = AtomMasses.Of(s);
        var kinetic = new double[3];
        int frames = 0;
        var options = new MdOptions { TimeStepFs = 2, Nvt = new NvtOptions(500, 50), SegmentSteps = 5000 };
        MdState start = MdState.Start(s, 500, new Rng(6));
        MdResult result = MolecularDynamics.Run(model, s, options, start, 6000, f =>
        {
            if (f.Step < 1000)
                return;
            frames++;
            for (int i = 0; i < s.Count; i++)
                kinetic[s.Types[i]] += masses[i] * f.Velocities[i].NormSquared / PhysicalConstants.AccelerationPerEvPerAAmu;
        });
        Assert.True(MaxwellVelocities.Momentum(masses, result.State.Velocities).Norm < 1e-10);
        int[] counts = s.CountsByType();
        for (int t = 0; t < 3; t++)
            Assert.InRange(kinetic[t] / frames / (3 * counts[t] * PhysicalConstants.BoltzmannEvPerK), 440, 560);
        Assert.InRange(result.MeanTemperatureK, 480, 520);
    }

    [Fact]
    public void Maxwell_velocities_have_no_momentum_and_exactly_the_temperature()
    {
        double[] masses = AtomMasses.Of(Li3TiCl6.Supercell(1, 1, 1, 2, 1));
        Vec3[] v = MaxwellVelocities.Draw(masses, 873, new Rng(1));
        Assert.True(MaxwellVelocities.Momentum(masses, v).Norm < 1e-13);
        Assert.Equal(873, MaxwellVelocities.TemperatureK(MaxwellVelocities.KineticEv(masses, v), masses.Length), 1e-9);
        Assert.NotEqual(v, MaxwellVelocities.Draw(masses, 873, new Rng(2)));
        Assert.Equal(v, MaxwellVelocities.Draw(masses, 873, new Rng(1)));
    }

    [Fact]
    public void A_run_that_leaves_physics_is_reported_as_diverged()
    {
        Structure s = Li3TiCl6.Supercell(1, 1, 1, 2, 1);
        MdResult result = MolecularDynamics.Run(
            Li3TiCl6.ShippedModel(), s, new MdOptions { TimeStepFs = 60, SegmentSteps = 10 }, MdState.Start(s, 1000, new Rng(1)), 500);
        Assert.Equal(MdOutcome.Diverged, result.Outcome);
        Assert.Contains("diverged after step", result.Message);
    }

    [Fact]
    public void Masses_come_from_the_element_table()
    {
        Assert.Equal([6.94, 47.867, 35.45, 238.02891], new[] { "Li", "Ti", "Cl", "U" }.Select(Elements.MassAmu));
        Assert.Throws<ArgumentException>(() => Elements.MassAmu("Xx"));
    }

    /// <summary>A liquid at about T = 0.7: the crystal started at 1.44.</summary>
    private static MdState Melt(Structure s)
    {
        MdState start = MdState.Start(s, 1.44 * LennardJones.TemperatureUnitK, new Rng(12));
        return Run(s, 0.004, 6, start, null);
    }

    private static MdState Run(Structure s, double dtTau, double lengthTau, MdState start, Action<MdFrame>? onFrame)
    {
        var options = new MdOptions { TimeStepFs = dtTau * LennardJones.TauFs, SegmentSteps = 100_000 };
        return MolecularDynamics.Run(Argon, s, options, start, start.Step + (long)Math.Round(lengthTau / dtTau), onFrame).State;
    }
}
