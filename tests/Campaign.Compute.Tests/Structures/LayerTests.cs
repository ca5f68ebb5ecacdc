using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class LayerTests
{
    private static bool IsCation(string symbol) => symbol is not ("Cl" or "Br" or "I");

    [Fact]
    public void Titanium_lies_in_even_and_lithium_in_odd_layers()
    {
        AverageStructure parent = Samples.Li3TiCl6;
        LayerStack layers = LayerStack.Find(parent, IsCation)!;
        Assert.Equal(new LayerStack(2, 2, 0), layers);
        var supercell = new Supercell(parent, 2, 2, 4);
        Assert.Equal(6.353 * Math.Sin(110.1 * Math.PI / 180) / 2, layers.SpacingA(supercell.Cell, 4), 12);
        foreach (SupercellSite s in supercell.Sites.Where(s => IsCation(s.Species[0].Symbol)))
        {
            int layer = layers.Index(s.Position, supercell.Cell, 4);
            Assert.Equal(s.Species[0].Symbol == "Ti" ? 0 : 1, layer % 2);
            Assert.Equal(2 * s.Image.C + layer % 2, layer);
        }
    }

    [Fact]
    public void A_hop_along_110_stays_in_its_layer_and_unwrapped_atoms_keep_counting()
    {
        AverageStructure parent = Samples.Li3TiCl6;
        LayerStack layers = LayerStack.Find(parent, IsCation)!;
        Cell cell = parent.Cell;
        Vec3 start = cell.ToCartesian(new Vec3(0, 0.5, 0.5));
        Assert.Equal(1, layers.Index(start, cell, 1));
        Assert.Equal(1, layers.Index(start + cell.A + cell.B, cell, 1));
        Assert.Equal(3, layers.Index(start + cell.A + cell.C, cell, 1));
        Assert.Equal(-3, layers.Index(start - 2 * cell.C, cell, 1));
    }

    [SkippableTheory]
    [InlineData("Li3YCl6_ei3", true)]
    [InlineData("Li3InCl6_de5", true)]
    [InlineData("Li2MgCl4_dvn", false)]
    public void Only_layered_crystals_have_layers(string file, bool layered)
    {
        AverageStructure parent = Cif.ReadFile(Samples.Data("structures", "obelix", file + ".cif"));
        LayerStack? layers = LayerStack.Find(parent, IsCation);
        Assert.Equal(layered ? 2 : null, layers?.PerParentCell);
    }
}
