using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

/// <summary>A vacancy hop in a face-centred cubic Lennard-Jones crystal: symmetric, one saddle, no oracle needed.</summary>
public sealed class VacancyHopTests
{
    private static readonly LennardJones Argon = new(0.0104, 3.40, 6.5);

    private static readonly PathOptions Options = new() { Band = new NebOptions { MaxForceEvPerA = 0.002, ClimbBelowEvPerA = 0.02, SpringEvPerA2 = 0.1, MaxTimeStep = 2 }, EndPointMaxForceEvPerA = 5e-4 };

    private readonly Lazy<PathResult> _hop = new(() => Find(Options));

    [Fact]
    public void A_symmetric_hop_has_equal_barriers_and_its_saddle_in_the_middle()
    {
        NebResult band = _hop.Value.Band;
        Assert.True(band.Converged, string.Join("; ", band.Notes));
        Assert.InRange(band.BarrierForwardEv, 0.02, 0.2);
        Assert.InRange(Math.Abs(band.BarrierForwardEv - band.BarrierReverseEv), 0, 1e-5);
        Assert.Equal(3, band.HighestImage);
        Assert.Equal(0.5, band.Images[3].Reaction, 3);
        Assert.Equal(band.Images[2].EnergyEv, band.Images[4].EnergyEv, 4);
        Assert.InRange(Math.Abs(band.SplineBarrierForwardEv - band.BarrierForwardEv), 0, 1e-4);
    }

    [Fact]
    public void Its_saddle_has_exactly_one_negative_curvature()
    {
        Curvatures saddle = _hop.Value.Saddle!;
        Assert.True(saddle.Converged);
        Assert.True(_hop.Value.FirstOrderSaddle);
        Assert.True(saddle.LowestEvPerA2 < -0.01 && saddle.SecondEvPerA2 > 0, $"{saddle.LowestEvPerA2}, {saddle.SecondEvPerA2}");
    }

    [Fact]
    public void A_search_continued_from_a_checkpoint_takes_the_same_bits()
    {
        PathOptions often = Options with { Band = Options.Band with { CheckpointEvery = 10 } };
        var states = new List<PathState>();
        PathResult whole = Find(often, states.Add);
        Assert.NotEmpty(states);
        PathResult resumed = new MinimumEnergyPath(Argon, often).Continue(EndPoints().Initial, states[0]);
        Assert.Equal(whole.Band.Points, resumed.Band.Points);
        Assert.Equal(whole.Band.BarrierForwardEv, resumed.Band.BarrierForwardEv);
    }

    [Fact]
    public void End_points_in_one_minimum_are_refused()
    {
        Structure initial = EndPoints().Initial;
        var shaken = (Vec3[])initial.Positions.Clone();
        shaken[5] += new Vec3(0.2, 0.1, 0);
        Assert.Contains("same minimum", Assert.Throws<ArgumentException>(() =>
            new MinimumEnergyPath(Argon, Options).Find(initial, initial with { Positions = shaken })).Message);
    }

    private static PathResult Find(PathOptions options, Action<PathState>? checkpoint = null)
    {
        (Structure initial, Structure final) = EndPoints();
        return new MinimumEnergyPath(Argon, options).Find(initial, final, checkpoint);
    }

    private static (Structure Initial, Structure Final) EndPoints()
    {
        const double a = 5.31;
        var positions = new List<Vec3>();
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 3; k++)
                    foreach (Vec3 basis in new Vec3[] { new(0, 0, 0), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5) })
                        positions.Add(a * (basis + new Vec3(i, j, k)));
        Vec3 vacancy = positions[0];
        positions.RemoveAt(0);
        Vec3[] initial = [.. positions], final = [.. positions];
        final[0] = vacancy;
        var cell = new Cell(new Vec3(3 * a, 0, 0), new Vec3(0, 3 * a, 0), new Vec3(0, 0, 3 * a));
        var structure = new Structure(cell, ["Ar"], new int[initial.Length], initial);
        return (structure, structure with { Positions = final });
    }
}
