using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class VariantTests
{
    private static VariantRequest Request(int na, int nb, int nc, double on2a, double on4g, int draws = 50, ulong seed = 1) =>
        new("v", na, nb, nc, new Dictionary<string, double> { ["Ti@2a"] = on2a, ["Ti@4g"] = on4g }, draws, seed);

    [Theory]
    [InlineData(2, 0.875, 0.0625, 160, 14, 2, "4x2x4")]
    [InlineData(4, 0.84375, 0.078125, 320, 27, 5, "4x2x2")]
    [InlineData(4, 0.844, 0.078, 320, 27, 5, "4x2x2")]
    [InlineData(2, 0.75, 0.125, 160, 12, 4, "4x2x4")]
    [InlineData(2, 0.875, 0.063, 160, 14, 2, "4x2x4")]
    public void The_three_variants_of_Li3TiCl6_have_the_tabulated_atoms(int nc, double on2a, double on4g, int atoms, int ti2a, int ti4g, string mesh)
    {
        VariantResult v = VariantBuilder.Build(Samples.Li3TiCl6, Request(2, 2, nc, on2a, on4g));

        Assert.Equal(atoms, v.Structure.Count);
        Assert.Equal(["Li", "Ti", "Cl"], v.Structure.TypeMap);
        Assert.Equal([atoms * 48 / 160, atoms / 10, atoms * 96 / 160], v.Structure.CountsByType());
        Assert.Equal(ti2a, v.Occupancies.Single(o => o is { Species: "Ti", Site: "2a" }).Atoms);
        Assert.Equal(ti4g, v.Occupancies.Single(o => o is { Species: "Ti", Site: "4g" }).Atoms);
        Assert.Equal(mesh, v.KMesh.ToString());
        Assert.Empty(v.Messages);
    }

    [Theory]
    [InlineData(0.875, 0.0625, 1750, 250)]
    [InlineData(0.844, 0.078, 1688, 312)]
    [InlineData(0.754, 0.123, 1508, 492)]
    [InlineData(0.851, 0.0745, 1702, 298)]
    public void Twenty_thousand_atoms_hold_the_tabulated_titanium(double on2a, double on4g, int ti2a, int ti4g)
    {
        var messages = new List<string>();
        int[] counts = OccupancyRounding.Round(
            [new(0, "Ti", on2a), new(1, "Ti", on4g), new(2, "Li", 1), new(3, "Cl", 1)], [2000, 4000, 6000, 12000],
            new Dictionary<string, double> { ["Ti"] = 3, ["Li"] = 1, ["Cl"] = -1 }, messages);
        Assert.Equal([ti2a, ti4g, 6000, 12000], counts);
    }
}
