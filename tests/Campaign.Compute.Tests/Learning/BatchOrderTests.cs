using Campaign.Compute.Learning.Training;
using Xunit;

namespace Campaign.Compute.Tests.Learning;

public sealed class BatchOrderTests
{
    private static readonly TrainingOptions Options = new() { Seed = 5, Systems = new SystemBatches([2, 3, 1], [0.5, 0.3, 0.2]) };
    private static readonly int[] Frames = [7, 9, 4];

    [Fact]
    public void A_batch_is_of_one_system_and_systems_come_as_often_as_they_should()
    {
        BatchOrder order = BatchOrder.Of(Options, Frames);
        var counts = new int[3];
        for (int step = 0; step < 10_000; step++)
        {
            int[] batch = order.At(step);
            int system = batch[0] < 7 ? 0 : batch[0] < 16 ? 1 : 2;
            Assert.Equal(Options.Systems!.Sizes[system], batch.Length);
            Assert.All(batch, k => Assert.InRange(k, new[] { 0, 7, 16 }[system], new[] { 6, 15, 19 }[system]));
            counts[system]++;
        }
        for (int s = 0; s < 3; s++) // five standard deviations
            Assert.InRange(counts[s] / 10_000.0, Options.Systems!.Probabilities[s] - 0.025, Options.Systems.Probabilities[s] + 0.025);
    }

    [Fact]
    public void Within_a_system_every_frame_comes_once_before_any_comes_again()
    {
        BatchOrder order = BatchOrder.Of(Options, Frames);
        int[] ofSecond = [.. Enumerable.Range(0, 400).SelectMany(order.At).Where(k => k is >= 7 and < 16)];
        for (int epoch = 0; epoch + 9 <= ofSecond.Length; epoch += 9)
            Assert.Equal(9, ofSecond.AsSpan(epoch, 9).ToArray().Distinct().Count());
        Assert.NotEqual(ofSecond[..9], ofSecond[9..18]);
    }

    [Fact]
    public void A_step_has_the_same_batch_however_it_is_come_to()
    {
        BatchOrder straight = BatchOrder.Of(Options, Frames), resumed = BatchOrder.Of(Options, Frames);
        int[][] all = [.. Enumerable.Range(0, 200).Select(straight.At)];
        Assert.Equal(all[150], resumed.At(150));
        Assert.Equal(all[30], resumed.At(30));
        Assert.Equal(all[151], resumed.At(151));
        Assert.NotEqual(all[..20].SelectMany(b => b), Enumerable.Range(0, 20).SelectMany(BatchOrder.Of(Options with { Seed = 6 }, Frames).At));
    }

    [Fact]
    public void Numbers_that_do_not_fit_the_systems_are_refused()
    {
        Assert.Contains("3 systems", Assert.Throws<ArgumentException>(() => BatchOrder.Of(Options with { Systems = new SystemBatches([1], [1]) }, Frames)).Message);
        Assert.Contains("add up to 1", Assert.Throws<ArgumentException>(() => BatchOrder.Of(Options with { Systems = new SystemBatches([1, 1, 1], [1, 1, 1]) }, Frames)).Message);
    }
}
