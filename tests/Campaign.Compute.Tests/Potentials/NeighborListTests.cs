using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Potentials;

public sealed class NeighborListTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_list_equals_brute_force_in_random_triclinic_cells_smaller_than_the_cutoff(int seed)
    {
        var rng = new Rng((ulong)seed);
        Cell cell = RandomCell(rng, 3 + 2.0 * seed);
        Vec3[] positions = RandomPositions(rng, cell, 12, outside: 3);
        var list = new NeighborList(5.0, 0.4);
        Assert.True(list.Update(cell, positions));
        AssertEqualsBruteForce(list, cell, positions, 5.4, images: 9);
    }

    [Fact]
    public void Tilts_beyond_half_the_length_and_left_handed_cells_are_covered()
    {
        var rng = new Rng(21);
        Cell[] cells =
        [
            new(new Vec3(9, 0, 0), new Vec3(7.5, 8, 0), new Vec3(-6.3, 8.9, 10)),
            new(new Vec3(0, 0, 11), new Vec3(0, 9, 0), new Vec3(10, 0, -7)),
        ];
        foreach (Cell cell in cells)
        {
            Vec3[] positions = RandomPositions(rng, cell, 20, outside: 2);
            var list = new NeighborList(6.0, 0);
            list.Update(cell, positions);
            AssertEqualsBruteForce(list, cell, positions, 6.0, images: 5);
        }
    }

    [Fact]
    public void Larger_systems_with_several_bins_per_axis_equal_brute_force()
    {
        var rng = new Rng(31);
        var cell = new Cell(new Vec3(24, 0, 0), new Vec3(5, 30, 0), new Vec3(-9, 2, 27));
        Vec3[] positions = RandomPositions(rng, cell, 400, outside: 1);
        var list = new NeighborList(4.5, 0.5);
        list.Update(cell, positions);
        AssertEqualsBruteForce(list, cell, positions, 5.0, images: 1);
    }

    [Fact]
    public void A_cluster_in_much_vacuum_has_its_pairs_and_needs_little_memory()
    {
        var rng = new Rng(33);
        var cell = new Cell(new Vec3(900, 0, 0), new Vec3(0, 700, 0), new Vec3(0, 0, 1000));
        Vec3[] positions = [.. Enumerable.Range(0, 30).Select(_ => new Vec3(12 * rng.NextDouble() - 6, 12 * rng.NextDouble() - 6, 12 * rng.NextDouble()))];
        var list = new NeighborList(4.0, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        list.Update(cell, positions);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        AssertEqualsBruteForce(list, cell, positions, 4.0, images: 1);
    }

    [Fact]
    public void A_list_reused_within_its_skin_keeps_every_pair_inside_the_cutoff()
    {
        var rng = new Rng(41);
        var cell = new Cell(new Vec3(8, 0, 0), new Vec3(1, 9, 0), new Vec3(-3, 0, 8));
        Vec3[] positions = RandomPositions(rng, cell, 40, outside: 0);
        var list = new NeighborList(5.0, 1.0);
        list.Update(cell, positions);
        int rebuilds = 0, reuses = 0;
        for (int step = 0; step < 60; step++)
        {
            for (int i = 0; i < positions.Length; i++)
                positions[i] += 0.05 * RandomUnit(rng);
            if (list.Update(cell, positions))
                rebuilds++;
            else
                reuses++;
            Assert.Equal(BruteForce(cell, positions, 5.0, 2), Within(list, positions, 5.0));
        }
        Assert.True(rebuilds >= 2 && reuses >= 10, $"{rebuilds} rebuilds, {reuses} reuses");
    }

    [Fact]
    public void The_list_is_rebuilt_exactly_when_twice_the_displacement_exceeds_the_skin_or_the_cell_changes()
    {
        Cell cell = Cell.FromParameters(10, 10, 10, 90, 90, 90);
        Vec3[] positions = [new(1, 1, 1), new(4, 1, 1)];
        var list = new NeighborList(4, 0.5);
        Assert.True(list.Update(cell, positions));
        Assert.False(list.Update(Cell.FromParameters(10, 10, 10, 90, 90, 90), positions));
        positions[1] += new Vec3(0.249, 0, 0);
        Assert.False(list.Update(cell, positions));
        positions[1] += new Vec3(0.002, 0, 0);
        Assert.True(list.Update(cell, positions));
        Assert.True(list.Update(cell.Strained(new Mat3(1e-6, 0, 0, 0, 0, 0, 0, 0, 0)), positions));
    }

    [Fact]
    public void An_unusable_position_is_named()
    {
        var list = new NeighborList(4, 0.5);
        var error = Assert.Throws<ArgumentException>(() =>
            list.Update(Cell.FromParameters(5, 5, 5, 90, 90, 90), [Vec3.Zero, new Vec3(double.NaN, 0, 0)]));
        Assert.Contains("Atom 1", error.Message);
    }

    private static void AssertEqualsBruteForce(NeighborList list, Cell cell, Vec3[] positions, double range, int images)
    {
        var expected = BruteForce(cell, positions, range, images);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Within(list, positions, range));
        Assert.Equal(expected.Count, list.Neighbors.Length);
    }

    /// <summary>Sorted (i, j, rounded r_ij) of all entries within the range.</summary>
    private static List<(int I, int J, long X, long Y, long Z)> Within(NeighborList list, Vec3[] positions, double range)
    {
        var pairs = new List<(int, int, long, long, long)>();
        for (int i = 0; i < positions.Length; i++)
            for (int k = list.Start[i]; k < list.Start[i + 1]; k++)
            {
                Vec3 d = positions[list.Neighbors[k]] + list.Shifts[k] - positions[i];
                if (d.Norm <= range)
                    pairs.Add(Key(i, list.Neighbors[k], d));
            }
        pairs.Sort();
        return pairs;
    }

    private static List<(int I, int J, long X, long Y, long Z)> BruteForce(Cell cell, Vec3[] positions, double range, int images)
    {
        var pairs = new List<(int, int, long, long, long)>();
        for (int i = 0; i < positions.Length; i++)
            for (int j = 0; j < positions.Length; j++)
            {
                Vec3 near = cell.ToFractional(positions[j] - positions[i]).Floor();
                for (int a = -images; a <= images; a++)
                    for (int b = -images; b <= images; b++)
                        for (int c = -images; c <= images; c++)
                        {
                            Vec3 d = positions[j] - positions[i] + cell.ToCartesian(new Vec3(a, b, c) - near);
                            if (d.Norm <= range && !(i == j && d.Norm < 1e-9))
                                pairs.Add(Key(i, j, d));
                        }
            }
        pairs.Sort();
        return pairs;
    }

    private static (int, int, long, long, long) Key(int i, int j, Vec3 d) =>
        (i, j, (long)Math.Round(d.X * 1e6), (long)Math.Round(d.Y * 1e6), (long)Math.Round(d.Z * 1e6));

    private static Cell RandomCell(Rng rng, double size)
    {
        while (true)
        {
            Vec3 Row(int axis) => size * (new Vec3(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0)
                + 0.9 * new Vec3(rng.NextDouble() - 0.5, rng.NextDouble() - 0.5, rng.NextDouble() - 0.5));
            var cell = new Cell(Row(0), Row(1), Row(2));
            Vec3 w = cell.PerpendicularWidths;
            if (Math.Min(w.X, Math.Min(w.Y, w.Z)) > 0.3 * size)
                return cell;
        }
    }

    private static Vec3[] RandomPositions(Rng rng, Cell cell, int n, int outside)
    {
        double Fraction() => rng.NextDouble() + rng.NextInt(2 * outside + 1) - outside;
        return Enumerable.Range(0, n).Select(_ => cell.ToCartesian(new Vec3(Fraction(), Fraction(), Fraction()))).ToArray();
    }

    private static Vec3 RandomUnit(Rng rng)
    {
        var v = new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
        return v / v.Norm;
    }
}
