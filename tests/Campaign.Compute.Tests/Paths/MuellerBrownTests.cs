using Campaign.Compute.Paths;
using Xunit;

namespace Campaign.Compute.Tests.Paths;

public sealed class MuellerBrownTests
{
    private static readonly double[] Minimum1 = [-0.5582236, 1.4417258], Minimum2 = [0.6234994, 0.0280378];

    private static readonly NebOptions Options = new()
    {
        Images = 21,
        SpringEvPerA2 = 1000,
        ClimbBelowEvPerA = 20,
        MaxForceEvPerA = 1e-3,
        MaxIterations = 5000,
        TimeStep = 0.002,
        MaxTimeStep = 0.02,
        MaxStepA = 0.05,
    };

    [Theory]
    [InlineData(-0.5582236, 1.4417258, -146.6995172)]
    [InlineData(0.6234994, 0.0280378, -108.1667241)]
    [InlineData(-0.0500108, 0.4666941, -80.7678181)]
    [InlineData(-0.8220016, 0.6243128, -40.6648435)]
    [InlineData(0.2124866, 0.2929883, -72.2489401)]
    public void The_published_stationary_points_are_stationary(double x, double y, double energy)
    {
        var force = new double[2];
        double v = new MuellerBrown().Evaluate([x, y], force);
        Assert.Equal(energy, v, 6);
        Assert.True(Math.Abs(force[0]) < 2e-4 && Math.Abs(force[1]) < 2e-4, $"force {force[0]}, {force[1]}");
    }

    [Fact]
    public void The_climbing_band_finds_the_highest_saddle_and_both_barriers()
    {
        NebResult result = Band().Run(NebState.Start(Path()));
        Assert.True(result.Converged, string.Join("; ", result.Notes));
        Assert.Equal(106.03467, result.BarrierForwardEv, 4);
        Assert.Equal(67.50188, result.BarrierReverseEv, 4);
        Assert.Equal(-40.6648435, result.InitialEnergyEv + result.BarrierForwardEv, 5);
        Assert.Equal(-0.8220016, result.Points[result.HighestImage][0], 4);
        Assert.Equal(0.6243128, result.Points[result.HighestImage][1], 4);
        Assert.Equal(106.03467, result.SplineBarrierForwardEv, 3);
        Assert.Empty(result.Notes);
    }

    [Theory]
    [InlineData(-0.8220016, 0.6243128, 1)]
    [InlineData(0.2124866, 0.2929883, 1)]
    [InlineData(-0.5582236, 1.4417258, 0)]
    public void The_curvature_check_tells_saddles_from_minima(double x, double y, int negative)
    {
        Curvatures found = SaddleCheck.LowestCurvatures(new MuellerBrown(), [x, y], [1, 1], atoms: false, displacementA: 1e-4);
        Assert.True(found.Converged);
        Assert.Equal(negative, found.Negative);
        Assert.True(found.LowestEvPerA2 < found.SecondEvPerA2);
    }

    [Fact]
    public void Forward_minus_reverse_is_the_energy_difference_of_the_ends()
    {
        NebResult result = Band().Run(NebState.Start(Path()));
        Assert.Equal(result.EnergyDifferenceEv, result.BarrierForwardEv - result.BarrierReverseEv, 12);
        Assert.Equal(-108.1667241 + 146.6995172, result.EnergyDifferenceEv, 6);
    }

    [Fact]
    public void Plain_images_without_climbing_stay_below_the_saddle_but_the_spline_reaches_it()
    {
        NebOptions coarse = Options with { Images = 7, Climb = false };
        NebResult result = new NudgedElasticBand(_ => new MuellerBrown(), coarse).Run(NebState.Start(Path(7)));
        Assert.True(result.Converged);
        double byImage = Math.Abs(result.BarrierForwardEv - 106.03467), bySpline = Math.Abs(result.SplineBarrierForwardEv - 106.03467);
        Assert.True(result.BarrierForwardEv < 106.03467 - 0.1);
        Assert.True(bySpline < byImage, $"image off by {byImage}, spline by {bySpline}");
    }

    [Fact]
    public void Plain_images_end_evenly_spaced()
    {
        NebResult result = new NudgedElasticBand(_ => new MuellerBrown(), Options with { Climb = false }).Run(NebState.Start(Path()));
        double[] spacing = [.. result.Images.Skip(1).Select(i => i.SpacingA)];
        Assert.InRange(spacing.Max() / spacing.Min(), 1, 1.01);
    }

    [Fact]
    public void A_band_resumed_from_its_checkpoint_takes_the_same_bits()
    {
        var states = new List<NebState>();
        NebResult whole = Band().Run(NebState.Start(Path()), states.Add);
        Assert.True(states.Count >= 2);
        string json = System.Text.Json.JsonSerializer.Serialize(states[1]);
        NebResult resumed = Band().Run(System.Text.Json.JsonSerializer.Deserialize<NebState>(json)!);
        Assert.Equal(whole.Iterations, resumed.Iterations);
        Assert.Equal(whole.Points, resumed.Points);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_result()
    {
        NebResult one = Band().Run(NebState.Start(Path()));
        NebResult two = new NudgedElasticBand(_ => new MuellerBrown(), Options with { Threads = 2 }).Run(NebState.Start(Path()));
        Assert.Equal(one.Points, two.Points);
    }

    [Fact]
    public void An_image_that_climbs_past_its_ceiling_is_held_and_the_result_says_so()
    {
        var climbing = new NebState(0, ClimbPhase.Climbing, -60, Path(), null); // the saddle lies at -40.7
        NebResult result = Band().Run(climbing);
        Assert.False(result.Converged);
        Assert.Contains(result.Notes, n => n.Contains("ran up a wall"));
        Assert.True(result.BarrierForwardEv < 106.0346, "a held image is not at the saddle");
    }

    [Fact]
    public void Cancelling_stops_the_band()
    {
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Band().Run(NebState.Start(Path()), progress: p => { if (p.Iteration == 10) cancel.Cancel(); }, cancel: cancel.Token));
    }

    [Fact]
    public void A_band_that_may_not_iterate_says_it_is_not_converged()
    {
        NebResult result = new NudgedElasticBand(_ => new MuellerBrown(), Options with { MaxIterations = 3 }).Run(NebState.Start(Path()));
        Assert.False(result.Converged);
        Assert.Contains(result.Notes, n => n.StartsWith("not converged", StringComparison.Ordinal));
    }

    private static NudgedElasticBand Band() => new(_ => new MuellerBrown(), Options);

    private static double[][] Path(int images = 21) =>
    [.. Enumerable.Range(0, images + 2).Select(i => (double)i / (images + 1))
        .Select(x => new[] { Minimum1[0] + x * (Minimum2[0] - Minimum1[0]), Minimum1[1] + x * (Minimum2[1] - Minimum1[1]) })];
}
