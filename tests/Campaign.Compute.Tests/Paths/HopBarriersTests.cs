using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

/// <summary>Barriers by direction in face-centred cubic argon, where symmetry knows the answers.</summary>
public sealed class HopBarriersTests
{
    private const double A = 5.31;
    private static readonly LennardJones Argon = new(0.0104, 3.40, 6.5);
    private static readonly PathOptions Options = new()
    {
        Band = new NebOptions { MaxForceEvPerA = 0.002, ClimbBelowEvPerA = 0.02, SpringEvPerA2 = 0.1, MaxTimeStep = 2 },
        EndPointMaxForceEvPerA = 5e-4,
    };

    private static readonly Structure Crystal = FccCrystal();
    private static readonly ParentFrame Frame = ParentFrame.InSupercell(Crystal.Cell, (3, 3, 3), 2, 2);
    private static readonly HopOptions Hops = new() { MaxDistanceA = 4.5, HopsPerClass = 1 };

    [Fact]
    public void A_nearest_neighbour_direction_gives_a_symmetric_single_hop()
    {
        DirectionResult result = Compute(new Miller(1, 1, 0));
        HopBarrier hop = Assert.Single(result.Hops);
        Assert.True(hop.Converged, string.Join("; ", hop.Notes));
        Assert.Equal("intra", hop.Layer);
        Assert.Equal(1, hop.Steps);
        Assert.Equal(A / Math.Sqrt(2), hop.DisplacementA, 6);
        Assert.Equal(7, hop.Images.Count);
        Assert.Equal(0, hop.EnergyDifferenceEv!.Value, 5);
        Assert.Equal(hop.EnergyDifferenceEv.Value, hop.BarrierForwardEv!.Value - hop.BarrierReverseEv!.Value, 12);
        Assert.Equal(result.Spread!.MedianEv, hop.BarrierForwardEv.Value);
        Assert.Contains(result.Notes, n => n.Contains("vacancy"));
    }

    [Fact]
    public void A_composed_direction_has_the_barrier_of_its_equal_steps_and_one_continuous_profile()
    {
        HopBarrier single = Assert.Single(Compute(new Miller(1, 1, 0)).Hops);
        DirectionResult result = Compute(new Miller(1, 0, 0));
        HopBarrier[] intra = [.. result.Hops.Where(h => h.Layer == "intra")];
        HopBarrier hop = Assert.Single(intra);
        Assert.Equal(2, hop.Steps);
        Assert.Equal(A, hop.DisplacementA, 6);
        Assert.Equal(13, hop.Images.Count);
        Assert.Equal(single.BarrierForwardEv!.Value, hop.BarrierForwardEv!.Value, 4);
        Assert.Equal(0, hop.Images[6].EnergyEv, 4);
        Assert.Equal(1, hop.Images[^1].Reaction, 12);
        Assert.Equal(hop.Images.Select(i => i.Reaction).Order(), hop.Images.Select(i => i.Reaction));
    }

    [Fact]
    public void Finished_paths_are_taken_over_and_only_the_others_computed()
    {
        var kept = new List<HopBarrier>();
        DirectionResult first = Compute(new Miller(1, 1, 0), onFinished: kept.Add);
        DirectionResult again = Compute(new Miller(1, 1, 0), kept, _ => Assert.Fail("computed twice"));
        Assert.Same(kept[0], again.Hops[0]);
        Assert.Equal(first.Spread, again.Spread);
    }

    [Fact]
    public void The_same_input_gives_the_same_bits()
    {
        HopBarrier a = Compute(new Miller(1, 1, 0)).Hops[0], b = Compute(new Miller(1, 1, 0)).Hops[0];
        Assert.Equal(a.Images, b.Images);
        Assert.Equal(a.BarrierForwardEv, b.BarrierForwardEv);
    }

    [Fact]
    public void A_hop_without_a_minimum_at_its_end_has_no_barrier_and_says_why()
    {
        // a point next to an atom is called a site: nothing can stay there
        HopSite real = Sites()[0];
        var close = new Vec3(A / 2, A / 2, 0) + new Vec3(-0.8, -0.8, 0);
        IReadOnlyList<HopSite> sites = [real, new HopSite("x", real.Ideal + close, real.Position + close, null, false)];
        DirectionResult result = new HopBarriers(new MinimumEnergyPath(Argon, Options), Hops).Compute(Crystal, new HopLattice(sites, Frame, []), new Miller(1, 1, 0));
        HopBarrier hop = Assert.Single(result.Hops);
        Assert.Equal(HopMechanism.EmptySite, hop.Mechanism);
        Assert.Null(hop.BarrierForwardEv);
        Assert.False(hop.Converged);
        Assert.NotEmpty(hop.Notes);
        Assert.Null(result.Spread);
    }

    private static DirectionResult Compute(Miller direction, IReadOnlyList<HopBarrier>? finished = null, Action<HopBarrier>? onFinished = null) =>
        new HopBarriers(new MinimumEnergyPath(Argon, Options), Hops).Compute(Crystal, new HopLattice(Sites(), Frame, []), direction, finished, onFinished);

    private static IReadOnlyList<HopSite> Sites() =>
        HopSites.Assign(Crystal, "Ar", [.. Crystal.FractionalPositions().Select(f => ("4a", f))], []);

    private static Structure FccCrystal()
    {
        var positions = new List<Vec3>();
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 3; k++)
                    foreach (Vec3 basis in new Vec3[] { new(0, 0, 0), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5) })
                        positions.Add(A * (basis + new Vec3(i, j, k)));
        return new Structure(new Cell(new Vec3(3 * A, 0, 0), new Vec3(0, 3 * A, 0), new Vec3(0, 0, 3 * A)), ["Ar"], new int[positions.Count], [.. positions]);
    }
}
