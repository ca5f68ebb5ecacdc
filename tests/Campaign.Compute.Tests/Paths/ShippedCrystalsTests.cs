using Campaign.Compute.Formats;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Campaign.Compute.Tests.Potentials;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

/// <summary>Hops in the shipped crystals that are not C2/m: a trigonal one with layers and a cubic one without.</summary>
public sealed class ShippedCrystalsTests
{
    private static readonly HopOptions Options = new();

    [Fact]
    public void Trigonal_columns_cross_layers_and_hops_within_the_planes_do_not()
    {
        (Structure crystal, HopLattice lattice) = Build("Li3YCl6", new VariantRequest("y", 2, 1, 3, new Dictionary<string, double> { ["Y@Y2"] = 1, ["Y@Y3"] = 0 }, 20, 1));
        IReadOnlyList<HopPath> columns = HopFinder.Along(crystal.Cell, lattice, new Miller(0, 0, 1), Options).Paths;
        IReadOnlyList<HopPath> planes = HopFinder.Along(crystal.Cell, lattice, new Miller(1, 0, 0), Options).Paths;
        Assert.NotEmpty(columns);
        Assert.NotEmpty(planes);
        Assert.All(columns, p => Assert.Equal("inter", p.Layer));
        Assert.All(columns, p => Assert.Equal(0.5 * 6.046941, p.DisplacementA.Norm, 4));
        Assert.All(planes, p => Assert.Equal("intra", p.Layer));
        Assert.All(planes, p => Assert.InRange(p.DisplacementA.Norm, 3.5, 4.1));
    }

    [Fact]
    public void A_spinel_has_no_layers_to_cross()
    {
        (Structure crystal, HopLattice lattice) = Build("Li2MgCl4", new VariantRequest("m", 1, 1, 2, new Dictionary<string, double>(), 20, 1));
        Assert.Null(lattice.Frame.LayerSpacingA);
        foreach ((Miller direction, double lengthA) in new[] { (new Miller(1, 1, 1), Math.Sqrt(3) / 4), (new Miller(1, 1, 0), Math.Sqrt(2) / 4), (new Miller(3, 1, 1), Math.Sqrt(11) / 8) })
        {
            IReadOnlyList<HopPath> paths = HopFinder.Along(crystal.Cell, lattice, direction, Options).Paths;
            Assert.NotEmpty(paths);
            Assert.All(paths, p => Assert.Null(p.Layer));
            Assert.All(paths, p => Assert.Null(p.LayerChange));
            Assert.All(paths, p => Assert.Equal(10.401 * lengthA, p.DisplacementA.Norm, 4));
            Assert.All(paths, p => Assert.DoesNotContain("intra", p.Class));
        }
    }

    private static (Structure, HopLattice) Build(string name, VariantRequest request)
    {
        AverageStructure parent = Cif.ReadFile(Li3TiCl6.ConfigPath($"structures/{name}.cif"));
        Structure crystal = VariantBuilder.Build(parent, request).Structure;
        return (crystal, HopLattice.Of(crystal, parent, "Li", 2));
    }
}
