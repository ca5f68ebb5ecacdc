using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Potentials;

public sealed class IonicModelTests
{
    private static readonly IonicModel Model = Li3TiCl6.ShippedModel();

    private static readonly Structure Small = Li3TiCl6.Supercell(1, 1, 1, 2, 1).Rattled(0.15, 2);

    [Fact]
    public void The_test_cell_has_the_composition_of_Li3TiCl6()
    {
        Assert.Equal([48, 16, 96], Li3TiCl6.Supercell(2, 2, 2, 12, 1).CountsByType());
    }

    [Fact]
    public void Forces_are_the_gradient_of_the_energy()
    {
        (_, Vec3[] forces, _) = Model.Compute(Small);
        double scale = forces.Max(f => f.Norm);
        const double h = 1e-4;
        foreach (int atom in new[] { 0, 3, 6, 7, 8, 15, 19 })
            foreach (Vec3 e in new[] { new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1) })
            {
                double expected = -(Moved(atom, h * e) - Moved(atom, -h * e)) / (2 * h);
                Assert.Equal(expected, Vec3.Dot(forces[atom], e), 1e-6 * scale);
            }
    }

    [Fact]
    public void The_virial_is_minus_the_derivative_with_respect_to_strain()
    {
        (_, _, Mat3 virial) = Model.Compute(Small);
        double[] w = virial.ToRowMajor();
        const double h = 1e-5;
        for (int k = 0; k < 9; k++)
        {
            double[] strain = new double[9];
            strain[k] = h;
            double expected = -(Strained(strain) - Strained([.. strain.Select(x => -x)])) / (2 * h);
            Assert.Equal(expected, w[k], 1e-6 * w.Max(Math.Abs));
        }

        static double Strained(double[] strain)
        {
            Mat3 f = Mat3.Identity + Mat3.FromRowMajor(strain);
            return Model.Compute(Small with { Cell = Small.Cell.Strained(Mat3.FromRowMajor(strain)), Positions = Array.ConvertAll(Small.Positions, r => r * f) }).EnergyEv;
        }
    }

    [Fact]
    public void Forces_add_up_to_zero()
    {
        (_, Vec3[] forces, _) = Model.Compute(Li3TiCl6.Supercell(2, 2, 2, 12, 1).Rattled(0.2, 5));
        Vec3 sum = forces.Aggregate(Vec3.Zero, (a, f) => a + f);
        Assert.True(sum.Norm < 1e-11 * forces.Max(f => f.Norm) * forces.Length, $"{sum}");
    }

    [Fact]
    public void Translation_wrapping_and_permutation_change_nothing()
    {
        (double energy, Vec3[] forces, Mat3 virial) = Model.Compute(Small);
        var rng = new Rng(9);
        int[] order = Enumerable.Range(0, Small.Count).ToArray();
        rng.Shuffle<int>(order);
        Structure other = Small with
        {
            Types = [.. order.Select(i => Small.Types[i])],
            Positions = [.. order.Select(i => Small.Positions[i] + new Vec3(1.3, -20.7, 4.4)
                + Small.Cell.ToCartesian(new Vec3(rng.NextInt(5) - 2, rng.NextInt(5) - 2, rng.NextInt(5) - 2)))],
        };
        (double energy2, Vec3[] forces2, Mat3 virial2) = Model.Compute(other);
        Assert.Equal(energy, energy2, 1e-11 * Math.Abs(energy));
        Assert.Equal(virial.Trace, virial2.Trace, 1e-9 * Math.Abs(virial.Trace));
        for (int i = 0; i < order.Length; i++)
            Assert.True((forces[order[i]] - forces2[i]).Norm < 1e-10 * forces.Max(f => f.Norm));
    }

    [Fact]
    public void A_supercell_has_the_energy_of_its_parts_although_the_small_cell_is_smaller_than_the_cutoff()
    {
        (double energy, Vec3[] forces, Mat3 virial) = Model.Compute(Small);
        Vec3[] positions = [.. from a in Enumerable.Range(0, 2) from b in Enumerable.Range(0, 2) from c in Enumerable.Range(0, 2)
            from r in Small.Positions select r + Small.Cell.ToCartesian(new Vec3(a, b, c))];
        var big = new Structure(Small.Cell.Repeated(2, 2, 2), Small.TypeMap, [.. Enumerable.Repeat(Small.Types, 8).SelectMany(t => t)], positions);
        (double energy8, Vec3[] forces8, Mat3 virial8) = Model.Compute(big);
        Assert.Equal(8 * energy, energy8, 1e-11 * Math.Abs(energy8));
        Assert.Equal(8 * virial.XY, virial8.XY, 1e-10 * Math.Abs(virial8.Trace));
        for (int i = 0; i < forces8.Length; i++)
            Assert.True((forces8[i] - forces[i % Small.Count]).Norm < 1e-10 * forces.Max(f => f.Norm));
    }

    [Fact]
    public void Energy_and_force_are_continuous_at_the_cutoff()
    {
        double Force(double r)
        {
            var pair = new Structure(Cell.FromParameters(40, 40, 40, 90, 90, 90), ["Li", "Cl"], [0, 1], [Vec3.Zero, new Vec3(r, 0, 0)]);
            (_, Vec3[] f, _) = Model.Compute(pair);
            return f[0].X;
        }
        Assert.Equal(0, Force(Model.CutoffA + 1e-9));
        Assert.InRange(Math.Abs(Force(Model.CutoffA - 1e-6)), 1e-9, 1e-5);
    }

    [Fact]
    public void The_tabulated_pair_equals_the_analytic_functions()
    {
        IonicParameters p = Model.Parameters;
        IonicPair liCl = p.Pairs.Single(x => (x.SpeciesA, x.SpeciesB) == ("Li", "Cl"));
        PairFunction coulomb = PairFunctions.DampedCoulomb(p.DampingPerA, p.CutoffA, p.CoulombEvA);
        PairFunction born = PairFunctions.ShiftedForce(PairFunctions.BornMayer(liCl.AEv, liCl.RhoA, liCl.CEvA6), p.CutoffA);
        double qq = p.Charges[0].ChargeE * p.Charges[2].ChargeE;
        var rng = new Rng(17);
        double selfEnergy = Model.Compute(Pair(15)).EnergyEv;
        for (int k = 0; k < 2000; k++)
        {
            double r = 1.2 + rng.NextDouble() * (p.CutoffA - 1.2);
            PairValue expected = qq * coulomb(r) + born(r);
            (double energy, Vec3[] forces, _) = Model.Compute(Pair(r));
            Assert.Equal(expected.EnergyEv, energy - selfEnergy, 1e-11 * Math.Max(1, Math.Abs(expected.EnergyEv)));
            Assert.Equal(expected.Slope, forces[0].X, 2e-10 * Math.Max(1, Math.Abs(expected.Slope)));
        }

        Structure Pair(double r) =>
            new(Cell.FromParameters(40, 40, 40, 90, 90, 90), ["Li", "Ti", "Cl"], [0, 2], [Vec3.Zero, new Vec3(r, 0, 0)]);
    }

    [Fact]
    public void Atoms_on_top_of_each_other_are_named()
    {
        Structure s = Small with { Positions = [.. Small.Positions] };
        s.Positions[4] = s.Positions[1] + new Vec3(0.3, 0, 0);
        var error = Assert.Throws<CollisionException>(() => Model.Compute(s));
        Assert.Contains("Atoms 1 and 4 are 0.3 Å apart", error.Message);
    }

    [Fact]
    public void A_species_the_model_does_not_know_is_refused_unless_it_has_no_atoms()
    {
        Structure s = Small with { TypeMap = ["Li", "Ti", "Br"] };
        Assert.Contains("not Br", Assert.Throws<ArgumentException>(() => Model.CreateCalculator(s)).Message);
        Structure padded = Small with { TypeMap = ["Li", "Ti", "Cl", "Br"] };
        Assert.Equal(Model.Compute(Small).EnergyEv, Model.Compute(padded).EnergyEv);
    }

    [Theory]
    [InlineData("kind: ionic\nname: x\ndampingPerA: 0.3\ncutoffA: seven\n", "set.yaml:4:10: expected cutoffA, a number")]
    [InlineData("kind: ionic\nname: x\ncutOffA: 7\n", "set.yaml:3:1: unknown key 'cutOffA'")]
    [InlineData("kind: ionic\nname: x\ndampingPerA: -1\n", "set.yaml:3:14: dampingPerA must be positive")]
    [InlineData("kind: other\n", "set.yaml:1:7: kind must be ionic, not 'other'")]
    [InlineData("kind: ionic\nname: x\ndampingPerA: 0.3\ncutoffA: 7\ncharges: { Li: 1, Cl: -1 }\n", "lacks the key 'pairs'")]
    [InlineData("kind: ionic\nname: x\ndampingPerA: 0.3\ncutoffA: 7\ncharges: { Li: 1 }\npairs:\n  - { between: [Li, Cl], aEv: 1, rhoA: 0.3, cEvA6: 0 }\n",
        "names a species without a charge")]
    [InlineData("kind: [ionic\n", "not valid YAML")]
    public void A_faulty_parameter_file_is_refused_with_line_and_column(string yaml, string expected)
    {
        Assert.Contains(expected, Assert.Throws<IonicFormatException>(() => IonicModelFile.Parse(yaml, "set.yaml")).Message);
    }

    private static double Moved(int atom, Vec3 d)
    {
        Vec3[] positions = [.. Small.Positions];
        positions[atom] += d;
        return Model.Compute(Small with { Positions = positions }).EnergyEv;
    }
}
