using Campaign.Cli.Report;
using Campaign.Compute.Structures;

namespace Campaign.SystemTests.Report;

/// <summary>A synthetic report of plausible size and shape: closed formulas, no random numbers.</summary>
internal static class SampleReport
{
    private const string Source = "4f5c8e1b0a7d3c6e9f2b5a8d1c4e7f0a3b6c9d2e5f8a1b4c7d0e3f6a9b2c5d8e";
    private const double Kb = 8.617333262e-5;
    private static readonly double[] Temperatures = [640, 680, 720, 760, 800, 840];
    private static readonly string[] Variants = ["ti0875", "ti0844", "ti0750"];

    public static ReportModel StandIn() => new()
    {
        Campaign = "quickstart",
        Material = "Li3TiCl6",
        GeneratedAt = new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.Zero),
        Levels = [new LevelOfTheory("ionic", "ionic model, not DFT", true)],
        Stages =
        [
            new("structures", "done", 3, 3, 1.2, []), new("relax", "done", 3, 3, 9.4, ["structures"]), new("aimd", "done", 7, 7, 48, ["relax"]),
            new("dataset", "done", 1, 1, 2.1, ["aimd"]), new("train", "done", 1, 1, 143, ["dataset"]), new("validate", "done", 1, 1, 11, ["train", "aimd"]),
            new("dlmd", "done", 12, 12, 236, ["train", "relax"]), new("transport", "done", 14, 14, 6, ["dlmd"]), new("neb", "failed", 5, 6, 20, ["train", "relax"]),
        ],
        Structures =
        [
            Variant("ti0875", 160, [2, 2, 2], [4, 2, 4], 48, 0.875, 0.875, 0.0625, 0.0625, []),
            Variant("ti0844", 320, [2, 2, 4], [4, 2, 2], 96, 0.84375, 0.84375, 0.078125, 0.078125, []),
            Variant("ti0750", 160, [2, 2, 2], [4, 2, 4], 48, 0.754, 0.75, 0.123, 0.125, ["Ti on 2a rounded from 12.06 to 12 of 16 by largest remainder under charge neutrality."]),
        ],
        Pictures = [new StructurePicture("ti0750", "ionic", Crystal(), 2, true)],
        Lattice = [.. Variants.Select((v, i) => new LatticeRow(v, "ionic", L(6.334 + .01 * i, "Å"), L(10.82 + .03 * i, "Å"), L(6.371 - .004 * i, "Å"), L(109.8 + .05 * i, "°"),
            L(410.9 + i, "Å³"), new LatticeReference("experiment, 0.754/0.123", 6.350, 10.89, 6.353, 110.1, 412.6)))],
        Potential = [Potential()],
        Parity = [Parity()],
        LearningCurves = [Learning()],
        Rdf = [.. new[] { ("Li-Li", 3.6, 2.1), ("Li-Ti", 3.65, 2.4), ("Li-Cl", 2.55, 4.9), ("Ti-Ti", 6.2, 2.6), ("Ti-Cl", 2.5, 7.9), ("Cl-Cl", 3.6, 2.7) }.Select(p => Rdf(p.Item1, p.Item2, p.Item3))],
        Msd = [.. Movers.SelectMany(m => Temperatures.Select(t => Msd(m, t)))],
        Transport = [.. Movers.SelectMany(m => Temperatures.Select(t => Point(m, t)))],
        Arrhenius = [.. Movers.SelectMany(m => new[] { Fit(m, "D", 0.412), Fit(m, "sigmaT", 0.405) })],
        MethodBlank =
        [
            .. Temperatures.Select(t => new BlankRow("ti0750", "ionic", $"D self, {t:0} K", Estimate(D(t, Mover.Potential), .09, "cm²/s"), Estimate(D(t, Mover.Teacher), .10, "cm²/s"),
                Q.Difference(D(t, Mover.Potential) - D(t, Mover.Teacher), .13 * D(t, Mover.Teacher), -.2 * D(t, Mover.Teacher), .3 * D(t, Mover.Teacher), "cm²/s"), "within the joint 95 % interval", true)),
            new("ti0750", "ionic", "activation energy", Q.Estimate(.412, .021, .370, .454, "eV", Source), Q.Estimate(.398, .024, .350, .446, "eV", Source), Q.Difference(.014, .032, -.05, .078, "eV"), "within the joint 95 % interval", true),
            new("ti0750", "ionic", "barrier [110] 4h→2d", Q.Exact(.318, "eV", Source), Q.Exact(.309, "eV", Source), Q.Exact(9, "meV"), "within 20 meV", true),
            new("ti0750", "ionic", "barrier [101] 4h→4g", Q.Exact(.476, "eV", Source), Q.Exact(.448, "eV", Source), Q.Exact(28, "meV"), "within 20 meV", false),
        ],
        Neb = [.. Movers.SelectMany(m => new[] { Path(m, "[110]", "4h→2d", "intra", .318, 3.64), Path(m, "[101]", "4h→4g", "inter", .476, 3.21), Path(m, "[100]", "4h→4h", "intra", .355, 3.82) })],
        Cost =
        [
            new("relax", "relax", "builtin", 3, 14, 9.4), new("aimd", "sample", "builtin", 7, 88, 48, 1.8, 1.8e-3), new("train", "train", "builtin", 1, 281, 143),
            new("validate", "validate", "builtin", 1, 17, 11), new("dlmd", "dynamics", "builtin", 6, 410, 208, 9.4, 9.4e-3), new("dlmd", "dynamics (blank)", "builtin", 6, 52, 28, 1.8, 1.8e-3),
            new("transport", "analyse-transport", "builtin", 12, 6, 5), new("neb", "find-barriers", "builtin", 6, 36, 20),
        ],
        Hardware = "Sample processor at 2.5 GHz, 2 cores used, 4 GiB",
        Settings = [new("dlmd.timeStepFs", "2", "campaign file"), new("train.network.rcutA", "7.0", "campaign file"), new("material.variants[ti0750].draws", "100", "--set"), new("dlmd.dampingFs", "100", "default of the program")],
        Notes = ["One cation arrangement per occupancy was used: the spread between arrangements is not part of the error bars."],
        Missing = [new("neb/ti0750/ionic/010", "not converged after 400 steps: largest force 0.061 eV/Å")],
        Software = [new("Campaign", "1.0.0"), new(".NET", "10.0.0"), new("libtorch", "2.10.0")],
        Provenance = [new("structures/ti0750: structure", Source, "extxyz", 14217), new("train/ionic/m0: model", Source.Replace('4', '7'), "dp", 812345)],
        Experiment = new ExperimentReference(1.04, .32, "Wang et al. 2023"),
    };

    /// <summary>The same numbers as if the labels were from first principles, extrapolation included.</summary>
    public static ReportModel FirstPrinciples()
    {
        ReportModel m = StandIn();
        return m with
        {
            Levels = [new LevelOfTheory("ionic", "PBE, VASP", false)],
            Arrhenius = [.. m.Arrhenius.Select(f => f with { Sigma300 = Q.Estimate(1.06, .12, .83, 1.3, "mS/cm", Source) })],
        };
    }

    /// <summary>A monoclinic cell with one octahedron at its corner and ions between the layers.</summary>
    private static Structure Crystal()
    {
        Cell cell = Cell.FromParameters(6.36, 11.0, 6.26, 90, 109.3, 90);
        Vec3[] fractions =
        [
            new(0, 0, 0), new(.24, 0, .23), new(.76, 0, .77), new(.26, .16, .77), new(.74, .16, .23), new(.26, .84, .77), new(.74, .84, .23),
            new(.5, 0, .5), new(0, .33, .5), new(0, .67, .5),
        ];
        return new Structure(cell, ["Li", "Ti", "Cl"], [1, 2, 2, 2, 2, 2, 2, 0, 0, 0], [.. fractions.Select(cell.ToCartesian)]);
    }

    private static Mover[] Movers => [Mover.Potential, Mover.Teacher];

    private static double D(double t, Mover m) => (m == Mover.Potential ? 3.1e-3 : 2.6e-3) * Math.Exp(-(m == Mover.Potential ? .412 : .398) / (Kb * t));

    private static Q L(double v, string unit) => Q.Exact(v, unit, Source);

    private static Q Estimate(double v, double relative, string unit) => Q.Estimate(v, relative * v, v * (1 - 2 * relative), v * (1 + 2 * relative), unit, Source);

    private static VariantRow Variant(string name, int atoms, int[] cell, int[] k, int li, double t2a, double a2a, double t4g, double a4g, string[] messages) =>
        new(name, atoms, cell, k, [new("Li", li), new("Ti", li / 3), new("Cl", 2 * li)], [new("Ti", "2a", t2a, a2a), new("Ti", "4g", t4g, a4g)],
            3.41, -1843.21 * atoms / 160, 1, 200, messages, [Source]);

    private static PotentialRow Potential()
    {
        SpeciesErrorRow Row(string s, int n, double rmse, double std) => new(s, n, L(.78 * rmse, "eV/Å"), L(rmse, "eV/Å"), L(std, "eV/Å"), L(rmse / std, "1"));
        return new PotentialRow("ionic", "m0", new FrameCounts(980, 120, 160, 160, 6000, 1), L(6.7e-4, "eV/atom"), L(8.4e-4, "eV/atom"), L(.031, "eV/Å"), L(.041, "eV/Å"), L(2.1e-3, "eV/atom"),
            L(.99921, "1"), L(.99474, "1"), L(.412, "eV/Å"), L(.565, "eV/Å"), L(.041 / .565, "1"), .15,
            [Row("Li", 23040, .029, .382), Row("Ti", 7680, .071, .942), Row("Cl", 46080, .039, .553)], new HopFrameErrorRow(38, L(.049, "eV/Å"), L(.049 / .571, "1")));
    }

    private static ParityData Parity()
    {
        ParitySeries Series(string name, double spread, double error, int n) => new(name,
            [.. Enumerable.Range(0, n).Select(i => spread * Normal(i))],
            [.. Enumerable.Range(0, n).Select(i => spread * Normal(i) + error * Normal(i + 7919))]);
        ParitySeries energy = Series("energy", .012, .0008, 160);
        return new ParityData("ionic", [Series("Li", .38, .029, 400), Series("Ti", .94, .071, 400), Series("Cl", .55, .039, 400)],
            energy with { Label = [.. energy.Label.Select(e => e - 11.52)], Predicted = [.. energy.Predicted.Select(e => e - 11.52)] });
    }

    /// <summary>Low-discrepancy points through Box and Muller: looks normal, needs no generator.</summary>
    private static double Normal(int i)
    {
        double u = (.5 + i * .7548776662466927) % 1, v = (.5 + i * .5698402909980532) % 1;
        return Math.Sqrt(-2 * Math.Log(Math.Max(u, 1e-6))) * Math.Cos(2 * Math.PI * v);
    }

    private static LearningCurve Learning()
    {
        double[] step = [.. Enumerable.Range(0, 121).Select(i => 50.0 * i)];
        double[] Fall(double from, double to, int phase, double noise) => [.. step.Select((s, i) => (to + (from - to) * Math.Exp(-s / 900)) * (1 + noise * Normal(i + phase)))];
        return new LearningCurve("ionic", "m0", step, Fall(.62, .040, 0, .07), Fall(.63, .043, 300, .02), Fall(.03, .0008, 600, .15), Fall(.031, .0009, 900, .05), [.. step.Select(s => 1e-3 * Math.Pow(1e-5, s / 6000))]);
    }

    private static RdfRow Rdf(string pair, double first, double height)
    {
        double[] r = [.. Enumerable.Range(0, 141).Select(i => .05 * i)];
        double G(double x, double shift) => x < first - .8 ? 0 : (1 - Math.Exp(-Math.Pow((x - first + .8) / .5, 4)))
            + (height - 1) * Math.Exp(-Math.Pow((x - first - shift) / .28, 2)) + .55 * Math.Exp(-Math.Pow((x - 1.72 * first) / .5, 2)) - .45 * Math.Exp(-Math.Pow((x - 1.36 * first) / .4, 2));
        return new RdfRow("ti0750", "ionic", 600, pair, r, [.. r.Select(x => Math.Max(0, G(x, 0)))], [.. r.Select(x => Math.Max(0, .985 * G(x, .015)))],
            new RdfPeak(first, height, 5.97), new RdfPeak(first + .01, .985 * height, 5.95), L(.021, "1"));
    }

    private static MsdCurve Msd(Mover mover, double t)
    {
        double[] lag = [.. Enumerable.Range(0, 101).Select(i => .2 * i)];
        double slope = 6 * D(t, mover) * 1e4; // cm²/s to Å²/ps
        double[] self = [.. lag.Select(x => .55 * (1 - Math.Exp(-x / .4)) * t / 640 + slope * x)];
        double[] distinct = [.. lag.Select((x, i) => -(.25 + .1 * Math.Sin(.13 * i + t)) * slope * x - .3 * (1 - Math.Exp(-x / .4)))];
        return new MsdCurve("ti0750", "ionic", mover, t, lag, self, distinct, [.. self.Zip(distinct, (s, d) => s + d)],
            [.. self.Select((s, i) => s * .012 * Math.Sqrt(i))], [.. self.Select((s, i) => s * .03 * Math.Sqrt(i))], 2, 10);
    }

    private static TransportPoint Point(Mover mover, double t)
    {
        double d = D(t, mover);
        double sigma = 8.96e7 * d * 298 / t / .7;
        bool cold = t < 660;
        return new TransportPoint("ti0750", "ionic", mover, t, t + .4, cold ? Q.Below(2.5 * d, "cm²/s", "fewer than 12 hops") : Estimate(d, .09, "cm²/s"),
            t < 750 ? Q.Below(3 * d, "cm²/s") : Estimate(d / .7, .14, "cm²/s"), t < 750 ? new Q(.6, .3, new Interval(.1, 1.3), "1", false, [Source]) : Q.Estimate(.7, .09, .52, .88, "1", Source),
            t < 750 ? Q.Below(3 * sigma, "mS/cm") : Estimate(sigma, .14, "mS/cm"), null, 40, 1, (int)(d * 3e7));
    }

    private static ArrheniusFit Fit(Mover mover, string fit, double ea)
    {
        double scale = fit == "D" ? 1 : 8.96e7 * 298 / .7;
        ea = mover == Mover.Potential ? ea : ea - .014;
        double prefactor = (mover == Mover.Potential ? 3.1e-3 : 2.6e-3) * scale;
        return new ArrheniusFit("ti0750", "ionic", mover, fit, Q.Estimate(ea, .021, ea - .042, ea + .042, "eV", Source), null,
            [.. Temperatures.Select((t, i) => new ArrheniusPoint(t, t < 660 && mover == Mover.Potential ? Q.Below(3 * scale * D(t, mover), "cm²/s") : Estimate(scale * D(t, mover) * (1 + .06 * Math.Sin(5 * i)), .09, fit == "D" ? "cm²/s" : "K mS/cm")))],
            Math.Log(prefactor), new LineCovariance(.1102, .0069, .00043369));
    }

    private static NebRow Path(Mover mover, string direction, string hop, string layer, double barrier, double length)
    {
        barrier += mover == Mover.Teacher ? -.009 : 0;
        double E(double x) => barrier * Math.Pow(Math.Sin(Math.PI * x), 2) + .04 * x * x;
        double[] images = [.. Enumerable.Range(0, 7).Select(i => i / 6.0)], dense = [.. Enumerable.Range(0, 61).Select(i => i / 60.0)];
        return new NebRow("ti0750", "ionic", mover, direction, hop, layer, L(barrier, "eV"), L(barrier - .04, "eV"), true, .021, length,
            images, [.. images.Select(E)], dense, [.. dense.Select(E)]);
    }
}
