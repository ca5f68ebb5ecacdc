using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Transport;

public sealed class RadialDistributionTests
{
    private static readonly string[] Columns = ["Li-Li", "Li-Ti", "Li-Cl", "Ti-Ti", "Ti-Cl", "Cl-Cl"];

    [SkippableFact]
    public void An_oblique_cell_beyond_half_its_width_equals_the_reference_engine()
    {
        Structure s = Ltc160();
        IReadOnlyDictionary<string, PairDistribution> rdf = RadialDistribution.Compute([s], 9, 180);
        double[][] rows = [.. File.ReadLines(TransportFixtures.Path("ltc160_rdf_lammps.dat"))
            .Where(l => !l.StartsWith('#')).Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TransportFixtures.Number).ToArray())];
        Assert.Equal(180, rows.Length);
        for (int c = 0; c < Columns.Length; c++)
            for (int k = 0; k < 180; k++)
            {
                Assert.Equal(rows[k][2 + 2 * c], rdf[Columns[c]].G[k], 3e-5 * (1 + rows[k][2 + 2 * c]));
                Assert.Equal(rows[k][3 + 2 * c], rdf[Columns[c]].Coordination[k], 2e-5 * (1 + rows[k][3 + 2 * c]));
            }
    }

    [SkippableFact]
    public void Coordination_numbers_are_six_and_twelve()
    {
        IReadOnlyDictionary<string, PairDistribution> rdf = RadialDistribution.Compute([Ltc160()], 9, 180);
        Assert.Equal(6, rdf["Ti-Cl"].CoordinationWithin(3.2), 1e-9);
        Assert.Equal(6, rdf["Li-Cl"].CoordinationWithin(3.2), 1e-9);
        Assert.Equal(6, rdf["Li-Li"].CoordinationWithin(4.3), 1e-9);
        Assert.Equal(2, rdf["Li-Ti"].CoordinationWithin(4.3), 1e-9);
        Assert.Equal(12, rdf["Cl-Cl"].CoordinationWithin(4.3), 1e-9);
    }

    [SkippableFact]
    public void The_other_normalisation_of_like_pairs_is_smaller_by_one_partner()
    {
        Structure s = Ltc160();
        double[] without = RadialDistribution.Compute([s], 9, 180)["Ti-Ti"].G;
        double[] with = RadialDistribution.Compute([s], 9, 180, LikePairs.IncludeSelf)["Ti-Ti"].G;
        Assert.Equal(0.79, without.Zip(with, (x, y) => x - y).Max(), 0.01);
        for (int k = 0; k < 180; k++)
            Assert.Equal(without[k] * 15 / 16, with[k], 1e-12);
    }

    [Theory]
    [InlineData(1, 6, 1.0, 18, 1.4142135623730951)]
    [InlineData(4, 12, 0.70710678118654757, 18, 1.0)]
    public void Lattices_have_their_shells(int basis, int first, double firstAt, int second, double secondAt)
    {
        Vec3[] fcc = [Vec3.Zero, new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        const double a = 4.0;
        var cell = new Cell(new Vec3(a, 0, 0), new Vec3(0, a, 0), new Vec3(0, 0, a));
        Vec3[] r = [.. fcc.Take(basis).Select(f => a * f)];
        PairDistribution p = RadialDistribution.Compute([new Structure(cell, ["Li"], new int[basis], r)], 2 * a, 400, LikePairs.IncludeSelf)["Li-Li"];
        Assert.Equal(first, p.CoordinationWithin(a * firstAt + 0.1), 1e-9);
        Assert.Equal(second, p.CoordinationWithin(a * secondAt + 0.1), 1e-9);
        Assert.Equal(a * firstAt, p.FirstPeak().PositionA, 0.03);
    }

    [Fact]
    public void An_ideal_gas_has_no_structure()
    {
        var rng = new Rng(3);
        Cell cell = Cell.FromParameters(20, 22, 24, 80, 95, 110);
        Vec3[] r = [.. Enumerable.Range(0, 3000).Select(_ => cell.ToCartesian(new Vec3(rng.NextDouble(), rng.NextDouble(), rng.NextDouble())))];
        double[] g = RadialDistribution.Compute([new Structure(cell, ["Li"], new int[3000], r)], 8, 40)["Li-Li"].G;
        Assert.All(g[10..], x => Assert.InRange(x, 0.9, 1.1));
    }

    [Fact]
    public void Every_frame_counts_with_its_own_volume()
    {
        static Structure Gas(double l, ulong seed)
        {
            var rng = new Rng(seed);
            var cell = new Cell(new Vec3(l, 0, 0), new Vec3(0, l, 0), new Vec3(0, 0, l));
            return new Structure(cell, ["Li"], new int[400], [.. Enumerable.Range(0, 400).Select(_ => l * new Vec3(rng.NextDouble(), rng.NextDouble(), rng.NextDouble()))]);
        }
        Structure small = Gas(12, 1), large = Gas(18, 2);
        double[] one = RadialDistribution.Compute([small], 6, 20)["Li-Li"].G, two = RadialDistribution.Compute([large], 6, 20)["Li-Li"].G;
        double[] both = RadialDistribution.Compute([small, large], 6, 20)["Li-Li"].G;
        for (int k = 0; k < 20; k++)
            Assert.Equal(0.5 * (one[k] + two[k]), both[k], 1e-12);
    }

    [Fact]
    public void A_shifted_peak_is_measured_and_a_curve_equals_itself()
    {
        static PairDistribution Peak(double at) => new("Li", "Cl",
            [.. Enumerable.Range(0, 100).Select(k => 0.05 * (k + 0.5))],
            [.. Enumerable.Range(0, 100).Select(k => 5 * Math.Exp(-Math.Pow((0.05 * (k + 0.5) - at) / 0.2, 2)))],
            new double[100]);
        DistributionDifference same = Peak(2.5).Compare(Peak(2.5), 3.2), moved = Peak(2.6).Compare(Peak(2.5), 3.2);
        Assert.Equal(0, same.IntegralA);
        Assert.Equal(0.1, moved.PeakShiftA, 1e-9);
        Assert.InRange(moved.IntegralA, 0.5, 1.1);
    }

    private static Structure Ltc160()
    {
        string[] lines = File.ReadAllLines(TransportFixtures.Path("ltc160.data"));
        double Bound(string tag) => TransportFixtures.Number(lines.Single(l => l.EndsWith(tag, StringComparison.Ordinal)).Split(' ')[1]);
        double[] tilt = [.. lines.Single(l => l.EndsWith("xy xz yz", StringComparison.Ordinal)).Split(' ').Take(3).Select(TransportFixtures.Number)];
        var cell = new Cell(new Vec3(Bound("xlo xhi"), 0, 0), new Vec3(tilt[0], Bound("ylo yhi"), 0), new Vec3(tilt[1], tilt[2], Bound("zlo zhi")));
        string[][] atoms = [.. lines.SkipWhile(l => !l.StartsWith("Atoms", StringComparison.Ordinal)).Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length >= 5)];
        return new Structure(cell, ["Li", "Ti", "Cl"],
            [.. atoms.Select(w => (int)TransportFixtures.Number(w[1]) - 1)],
            [.. atoms.Select(w => new Vec3(TransportFixtures.Number(w[2]), TransportFixtures.Number(w[3]), TransportFixtures.Number(w[4])))]);
    }
}
