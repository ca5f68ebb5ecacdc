using System.Text.Json.Nodes;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class InferenceTests
{
    [Theory]
    [InlineData("mini_one_side", true)]
    [InlineData("mini_one_side", false)]
    [InlineData("mini_two_side", true)]
    [InlineData("mini_two_side", false)]
    public void Energies_forces_and_virials_equal_those_of_DeePMD_kit(string name, bool periodic)
    {
        JsonNode expected = Json("expected_deepmd_v3.0.0.json")[name]![periodic ? "pbc" : "nopbc"]!;
        Evaluation actual = Evaluate(DeepPotentialFile.Read(Own(name + ".yaml")), OwnFrame(periodic));
        AssertClose(Numbers(expected["energy"]!), [actual.Energy], 1e-12);
        AssertClose(Numbers(expected["atom_energy"]!), actual.AtomEnergies, 1e-12);
        AssertClose(Numbers(expected["force"]!), Flat(actual.Forces), 1e-10);
        AssertClose(Numbers(expected["virial"]!), actual.Virial.ToRowMajor(), 1e-10);
    }

    [SkippableTheory]
    [InlineData("deeppot_sea")]
    [InlineData("deeppot")]
    public void Published_test_cases_are_reproduced(string name)
    {
        DeepPotential model = DeepPotentialFile.Read(Lgpl(name + ".yaml"));
        int cases = 0;
        foreach (TestCase expected in TestCases(name + "-testcase.yaml"))
        {
            Evaluation actual = Evaluate(model, expected.Structure);
            AssertClose(expected.AtomEnergies, actual.AtomEnergies, 1e-10);
            AssertClose(expected.Forces, Flat(actual.Forces), 1e-10);
            double[] virial = [.. Enumerable.Range(0, 9).Select(c => expected.AtomVirials.Chunk(9).Sum(v => v[c]))];
            AssertClose(virial, actual.Virial.ToRowMajor(), 1e-10);
            cases++;
        }
        Assert.Equal(3, cases);
    }

    [Fact]
    public void Forces_are_the_gradient_of_the_energy()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_two_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Vec3[] forces = Evaluate(model, frame).Forces;
        const double h = 1e-4;
        foreach (int atom in new[] { 0, 7, 19 })
        {
            double Energy(double dx, double dy, double dz)
            {
                var moved = (Vec3[])frame.Positions.Clone();
                moved[atom] += new Vec3(dx, dy, dz);
                return Evaluate(model, frame with { Positions = moved }).Energy;
            }
            Assert.Equal(-(Energy(h, 0, 0) - Energy(-h, 0, 0)) / (2 * h), forces[atom].X, 1e-8);
            Assert.Equal(-(Energy(0, h, 0) - Energy(0, -h, 0)) / (2 * h), forces[atom].Y, 1e-8);
            Assert.Equal(-(Energy(0, 0, h) - Energy(0, 0, -h)) / (2 * h), forces[atom].Z, 1e-8);
        }
    }

    [Fact]
    public void The_virial_is_the_gradient_of_the_energy_by_strain()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        double[] virial = Evaluate(model, frame).Virial.ToRowMajor();
        const double h = 1e-5;
        for (int component = 0; component < 9; component++)
        {
            double Energy(double size)
            {
                var e = new double[9];
                e[component] = size;
                Mat3 strain = Mat3.FromRowMajor(e);
                Cell cell = frame.Cell.Strained(strain);
                return Evaluate(model, frame with { Cell = cell, Positions = Array.ConvertAll(frame.Positions, p => p + p * strain) }).Energy;
            }
            Assert.Equal(-(Energy(h) - Energy(-h)) / (2 * h), virial[component], 1e-7);
        }
    }

    [Fact]
    public void Moving_rotating_and_relabelling_leave_the_energy_alone()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_two_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Evaluation original = Evaluate(model, frame);

        var shift = new Vec3(3.1, -17.2, 0.4);
        double moved = Evaluate(model, frame with { Positions = Array.ConvertAll(frame.Positions, p => p + shift) }).Energy;
        Assert.Equal(original.Energy, moved, 1e-11);

        double c = Math.Cos(0.7), s = Math.Sin(0.7);
        var rotation = new Mat3(c, s, 0, -s, c, 0, 0, 0, 1);
        Evaluation rotated = Evaluate(model, frame with
        {
            Cell = new Cell(frame.Cell.A * rotation, frame.Cell.B * rotation, frame.Cell.C * rotation),
            Positions = Array.ConvertAll(frame.Positions, p => p * rotation),
        });
        Assert.Equal(original.Energy, rotated.Energy, 1e-11);
        AssertClose(Flat(Array.ConvertAll(original.Forces, f => f * rotation)), Flat(rotated.Forces), 1e-10);

        int[] reversed = [.. Enumerable.Range(0, frame.Count).Reverse()];
        Evaluation relabelled = Evaluate(model, frame with
        {
            TypeMap = ["Cl", "Ti", "Li"],
            Types = [.. reversed.Select(i => 2 - frame.Types[i])],
            Positions = [.. reversed.Select(i => frame.Positions[i])],
        });
        AssertClose(Flat(original.Forces), Flat([.. relabelled.Forces.Reverse()]), 1e-10);
    }

    [Fact]
    public void Twice_the_cell_has_twice_the_energy()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Structure doubled = frame with
        {
            Cell = frame.Cell.Repeated(1, 2, 1),
            Types = [.. frame.Types, .. frame.Types],
            Positions = [.. frame.Positions, .. frame.Positions.Select(p => p + frame.Cell.B)],
        };
        Assert.Equal(2 * Evaluate(model, frame).Energy, Evaluate(model, doubled).Energy, 1e-11);
    }

    [Theory]
    [InlineData("mini_one_side.yaml", false)]
    [InlineData("mini_two_side.yaml", false)]
    [InlineData("mini_one_side.yaml", true)]
    [InlineData("mini_two_side.yaml", true)]
    public void A_cell_much_smaller_than_the_cutoff_gives_what_its_supercell_gives_atom_by_atom(string name, bool fast)
    {
        DeepPotential parameters = DeepPotentialFile.Read(Own(name));
        DeepPotentialModel model = fast ? DeepPotentialModel.Fast(parameters) : DeepPotentialModel.Exact(parameters);
        (double energyWithin, double forceWithin) = fast ? (1e-5, 1e-4) : (1e-11, 1e-11);
        foreach (Cell cell in new[]
        {
            new Cell(new Vec3(4.1, 0, 0), new Vec3(0, 4.4, 0), new Vec3(0, 0, 4.7)),
            new Cell(new Vec3(4.5, 0.3, -0.2), new Vec3(2.1, 4.2, 0.1), new Vec3(-1.9, 1.4, 4.6)),
        })
        {
            var small = new Structure(cell, ["Li", "Ti", "Cl"], [0, 1, 2, 2], [new Vec3(0.1, 0, 0), new Vec3(2.2, 2.0, 0.2), new Vec3(2.1, 0.1, 2.4), new Vec3(-0.2, 2.3, 2.2)]);
            (int A, int B, int C)[] copies = [.. from a in Enumerable.Range(0, 3) from b in Enumerable.Range(0, 3) from c in Enumerable.Range(0, 3) select (a, b, c)];
            Structure large = small with
            {
                Cell = cell.Repeated(3, 3, 3),
                Types = [.. copies.SelectMany(_ => small.Types)],
                Positions = [.. copies.SelectMany(n => small.Positions.Select(r => r + cell.ToCartesian(new Vec3(n.A, n.B, n.C))))],
            };
            Assert.True(cell.PerpendicularWidths.X < 0.75 * model.CutoffA);

            Evaluation one = Evaluate(model, small), many = Evaluate(model, large);

            Assert.True(one.Forces.Max(f => f.Norm) > 1e-3);
            Assert.Equal(27 * one.Energy, many.Energy, 27 * small.Count * energyWithin);
            for (int k = 0; k < large.Count; k++)
            {
                Assert.Equal(one.AtomEnergies[k % small.Count], many.AtomEnergies[k], energyWithin);
                Assert.True((one.Forces[k % small.Count] - many.Forces[k]).Norm < forceWithin, $"atom {k}: {many.Forces[k]} instead of {one.Forces[k % small.Count]}");
            }
            AssertClose([.. one.Virial.ToRowMajor().Select(v => 27 * v)], many.Virial.ToRowMajor(), fast ? 1e-4 : 1e-11);
        }
    }

    [Theory]
    [InlineData("mini_one_side.yaml")]
    [InlineData("mini_two_side.yaml")]
    public void Single_precision_networks_stay_close_to_double(string name)
    {
        DeepPotential model = DeepPotentialFile.Read(Own(name));
        Structure frame = OwnFrame(periodic: true);
        Evaluation exact = Evaluate(model, frame), fast = Evaluate(model, frame, NetworkPrecision.Float32);
        Assert.Equal(exact.Energy, fast.Energy, 2e-5);
        AssertClose(Flat(exact.Forces), Flat(fast.Forces), 2e-5);
        AssertClose(exact.Virial.ToRowMajor(), fast.Virial.ToRowMajor(), 2e-5);
        Assert.NotEqual(exact.Energy, fast.Energy);
    }

    [Fact]
    public void A_moving_structure_gives_what_a_fresh_calculator_gives()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        using IDeepCalculator calculator = new DeepPotentialModel(model, NetworkPrecision.Float64).CreateDeepCalculator(frame);
        var rng = new Rng(3);
        var positions = (Vec3[])frame.Positions.Clone();
        var forces = new Vec3[frame.Count];
        for (int step = 0; step < 30; step++)
        {
            for (int i = 0; i < positions.Length; i++)
                positions[i] += 0.05 * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
            double energy = calculator.Compute(frame.Cell, positions, forces).EnergyEv;
            Evaluation fresh = Evaluate(model, frame with { Positions = positions });
            Assert.Equal(fresh.Energy, energy, 1e-11);
            AssertClose(Flat(fresh.Forces), Flat(forces), 1e-10);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Threads_share_the_work_and_come_to_the_same(int threads)
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_two_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Evaluation one = Evaluate(model, frame);
        var potential = new DeepPotentialModel(model, NetworkPrecision.Float64, threads: threads);
        Evaluation several = Evaluate(potential, frame), again = Evaluate(potential, frame);
        Assert.Equal(one.Energy, several.Energy);
        AssertClose(Flat(one.Forces), Flat(several.Forces), 1e-13);
        AssertClose(one.Virial.ToRowMajor(), several.Virial.ToRowMajor(), 1e-13);
        Assert.Equal(several.Forces, again.Forces);
    }

    [Fact]
    public void A_refusal_on_one_of_several_threads_is_the_same_refusal()
    {
        DeepPotential model = ModelFactory.Random(["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [1, 1, 1], [4, 8], 2, true, false), [8], new Rng(1));
        Assert.Throws<NeighborOverflowException>(() => Evaluate(DeepPotentialModel.Fast(model, threads: 2), OwnFrame(periodic: true)));
    }

    [Fact]
    public void More_neighbours_than_slots_are_refused_with_the_number_needed()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Structure squeezed = frame with
        {
            Cell = frame.Cell.Strained(new Mat3(-0.4, 0, 0, 0, -0.4, 0, 0, 0, -0.4)),
            Positions = Array.ConvertAll(frame.Positions, p => 0.6 * p),
        };
        var overflow = Assert.Throws<NeighborOverflowException>(() => Evaluate(model, squeezed));
        Assert.Contains($"sel >= {overflow.Found}", overflow.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Atoms_on_each_other_are_refused_by_name(bool fast)
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true);
        Vec3[] positions = [.. frame.Positions];
        positions[7] = positions[3] + frame.Cell.B + new Vec3(0.4, 0, 0); // an image counts as well
        var collision = Assert.Throws<CollisionException>(
            () => Evaluate(fast ? DeepPotentialModel.Fast(model) : DeepPotentialModel.Exact(model), frame with { Positions = positions }));
        Assert.Contains("0.4 Å apart", collision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamics_into_more_neighbours_than_slots_is_a_run_that_diverged()
    {
        DeepPotential model = ModelFactory.Random(["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [1, 30, 110], [4, 8], 2, true, false), [8], new Rng(1));
        Structure frame = OwnFrame(periodic: true);
        MdResult result = MolecularDynamics.Run(DeepPotentialModel.Fast(model), frame, new MdOptions { TimeStepFs = 1 }, MdState.Start(frame, 300, new Rng(1)), 10);
        Assert.Equal(MdOutcome.Diverged, result.Outcome);
        Assert.Contains("Li neighbours within the cutoff", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_species_is_refused_by_name()
    {
        DeepPotential model = DeepPotentialFile.Read(Own("mini_one_side.yaml"));
        Structure frame = OwnFrame(periodic: true) with { TypeMap = ["Li", "Zr", "Cl"] };
        Assert.Contains("Zr", Assert.Throws<ArgumentException>(() => Evaluate(model, frame)).Message, StringComparison.Ordinal);
    }
}
