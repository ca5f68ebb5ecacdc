using Campaign.Compute.Structures;
using FsCheck.Xunit;
using Xunit;

namespace Campaign.Compute.Tests.Structures;

public sealed class OccupancyRoundingTests
{
    private static readonly Dictionary<string, double> Charges = new() { ["Li"] = 1, ["Y"] = 3, ["Zr"] = 4, ["Cl"] = -1 };

    /// <summary>Li, Y, Zr and vacancies on three cation sites, chlorine fixed; Li is set so that the targets are nearly neutral.</summary>
    private static (OccupancyTarget[] Targets, int[] Rooms) RandomProblem(ulong seed)
    {
        var rng = new Rng(seed);
        int cells = 1 + rng.NextInt(8);
        int[] rooms = [2 * cells, 4 * cells, 6 * cells, 12 * cells];
        double y = 0.3 * rng.NextDouble(), zr = 0.3 * rng.NextDouble(), li = 0.5 * rng.NextDouble();
        double rest = 12 - 2 * (3 * y + 4 * zr + li) - 4 * (3 * y / 2);
        double share = Math.Clamp(rest / 10 + 0.01 * (rng.NextDouble() - 0.5), 0.05, 0.8);
        return ([new(0, "Y", y), new(0, "Zr", zr), new(0, "Li", Math.Min(li, 1 - y - zr)), new(1, "Y", y / 2), new(1, "Li", share), new(2, "Li", share), new(3, "Cl", 1)], rooms);
    }

    [Property(MaxTest = 500)]
    public void Counts_are_neutral_fit_their_sites_and_stay_near_the_targets(ulong seed)
    {
        (OccupancyTarget[] targets, int[] rooms) = RandomProblem(seed);
        int[] counts = OccupancyRounding.Round(targets, rooms, Charges, []);
        Assert.Equal(0, targets.Select((t, i) => Charges[t.Species] * counts[i]).Sum(), 9);
        Assert.All(counts, n => Assert.True(n >= 0));
        Assert.Equal(rooms[3], counts[6]);
        for (int site = 0; site < rooms.Length; site++)
            Assert.True(targets.Select((t, i) => t.Site == site ? counts[i] : 0).Sum() <= rooms[site]);
        double net = targets.Select((t, i) => Charges[t.Species] * t.Occupancy * rooms[t.Site]).Sum();
        for (int i = 0; i < counts.Length; i++)
            Assert.True(Math.Abs(counts[i] - targets[i].Occupancy * rooms[targets[i].Site]) < 3 + Math.Abs(net), $"{targets[i]}: {counts[i]}");
    }

    [Fact]
    public void Remainders_go_to_the_largest()
    {
        int[] counts = OccupancyRounding.Round(
            [new(0, "Y", 0.85), new(1, "Y", 0.575), new(2, "Li", 1), new(3, "Cl", 1)], [2, 4, 0, 12], Charges, []);
        Assert.Equal([2, 2, 0, 12], counts);
    }
}
