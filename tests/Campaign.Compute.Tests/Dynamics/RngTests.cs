using Xunit;

namespace Campaign.Compute.Tests.Dynamics;

public sealed class RngTests
{
    [Fact]
    public void The_stream_equals_the_published_vectors_of_xoshiro256_starstar()
    {
        var rng = new Rng([1UL, 2, 3, 4]);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240];
        Assert.Equal(expected, Enumerable.Range(0, 4).Select(_ => rng.NextUInt64()));
    }

    [Fact]
    public void The_seed_is_spread_by_splitmix64()
    {
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];
        Assert.Equal(expected, new Rng(1234567).State);
    }

    [Fact]
    public void A_saved_state_continues_the_stream()
    {
        var rng = new Rng(7);
        rng.NextGaussian();
        var copy = new Rng(rng.State);
        Assert.Equal(Enumerable.Range(0, 20).Select(_ => rng.NextGaussian()).ToArray(), Enumerable.Range(0, 20).Select(_ => copy.NextGaussian()).ToArray());
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_normal_distribution()
    {
        var rng = new Rng(11);
        const int n = 200_000;
        double m1 = 0, m2 = 0, m4 = 0;
        for (int i = 0; i < n; i++)
        {
            double x = rng.NextGaussian();
            m1 += x / n;
            m2 += x * x / n;
            m4 += x * x * x * x / n;
        }
        Assert.InRange(m1, -5 / Math.Sqrt(n), 5 / Math.Sqrt(n));
        Assert.InRange(m2, 1 - 5 * Math.Sqrt(2.0 / n), 1 + 5 * Math.Sqrt(2.0 / n));
        Assert.InRange(m4, 3 - 5 * Math.Sqrt(96.0 / n), 3 + 5 * Math.Sqrt(96.0 / n));
    }

    [Fact]
    public void Integers_fall_evenly_on_every_value()
    {
        var rng = new Rng(3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[rng.NextInt(7)]++;
        double chi2 = counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000);
        Assert.True(chi2 < 27.9, $"chi-square {chi2} of 6 degrees of freedom"); // p = 1e-4
    }

    [Fact]
    public void A_shuffle_is_a_permutation()
    {
        int[] items = Enumerable.Range(0, 50).ToArray();
        new Rng(5).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 50), items);
        Assert.Equal(Enumerable.Range(0, 50), items.Order());
    }

    [Fact]
    public void An_empty_range_and_a_zero_state_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).NextInt(0));
        Assert.Throws<ArgumentException>(() => new Rng([0UL, 0, 0, 0]));
    }
}
