using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Xunit;

namespace Campaign.Compute.Tests.Transport;

public sealed class TransportAnalysisTests
{
    private const double SpacingFs = 40, HopA = 3.6;
    private const int Ions = 48, Frames = 1000;
    private static readonly Cell Box = Cell.FromParameters(12.7, 21.8, 12.7, 90, 110, 90);
    private static readonly TransportOptions Options = new("Li", 1, 800) { HopLengthA = HopA };

    [Fact]
    public void Many_hops_resolve_D_and_the_conductivities_follow_from_it()
    {
        TransportResult r = TransportAnalysis.Run([Run(600, 1), Run(600, 2)], Options);
        double truth = 600 * HopA * HopA / (6 * Ions * Frames * SpacingFs) * 0.1;
        Assert.True(r.DSelf.Resolved, r.DSelf.ToString());
        Assert.InRange(truth, r.DSelf.Ci95!.Value.Lo, r.DSelf.Ci95.Value.Hi);
        Assert.InRange(1.0, r.HavenRatio.Ci95!.Value.Lo, r.HavenRatio.Ci95.Value.Hi);
        double perD = r.SigmaNernstEinstein.Value!.Value / r.DSelf.Value!.Value;
        Assert.Equal(perD, r.Sigma.Value!.Value / r.DTotal.Value!.Value, 1e-6 * perD);
        Assert.Equal(r.DSelf.Value.Value / r.DTotal.Value.Value, r.HavenRatio.Value!.Value, 1e-9);
        Assert.Equal("cm2/s", r.DSelf.Unit);
        Assert.Equal("mS/cm", r.Sigma.Unit);
    }

    [Fact]
    public void The_conversion_to_conductivity_is_the_tabulated_one()
    {
        double perD = Conductivity.MsPerCmPerCm2PerS(1, 1e24 / 1.436e22, 1, 298);
        Assert.Equal(8.958e7, perD, 1e-3 * 8.958e7);
    }

    [Fact]
    public void No_hop_gives_the_poisson_bound_and_no_number()
    {
        TransportResult r = TransportAnalysis.Run([Run(0, 2)], Options);
        Assert.Null(r.DSelf.Value);
        Assert.False(r.DSelf.Resolved);
        double three = 2.9957 * HopA * HopA / (6 * Ions * (Frames - 1) * SpacingFs) * 0.1;
        Assert.Equal(three, r.DSelf.Ci95!.Value.Hi, 1e-3 * three);
        Assert.Null(r.Sigma.Value);
        Assert.Null(r.HavenRatio.Value);
        Assert.NotEmpty(r.Notes);
    }

    [Fact]
    public void The_mobile_centre_of_mass_is_refused_for_collective_numbers()
    {
        TransportResult r = TransportAnalysis.Run([Run(600, 3)], Options with { Frame = ReferenceFrame.MobileCentreOfMass });
        Assert.NotNull(r.DSelf.Value);
        Assert.Null(r.DTotal.Value);
        Assert.Null(r.HavenRatio.Value);
        Assert.Null(r.Sigma.Value);
        Assert.Null(r.Msd.Total);
        Assert.Contains("vanishes", r.DTotal.Note);
    }

    [Fact]
    public void A_drift_of_the_whole_crystal_changes_nothing()
    {
        Trajectory still = Run(300, 4);
        Trajectory drifting = still with { Frames = [.. still.Frames.Select((f, k) => Array.ConvertAll(f, r => r + k * new Vec3(0.01, -0.02, 0.03)))] };
        TransportResult a = TransportAnalysis.Run([still], Options), b = TransportAnalysis.Run([drifting], Options);
        Assert.Equal(a.DSelf.Value!.Value, b.DSelf.Value!.Value, 1e-6 * a.DSelf.Value.Value);
        Assert.Equal(a.DTotal.Value!.Value, b.DTotal.Value!.Value, 1e-6 * a.DTotal.Value.Value);
    }

    [Fact]
    public void A_host_that_moves_away_takes_the_resolution_with_it()
    {
        Trajectory run = Run(600, 5);
        foreach (int anion in run.AtomsOf("Cl")[..10])
            foreach (Vec3[] frame in run.Frames.Skip(Frames / 2))
                frame[anion] += new Vec3(anion % 2 == 0 ? 2.5 : -2.5, 0, 0);
        TransportResult r = TransportAnalysis.Run([run], Options);
        Assert.False(r.DSelf.Resolved);
        Assert.Contains(r.Notes, n => n.StartsWith("Host", StringComparison.Ordinal));
        Assert.InRange(r.Diagnostics.AnionMaxDisplacementA, 2.2, 2.8);
    }

    [Fact]
    public void Replicas_tighten_the_error()
    {
        TransportResult one = TransportAnalysis.Run([Run(200, 6)], Options);
        TransportResult four = TransportAnalysis.Run([Run(200, 6), Run(200, 7), Run(200, 8), Run(200, 9)], Options);
        Assert.InRange(four.DSelf.LogStdErr!.Value / one.DSelf.LogStdErr!.Value, 0.35, 0.7);
        Assert.InRange(four.Diagnostics.ReplicaToGlsError!.Value, 0.2, 2.5);
        Assert.Equal(4, four.Diagnostics.Hops.Count);
    }

    [Fact]
    public void Implausible_haven_ratios_are_called_out()
    {
        Assert.NotNull(HavenRatio.Warning(Quantity.LogNormal(14, 0.2, "")));
        Assert.NotNull(HavenRatio.Warning(Quantity.LogNormal(0.05, 0.1, "")));
        Assert.Null(HavenRatio.Warning(Quantity.LogNormal(0.6, 0.2, "")));
    }

    [Fact]
    public void Hops_are_counted_once_and_a_vibration_never()
    {
        double spacing = 20;
        Vec3[] path = new Vec3[1000];
        for (int k = 400; k < 1000; k++)
            path[k] = new Vec3(3.6, 0, 0);
        for (int k = 700; k < 710; k++) // an excursion of 200 fs that falls back
            path[k] = new Vec3(5.8, 0, 0);
        Vec3[][] shaken = Walkers.Vibrating([path, new Vec3[1000]], spacing, 0.3, 100, new Rng(8));
        Hop hop = Assert.Single(DisplacementHops.Find(shaken, spacing, HopA));
        Assert.Equal(0, hop.Atom);
        Assert.InRange(hop.Frame, 390, 420);
        Assert.Equal(3.6, hop.DisplacementA.X, 0.5);
        Assert.Contains(405, DisplacementHops.FramesWithHops([hop], 1000, spacing));
        LayerCounts inPlane = DisplacementHops.CountLayers([hop], new Vec3(0, 0, 1), 3), across = DisplacementHops.CountLayers([hop], new Vec3(1, 0, 0), 3);
        Assert.Equal((1, 0), (inPlane.Intra, inPlane.Inter));
        Assert.Equal((0, 1), (across.Intra, across.Inter));
    }

    [Fact]
    public void Sites_with_hysteresis_see_the_jump_and_not_the_rattling()
    {
        var cell = new Cell(new Vec3(12, 0, 0), new Vec3(0, 12, 0), new Vec3(0, 0, 12));
        Vec3[] sites = [new(0, 0, 0), new(0.3, 0, 0), new(0.6, 0, 0)];
        var rng = new Rng(9);
        Vec3[][] path = Walkers.Vibrating([new Vec3[600]], 20, 0.35, 100, rng);
        var frames = new List<Vec3[]>();
        for (int k = 0; k < 600; k++) // three sites in turn, leaving the cell at the last step through its face
            frames.Add([path[0][k] + cell.ToCartesian(k < 200 ? sites[0] : k < 400 ? sites[1] : sites[2])]);
        var t = new Trajectory(["Li"], frames, [cell], 20);
        SiteOccupation o = SiteHops.Assign(t, [0], new Vec3[600], sites, SiteHops.DefaultRadii(cell, sites));
        Assert.Equal([(0, 1), (1, 2)], o.Hops.Select(h => (h.FromSite!.Value, h.ToSite!.Value)));
        Assert.Equal(4000, Assert.Single(o.ResidenceTimesFs), 300.0);
        Assert.Equal(2 * 3.6 * 3.6 / (6 * 599 * 20), o.JumpDiffusivityA2PerFs, 1e-9);
        Assert.Equal(2, o.CountByClass(["4h", "4h", "4h"])[("4h", "4h")]);
        Assert.Throws<ArgumentException>(() => SiteHops.DefaultRadii(cell, [new(0, 0, 0), new(0.05, 0, 0)]));
    }

    [Fact]
    public void Fewer_than_two_frames_are_an_error_that_says_so()
    {
        var t = new Trajectory(["Li", "Cl"], [[Vec3.Zero, Vec3.Zero]], [Box], 1);
        Assert.Contains("1 frame", Assert.Throws<ArgumentException>(() => TransportAnalysis.Run([t], Options)).Message);
    }

    /// <summary>Independent hopping ions beside vibrating anions, in one trajectory.</summary>
    private static Trajectory Run(double hops, ulong seed)
    {
        var rng = new Rng(seed);
        double rate = Math.Max(hops, 1e-9) / (Ions * Frames * SpacingFs);
        Vec3[][] li = Walkers.Vibrating(Walkers.Hopping(Ions, Frames, SpacingFs, rate, HopA, 0, 1, rng), SpacingFs, 0.3, 100, rng);
        Vec3[][] cl = Walkers.Vibrating([.. Enumerable.Range(0, 96).Select(_ => new Vec3[Frames])], SpacingFs, 0.2, 100, rng);
        Vec3[][] all = [.. li, .. cl];
        Vec3[] start = [.. all.Select(_ => Box.ToCartesian(new Vec3(rng.NextDouble(), rng.NextDouble(), rng.NextDouble())))];
        return new Trajectory(
            [.. Enumerable.Repeat("Li", Ions), .. Enumerable.Repeat("Cl", 96)],
            [.. Enumerable.Range(0, Frames).Select(k => all.Select((p, i) => start[i] + p[k]).ToArray())],
            [Box], SpacingFs);
    }
}
