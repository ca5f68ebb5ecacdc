using Campaign.Compute.Dynamics;
using Campaign.Compute.Paths;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

/// <summary>The shipped ionic model in the ordered halide: hops of lithium as a campaign computes them.</summary>
public sealed class IonicHopTests
{
    [Fact]
    public void Lithium_hops_inside_its_layer_of_the_ordered_halide_over_first_order_saddles()
    {
        IonicModel model = IonicModelFile.Read(Path.Combine(Root(), "config", "potentials", "li-ti-cl.yaml"));
        RelaxationResult crystal = CellRelaxation.Relax(model, HalideModel.Supercell(), new RelaxationOptions());
        Assert.True(crystal.Converged, crystal.Message);
        HopLattice lattice = HopLattice.Of(crystal.Structure, HalideModel.AverageStructure(), "Li", 2);
        Assert.Empty(lattice.Notes);

        DirectionResult result = new HopBarriers(new MinimumEnergyPath(model, new PathOptions()), new HopOptions { HopsPerClass = 1 })
            .Compute(crystal.Structure, lattice, new Miller(0, 1, 0));
        Assert.Equal(["4h-2d", "4h-4h"], result.Hops.Select(h => h.SitePair).Order(StringComparer.Ordinal));
        Assert.All(result.Hops, h =>
        {
            Assert.True(h.Converged, string.Join("; ", h.Notes));
            Assert.True(h.FirstOrderSaddle);
            Assert.Equal("intra", h.Layer);
            Assert.InRange(h.BarrierForwardEv!.Value, 0.1, 1.5); // 4h-4h squeezes between two metals
            Assert.Equal(h.EnergyDifferenceEv!.Value, h.BarrierForwardEv.Value - h.BarrierReverseEv!.Value, 12);
        });
        HopBarrier symmetric = result.Hops.Single(h => h.SitePair == "4h-4h");
        Assert.InRange(Math.Abs(symmetric.EnergyDifferenceEv!.Value), 0, 0.005);
    }

    private static string Root()
    {
        DirectoryInfo? here = new(AppContext.BaseDirectory);
        while (here is not null && !File.Exists(Path.Combine(here.FullName, "Campaign.sln")))
            here = here.Parent;
        return here?.FullName ?? throw new DirectoryNotFoundException("No Campaign.sln above the tests.");
    }
}
