using Campaign.Compute.Engines.Vasp.Inputs;
using Xunit;

namespace Campaign.Compute.Tests.Engines.Vasp.Inputs;

public sealed class VaspParallelTests
{
    private static readonly VaspCalculation One = new VaspCalculation.SinglePoint();

    [Theory]
    [InlineData(64, null, null, "8", null)]
    [InlineData(24, null, null, "4", null)]
    [InlineData(13, null, null, "1", null)]
    [InlineData(1, null, null, "1", null)]
    [InlineData(64, 16, null, "16", null)]
    [InlineData(24, 16, null, "12", null)] // the next below that divides the cores
    [InlineData(64, 128, null, "64", null)]
    [InlineData(64, null, 4, "4", "4")] // 16 cores in each group
    [InlineData(64, null, 500, "1", "32")] // there are 32 k-points
    [InlineData(24, null, 7, "2", "6")]
    public void Cores_are_shared_in_numbers_that_divide(int cores, int? ncore, int? kpar, string expectedNcore, string? expectedKpar) =>
        Assert.Equal((expectedNcore, expectedKpar), Tags(new VaspParallel(cores, ncore, kpar, false), One, [4, 2, 4]));

    [Fact]
    public void One_k_point_has_one_group() => Assert.Equal(("8", "1"), Tags(new VaspParallel(64, null, 4, false), One, [1, 1, 1]));

    [Fact]
    public void On_GPUs_no_cores_share_an_orbital() => Assert.Equal(("1", null), Tags(new VaspParallel(64, 8, null, true), One, [4, 2, 4]));

    [Fact]
    public void Each_image_of_a_band_has_its_part_of_the_cores()
    {
        var band = new VaspCalculation.Band(4, 5, 0.03, 10, true);
        Assert.Equal(("4", null), Tags(new VaspParallel(64, null, null, false), band, [4, 2, 4]));
        Assert.Equal(("16", null), Tags(new VaspParallel(64, 64, null, false), band, [4, 2, 4]));
    }

    [Theory]
    [InlineData(66, 4, "64 or 68")]
    [InlineData(3, 5, "5")]
    public void Images_that_cannot_share_evenly_are_refused_with_numbers_that_can(int cores, int images, string said)
    {
        var band = new VaspCalculation.Band(images, 5, 0.03, 10, true);
        Assert.Contains($"Give {said} cores", Assert.Throws<InvalidDataException>(() => Tags(new VaspParallel(cores, null, null, false), band, [1, 1, 1])).Message, StringComparison.Ordinal);
    }

    private static (string?, string?) Tags(VaspParallel parallel, VaspCalculation calculation, IReadOnlyList<int> mesh)
    {
        Dictionary<string, string> tags = parallel.Tags(calculation, mesh).ToDictionary(t => t.Tag, t => t.Value);
        return (tags["NCORE"], tags.GetValueOrDefault("KPAR"));
    }
}
