using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Potentials;

/// <summary>
/// What a shipped ionic parameter file must do before it may teach: the crystal of experiment at 0 K, enough hops in a short run
/// at the lowest temperature of the quickstart, and a host that stays at the highest.
/// </summary>
public sealed class TeacherAcceptanceTests
{
    private const double LowestK = 630, HighestK = 860; // of the quickstart's production runs
    private const int FrameEvery = 10, StepsPerPs = 500;

    private static readonly IonicModel Model = Li3TiCl6.ShippedModel();
    private static readonly Lazy<Structure> Ti0750 = new(() => CellRelaxation.Relax(Model, Variant("ti0750"), new RelaxationOptions()).Structure);

    [Theory]
    [InlineData("ti0875", 6.350, 10.88, 6.337, 110.2)]
    [InlineData("ti0844", 6.350, 10.88, 6.337, 110.2)]
    [InlineData("ti0750", 6.350, 10.89, 6.353, 110.1)]
    public void The_relaxed_cell_is_within_3_percent_and_3_degrees_of_experiment(string variant, double a, double b, double c, double beta)
    {
        RelaxationResult relaxed = CellRelaxation.Relax(Model, Variant(variant), new RelaxationOptions());
        Assert.True(relaxed.Converged, relaxed.Message);
        LatticeParameters cell = LatticeParameters.OfParent(relaxed.Structure.Cell, 2, 2, variant == "ti0844" ? 4 : 2);
        Assert.InRange(cell.A / a, 0.97, 1.03);
        Assert.InRange(cell.B / b, 0.97, 1.03);
        Assert.InRange(cell.C / c, 0.97, 1.03);
        Assert.InRange(cell.AlphaDeg, 87, 93);
        Assert.InRange(cell.BetaDeg, beta - 3, beta + 3);
        Assert.InRange(cell.GammaDeg, 87, 93);
    }

    [Theory]
    [InlineData(8101)]
    [InlineData(8102)]
    public void Lithium_hops_at_least_30_times_in_20_ps_at_the_lowest_temperature(int seed)
    {
        List<Vec3[]> frames = Run(LowestK, (ulong)seed);
        Vec3[][] lithium = [.. AtomsOf("Li").Select(i => Path(frames, i))];
        int hops = DisplacementHops.Find(lithium, 2.0 * FrameEvery, hopLengthA: 3.6).Count; // the distance of neighbouring Li sites, as in the quickstart
        Assert.True(hops >= 30, $"{hops} hops");
    }

    [Theory]
    [InlineData(8201)]
    [InlineData(8202)]
    public void No_anion_leaves_its_place_in_20_ps_at_the_highest_temperature(int seed)
    {
        List<Vec3[]> frames = Run(HighestK, (ulong)seed);
        const int window = 25; // 500 fs: a vibration is not a move
        double largest = 0;
        foreach (int i in AtomsOf("Cl"))
            foreach (Vec3[] chunk in Path(frames, i).Chunk(window))
                largest = Math.Max(largest, (chunk.Aggregate(Vec3.Zero, (s, r) => s + r) / chunk.Length - Ti0750.Value.Positions[i]).Norm);
        Assert.True(largest < 1.5, $"a chloride moved by {largest:f2} Å");
    }

    private static Structure Variant(string name)
    {
        (int nc, double on2a, double on4g, ulong seed) = name switch
        {
            "ti0875" => (2, 0.875, 0.0625, 1UL),
            "ti0844" => (4, 0.84375, 0.078125, 2UL),
            _ => (2, 0.75, 0.125, 3UL),
        };
        AverageStructure parent = Cif.ReadFile(Li3TiCl6.ConfigPath("structures/Li3TiCl6.cif"));
        var occupancy = new Dictionary<string, double> { ["Ti@2a"] = on2a, ["Ti@4g"] = on4g };
        return VariantBuilder.Build(parent, new VariantRequest(name, 2, 2, nc, occupancy, 200, seed)).Structure;
    }

    /// <summary>20 ps of NVT after 1 ps, a frame every 20 fs, in the frame of the anions relative to the relaxed crystal.</summary>
    private static List<Vec3[]> Run(double temperatureK, ulong seed)
    {
        Structure s = Ti0750.Value;
        int[] anions = AtomsOf("Cl");
        var frames = new List<Vec3[]>();
        var options = new MdOptions { TimeStepFs = 2, Nvt = new NvtOptions(temperatureK), SampleEverySteps = FrameEvery, SegmentSteps = 5 * StepsPerPs };
        MdResult result = MolecularDynamics.Run(Model, s, options, MdState.Start(s, temperatureK, new Rng(seed)), 21 * StepsPerPs, f =>
        {
            if (f.Step <= StepsPerPs)
                return;
            Vec3 drift = anions.Aggregate(Vec3.Zero, (sum, i) => sum + f.Positions[i] - s.Positions[i]) / anions.Length;
            frames.Add(Array.ConvertAll(f.Positions, r => r - drift));
        });
        Assert.True(result.Outcome == MdOutcome.Completed, result.Message);
        return frames;
    }

    private static int[] AtomsOf(string species) => [.. Enumerable.Range(0, Ti0750.Value.Count).Where(i => Ti0750.Value.SpeciesOf(i) == species)];

    private static Vec3[] Path(List<Vec3[]> frames, int atom) => [.. frames.Select(f => f[atom])];
}
