using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

public sealed class PercolationTests
{
    /// <summary>Two sites: along a they alternate by hops of 0.2 and 0.4 eV, along b each meets its own image at 0.7 eV.</summary>
    private static readonly NetworkEdge[] Chain =
    [
        new(0, 1, (0, 0, 0), 0.2),
        new(1, 0, (1, 0, 0), 0.4),
        new(0, 0, (0, 1, 0), 0.7),
        new(1, 1, (0, 1, 0), 0.9),
    ];

    [Fact]
    public void The_bottleneck_is_the_highest_saddle_of_the_best_crossing_path()
    {
        Assert.Equal(0.4, Percolation.Bottleneck(2, Chain, 0));
        Assert.Equal(0.7, Percolation.Bottleneck(2, Chain, 1));
        Assert.Null(Percolation.Bottleneck(2, Chain, 2));
    }

    [Fact]
    public void A_detour_over_lower_saddles_beats_the_direct_way()
    {
        Assert.Equal(0.3, Percolation.Bottleneck(3, [.. Chain, new(1, 2, (0, 0, 0), 0.3), new(2, 0, (1, 0, 0), 0.25)], 0));
    }

    [Fact]
    public void Loops_that_come_back_to_the_same_image_do_not_cross()
    {
        Assert.Null(Percolation.Bottleneck(2, [new(0, 1, (1, 0, 0), 0.1), new(1, 0, (-1, 0, 0), 0.2), new(0, 1, (1, 0, 0), 0.3)], 0));
    }

    [Fact]
    public void The_crossing_of_a_hop_is_the_image_it_ends_in()
    {
        var cell = new Cell(new Vec3(10, 0, 0), new Vec3(0, 10, 0), new Vec3(-3, 0, 10));
        Assert.Equal((1, 0, -1), Percolation.CrossingOf(cell, new Vec3(9, 2, 1), new Vec3(1, 2, 9), new Vec3(1 + 10 - 9 + 3, 0, 9 - 10 - 1)));
    }
}
