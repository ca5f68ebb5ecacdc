using Campaign.Compute.Dynamics;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Potentials;

/// <summary>
/// What a shipped ionic parameter file must do before it may teach: the crystal of experiment at 0 K, enough hops in a short run
/// at the lowest production temperature of its campaign, and a host that stays at the highest.
/// </summary>
public sealed class TeacherAcceptanceTests
{
    private const int FrameEvery = 10, StepsPerPs = 500;

    [Theory]
    [InlineData("quickstart.yaml")]
    [InlineData("li3incl6.yaml")]
    [InlineData("li3ycl6.yaml")]
    [InlineData("li2mgcl4.yaml")]
    public void The_relaxed_cells_are_within_3_percent_and_3_degrees_of_experiment(string campaign)
    {
        ShippedTeacher teacher = ShippedTeacher.Of(campaign);
        foreach (string variant in teacher.VariantNames)
        {
            RelaxationResult relaxed = teacher.Relaxed(variant);
            Assert.True(relaxed.Converged, $"{variant}: {relaxed.Message}");
            (LatticeParameters cell, LatticeParameters reference) = teacher.Lattice(variant);
            LatticeDeviation deviation = cell.DeviationFrom(reference);
            Assert.True(deviation.LargestLengthPercent <= 3, $"{variant}: {deviation}");
            Assert.True(deviation.LargestAngleDeg <= 3, $"{variant}: {deviation}");
        }
    }

    [Theory]
    [InlineData("quickstart.yaml", 8101)]
    [InlineData("quickstart.yaml", 8102)]
    [InlineData("li3incl6.yaml", 8101)]
    [InlineData("li3ycl6.yaml", 8101)]
    [InlineData("li2mgcl4.yaml", 8101)]
    public void Lithium_hops_at_least_30_times_in_20_ps_at_the_lowest_temperature(string campaign, int seed)
    {
        ShippedTeacher teacher = ShippedTeacher.Of(campaign);
        List<Vec3[]> frames = Run(teacher, teacher.TemperaturesK.Min(), (ulong)seed);
        Vec3[][] lithium = [.. AtomsOf(teacher.Carried, "Li").Select(i => Path(frames, i))];
        int hops = DisplacementHops.Find(lithium, 2.0 * FrameEvery, teacher.HopLengthA).Count;
        Assert.True(hops >= 30, $"{hops} hops");
    }

    [Theory]
    [InlineData("quickstart.yaml", 8201)]
    [InlineData("quickstart.yaml", 8202)]
    [InlineData("li3incl6.yaml", 8201)]
    [InlineData("li3ycl6.yaml", 8201)]
    [InlineData("li2mgcl4.yaml", 8201)]
    public void No_anion_leaves_its_place_in_20_ps_at_the_highest_temperature(string campaign, int seed)
    {
        ShippedTeacher teacher = ShippedTeacher.Of(campaign);
        List<Vec3[]> frames = Run(teacher, teacher.TemperaturesK.Max(), (ulong)seed);
        const int window = 25; // 500 fs: a vibration is not a move
        double largest = 0;
        foreach (int i in AtomsOf(teacher.Carried, "Cl"))
            foreach (Vec3[] chunk in Path(frames, i).Chunk(window))
                largest = Math.Max(largest, (chunk.Aggregate(Vec3.Zero, (s, r) => s + r) / chunk.Length - teacher.Carried.Positions[i]).Norm);
        Assert.True(largest < 1.5, $"a chloride moved by {largest:f2} Å");
    }

    /// <summary>20 ps of NVT after 1 ps, a frame every 20 fs, in the frame of the anions relative to the relaxed crystal.</summary>
    private static List<Vec3[]> Run(ShippedTeacher teacher, double temperatureK, ulong seed)
    {
        Structure s = teacher.Carried;
        int[] anions = AtomsOf(s, "Cl");
        var frames = new List<Vec3[]>();
        var options = new MdOptions { TimeStepFs = 2, Nvt = new NvtOptions(temperatureK), SampleEverySteps = FrameEvery, SegmentSteps = 5 * StepsPerPs };
        MdResult result = MolecularDynamics.Run(teacher.Model, s, options, MdState.Start(s, temperatureK, new Rng(seed)), 21 * StepsPerPs, f =>
        {
            if (f.Step <= StepsPerPs)
                return;
            Vec3 drift = anions.Aggregate(Vec3.Zero, (sum, i) => sum + f.Positions[i] - s.Positions[i]) / anions.Length;
            frames.Add(Array.ConvertAll(f.Positions, r => r - drift));
        });
        Assert.True(result.Outcome == MdOutcome.Completed, result.Message);
        return frames;
    }

    private static int[] AtomsOf(Structure s, string species) => [.. Enumerable.Range(0, s.Count).Where(i => s.SpeciesOf(i) == species)];

    private static Vec3[] Path(List<Vec3[]> frames, int atom) => [.. frames.Select(f => f[atom])];
}
