using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class EmbeddingTableTests
{
    [Theory]
    [InlineData("mini_one_side.yaml")]
    [InlineData("mini_two_side.yaml")]
    public void Tables_in_float64_agree_with_the_nets_to_eight_digits(string name)
    {
        DeepPotential model = DeepPotentialFile.Read(Own(name));
        Structure frame = OwnFrame(periodic: true);
        Evaluation exact = Evaluate(model, frame);
        Evaluation tabulated = Evaluate(new DeepPotentialModel(model, NetworkPrecision.Float64, tables: TableSettings.Float64), frame);
        Assert.Equal(exact.Energy, tabulated.Energy, 1e-8);
        AssertWithin(1e-8, exact.Forces, tabulated.Forces);
        AssertClose(exact.Virial.ToRowMajor(), tabulated.Virial.ToRowMajor(), 1e-8);
        Assert.NotEqual(exact.Energy, Evaluate(new DeepPotentialModel(model, NetworkPrecision.Float64, tables: new TableSettings(1e-2)), frame).Energy);
    }

    /// <summary>The seed's shape goes through libtorch's products, the small one through our own.</summary>
    [Theory]
    [InlineData(new[] { 32, 64, 128 }, 16, new[] { 256, 256, 256 }, true)]
    [InlineData(new[] { 32, 64, 128 }, 16, new[] { 250, 100 }, false)]
    [InlineData(new[] { 8, 16, 32 }, 4, new[] { 32, 32, 32 }, true)]
    [InlineData(new[] { 5, 10, 20 }, 3, new[] { 30, 30 }, false)]
    public void Tables_in_either_precision_agree_with_the_nets_in_float64(int[] neurons, int axis, int[] fitting, bool oneSide)
    {
        DeepPotential model = Model(neurons, axis, fitting, oneSide);
        Structure frame = OwnFrame(periodic: true);
        Evaluation exact = Evaluate(model, frame);
        foreach ((NetworkPrecision precision, TableSettings tables, double rms, double most) in new[]
        {
            (NetworkPrecision.Float32, TableSettings.Float32, 1e-4, 2e-3),
            (NetworkPrecision.Float64, TableSettings.Float64, 1e-8, 1e-8),
        })
        {
            Evaluation fast = Evaluate(new DeepPotentialModel(model, precision, tables: tables), frame);
            double[] errors = [.. exact.Forces.Zip(fast.Forces, (a, b) => (a - b).NormSquared)];
            Assert.InRange(Math.Sqrt(errors.Average() / 3), 1e-16, rms);
            Assert.InRange(Math.Sqrt(errors.Max()), 1e-16, most);
            Assert.Equal(exact.Energy / frame.Count, fast.Energy / frame.Count, rms);
        }
    }

    [Fact]
    public void Large_nets_that_are_not_alike_are_evaluated_all_the_same()
    {
        DeepPotential like = Model([32, 64, 128], 16, [64, 64], oneSide: true), wide = Model([32, 64, 128], 16, [64, 32], oneSide: true);
        DenseNet[] nets = [wide.Fittings[0], .. like.Fittings.Skip(1)];
        var model = new DeepPotential(like.TypeMap, like.Descriptor, like.Statistics, like.Embeddings, like.FittingNeurons, like.FittingResnetDt, nets, like.AtomBiasEv, like.OutBiasEv);
        Structure frame = OwnFrame(periodic: true);
        Evaluation exact = Evaluate(model, frame), fast = Evaluate(new DeepPotentialModel(model, NetworkPrecision.Float64, tables: TableSettings.Float64), frame);
        Assert.Equal(exact.Energy, fast.Energy, 1e-8);
        AssertWithin(1e-8, exact.Forces, fast.Forces);
    }

    [Fact]
    public void A_pair_nearer_than_the_table_reaches_goes_through_the_net_and_is_counted()
    {
        // one centre type's statistics are every type's: a table reaches equally far for all of them
        DeepPotential model = Model([8, 16, 32], 4, [32, 32], oneSide: true, Enumerable.Repeat(new EnvironmentStatistics(0.3, 0.08, 0.06), 3));
        Structure frame = OwnFrame(periodic: true);
        Evaluation exact = Evaluate(model, frame);
        var potential = new DeepPotentialModel(model, NetworkPrecision.Float64, tables: TableSettings.Float64 with { NearestA = 3.0 });
        using (IDeepCalculator calculator = potential.CreateDeepCalculator(frame))
        {
            var forces = new Vec3[frame.Count];
            for (int step = 0; step < 2; step++)
            {
                Assert.Equal(exact.Energy, calculator.Compute(frame.Cell, frame.Positions, forces).EnergyEv, 1e-8);
                AssertWithin(1e-8, exact.Forces, forces);
            }
        }
        Assert.Equal(2 * NearerThan(frame, 3.0), potential.PairsOutsideTables);

        var usual = new DeepPotentialModel(model, NetworkPrecision.Float64, tables: TableSettings.Float64);
        Evaluate(usual, frame);
        Assert.Equal(NearerThan(frame, 1.0), usual.PairsOutsideTables);
    }

    [Fact]
    public void A_net_that_no_table_serves_is_evaluated_itself()
    {
        DeepPotential model = Model([8, 16, 32], 4, [32, 32], oneSide: true);
        Structure frame = OwnFrame(periodic: true);
        Evaluation unserved = Evaluate(new DeepPotentialModel(model, NetworkPrecision.Float64, tables: new TableSettings(0)), frame);
        Assert.Equal(Evaluate(model, frame).Energy, unserved.Energy);
    }

    [Fact]
    public void Forces_of_a_table_are_the_gradient_of_its_energy()
    {
        DeepPotential model = Model([32, 64, 128], 16, [256, 256], oneSide: false);
        var potential = new DeepPotentialModel(model, NetworkPrecision.Float64, tables: new TableSettings(1e-3));
        Structure frame = OwnFrame(periodic: true);
        Vec3[] forces = Evaluate(potential, frame).Forces;
        const double h = 1e-4;
        double Energy(double dx)
        {
            var moved = (Vec3[])frame.Positions.Clone();
            moved[7] += new Vec3(dx, 0, 0);
            return Evaluate(potential, frame with { Positions = moved }).Energy;
        }
        Assert.Equal(-(Energy(h) - Energy(-h)) / (2 * h), forces[7].X, 1e-6);
    }

    private static DeepPotential Model(int[] neurons, int axis, int[] fitting, bool oneSide, IEnumerable<EnvironmentStatistics>? statistics = null) => ModelFactory.Random(
        ["Li", "Ti", "Cl"], new DescriptorShape(7.0, 0.5, [60, 30, 110], neurons, axis, oneSide, false), fitting, new Rng(5),
        [.. statistics ?? [new(0.3, 0.08, 0.06), new(0.35, 0.1, 0.05), new(0.25, 0.09, 0.07)]]);

    private static void AssertWithin(double most, Vec3[] expected, Vec3[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True((expected[i] - actual[i]).Norm <= most, $"atom {i}: {expected[i]} and {actual[i]}");
    }

    /// <summary>Ordered pairs, images included.</summary>
    private static long NearerThan(Structure frame, double distanceA)
    {
        var list = new Compute.Potentials.NeighborList(distanceA, 0);
        list.Update(frame.Cell, frame.Positions);
        return list.Neighbors.Length;
    }
}
