using Campaign.Compute.Datasets;
using Campaign.Compute.Structures;
using Xunit;

namespace Campaign.Compute.Tests.Learning.Data;

/// <summary>How far two labels of the same frames are apart.</summary>
public sealed class LabelScatterTests
{
    [Fact]
    public void A_frame_is_compared_component_by_component()
    {
        var d = LabelDifference.Of(-10, [new Vec3(1, 2, 3), new Vec3(0, 0, 0)], -9.6, [new Vec3(1.3, 2, 3), new Vec3(0, -0.4, 0)]);
        Assert.Equal(Math.Sqrt(0.25 / 6), d.ForceEvPerA, 1e-12);
        Assert.Equal(0.4, d.LargestForceEvPerA, 1e-12);
        Assert.Equal(0.2, d.EnergyEvPerAtom, 1e-12);
        Assert.Throws<ArgumentException>(() => LabelDifference.Of(0, [default, default], 0, [default]));
    }

    [Fact]
    public void The_interval_is_Students_over_frames_of_the_mean_square_and_its_root_is_shown()
    {
        // mean squares 0, 1, 2, 3: mean 1.5, standard deviation 1.29099, standard error 0.645497; t(3) = 3.182446
        var scatter = LabelScatter.Of([.. new[] { 0.0, 1, 2, 3 }.Select((m, i) => new LabelDifference(Math.Sqrt(m), i, 0.1 * i))]);
        Assert.Equal(4, scatter.Frames);
        Assert.Equal(Math.Sqrt(1.5), scatter.ForceRms.Value!.Value, 1e-12);
        Assert.Equal(0, scatter.ForceRms.Ci95!.Value.Lo); // 1.5 - 2.054 is below 0
        Assert.Equal(Math.Sqrt(1.5 + 3.182446 * 0.645497), scatter.ForceRms.Ci95.Value.Hi, 1e-5);
        Assert.False(scatter.ForceRms.Resolved);
        Assert.Equal(3, scatter.LargestForceEvPerA);
        Assert.Equal(0.15, scatter.EnergyMean.Value!.Value, 1e-12);
        Assert.Equal(0.15 + 3.182446 * 0.0645497, scatter.EnergyMean.Ci95!.Value.Hi, 1e-5);
        Assert.Equal(0.129099, scatter.EnergySpreadEvPerAtom, 1e-6);
    }

    [Fact]
    public void Its_interval_holds_the_truth_as_often_as_it_says()
    {
        var rng = new Rng(5);
        int held = 0;
        const int Trials = 2000;
        for (int trial = 0; trial < Trials; trial++)
        {
            // 60 components a frame of unit variance: root mean square 1
            var scatter = LabelScatter.Of([.. Enumerable.Range(0, 12).Select(_ => new LabelDifference(Math.Sqrt(Enumerable.Range(0, 60).Average(_ => Math.Pow(rng.NextGaussian(), 2))), 0, 0))]);
            if (scatter.ForceRms.Ci95 is { } c && c.Lo <= 1 && c.Hi >= 1)
                held++;
        }
        Assert.InRange(held / (double)Trials, 0.93, 0.97);
    }

    [Fact]
    public void One_frame_has_a_value_and_no_interval()
    {
        var scatter = LabelScatter.Of([new LabelDifference(0.3, 0.5, 0.01)]);
        Assert.Equal((0.3, null, false), (scatter.ForceRms.Value!.Value, scatter.ForceRms.Ci95, scatter.ForceRms.Resolved));
        Assert.True(double.IsNaN(scatter.EnergySpreadEvPerAtom));
    }
}
