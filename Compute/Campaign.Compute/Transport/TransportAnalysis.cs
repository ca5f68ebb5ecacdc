using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>What to analyse and how.</summary>
/// <param name="Mobile">Element symbol of the carrier.</param>
/// <param name="Charge">Its charge in e (formal, also for models with reduced charges).</param>
/// <param name="TemperatureK">Realised mean temperature of the run.</param>
public sealed record TransportOptions(string Mobile, double Charge, double TemperatureK)
{
    public ReferenceFrame Frame { get; init; } = ReferenceFrame.Anions;

    /// <summary>Elements that carry the host frame; null = the anions present.</summary>
    public IReadOnlyList<string>? Anions { get; init; }

    /// <summary>Hop length in Å; null = median nearest distance between mobile ions.</summary>
    public double? HopLengthA { get; init; }

    /// <summary>Masses in amu by element, needed for the barycentric frame.</summary>
    public IReadOnlyDictionary<string, double>? MassesAmu { get; init; }

    /// <summary>Layer spacing in Å along c* (the normal of a and b); null = hops are not told apart by layer.</summary>
    public double? LayerSpacingA { get; init; }
}

/// <summary>Curves for figures and tables: lag in fs, everything else in Å².</summary>
public sealed record MsdCurves(
    double[] LagFs, double[] Self, double[]? Total, double[]? Distinct, double[] SelfA, double[] SelfB, double[] SelfCStar);

/// <summary>How the numbers came about.</summary>
/// <param name="Estimate">Fits, moments, windows; null when the run is too short to try.</param>
/// <param name="Hops">Completed hops, one list per replica.</param>
/// <param name="AnionMaxDisplacementA">Largest displacement of the mean position of an anion; the host counts as lost once over 5 % of them moved beyond 1.5 Å.</param>
public sealed record TransportDiagnostics(
    string Frame, int Replicas, int Frames, double TotalTimeFs, int MobileCount, double VolumeA3, double HopLengthA,
    DiffusionEstimate? Estimate, IReadOnlyList<IReadOnlyList<Hop>> Hops, LayerCounts? Layers,
    double AnionMaxDisplacementA, double? LargestStepFraction, double? ReplicaToGlsError);

/// <summary>Transport of one species at one temperature.</summary>
/// <param name="DSelf">cm²/s.</param>
/// <param name="DTotal">cm²/s.</param>
/// <param name="HavenRatio">D_self / D_total.</param>
/// <param name="Sigma">Conductivity from D_total, mS/cm.</param>
/// <param name="SigmaNernstEinstein">Conductivity from D_self, mS/cm.</param>
/// <param name="DSelfLogSystematic">One-sided part of the interval of ln D_self (downwards), for the Arrhenius fit.</param>
public sealed record TransportResult(
    double TemperatureK, MsdCurves Msd, Quantity DSelf, Quantity DTotal, Quantity HavenRatio, Quantity Sigma, Quantity SigmaNernstEinstein,
    double DSelfLogSystematic, TransportDiagnostics Diagnostics, IReadOnlyList<string> Notes);

/// <summary>From trajectories to diffusion, Haven ratio and conductivity.</summary>
public static class TransportAnalysis
{
    private const string DUnit = "cm2/s";
    private const double HostLostA = 1.5, HostLostFraction = 0.05;

    /// <summary>Analyses replicas of one system at one temperature (equal species and frame spacing).</summary>
    public static TransportResult Run(IReadOnlyList<Trajectory> replicas, TransportOptions options)
    {
        if (replicas.Count == 0)
            throw new ArgumentException("No trajectory to analyse.");
        Trajectory head = replicas[0];
        foreach (Trajectory t in replicas)
        {
            if (!t.Species.SequenceEqual(head.Species))
                throw new ArgumentException("Replicas must hold the same atoms in the same order.");
            if (Math.Abs(t.FrameSpacingFs - head.FrameSpacingFs) > 1e-9 * head.FrameSpacingFs)
                throw new ArgumentException($"Replicas are spaced {head.FrameSpacingFs} and {t.FrameSpacingFs} fs; they must agree.");
            if (t.FrameCount < 2)
                throw new ArgumentException($"A trajectory of {t.FrameCount} frame(s) holds no displacement.");
        }
        int[] mobile = head.AtomsOf(options.Mobile);
        if (mobile.Length == 0)
            throw new ArgumentException($"No {options.Mobile} among {string.Join(", ", head.Species.Distinct())}.");

        var notes = new List<string>();
        double[]? masses = options.MassesAmu is { } m ? [.. head.Species.Select(s => m[s])] : null;
        List<Vec3[][]> paths = [];
        double anionMove = 0, anionsLost = 0;
        foreach (Trajectory t in replicas)
        {
            Vec3[] reference = ReferenceFrames.ReferencePath(t, options.Mobile, options.Frame, options.Anions, masses);
            paths.Add(ReferenceFrames.RelativePaths(t, mobile, reference));
            (double largest, double lostFraction) = HostDisplacement(t, options);
            (anionMove, anionsLost) = (Math.Max(anionMove, largest), Math.Max(anionsLost, lostFraction));
        }
        bool collective = options.Frame != ReferenceFrame.MobileCentreOfMass;
        double dt = head.FrameSpacingFs, hopLength = options.HopLengthA ?? TypicalSpacing(head, mobile);
        double volume = replicas.Average(t => t.MeanVolume), time = replicas.Sum(t => t.LengthFs);

        MsdCurves curves = Curves(paths, head.CellOf(0), dt, collective);
        DiffusionEstimate? estimate = DiffusionEstimator.Estimate(paths, dt, hopLength, collective);
        List<Hop>[] hops = [.. paths.Select(p => DisplacementHops.Find(p, dt, hopLength))];
        Cell cell = head.CellOf(0);
        LayerCounts? layers = options.LayerSpacingA is { } spacing
            ? DisplacementHops.CountLayers(hops.SelectMany(h => h), Vec3.Cross(cell.A, cell.B), spacing) : null;

        int counted = hops.Sum(h => h.Count);
        (Quantity self, Quantity total, Quantity haven) = Judge(estimate, counted, hopLength, mobile.Length * time, collective, notes);
        double? replicaRatio = ReplicaRatio(paths, estimate, dt, hopLength, notes);
        if (replicas.Max(t => t.LargestStepFraction) is > Unwrapping.UnsafeStepFraction and var step)
            notes.Add($"Unwrapping is unsafe: the largest step between frames is {step:p0} of half the cell width.");
        if (anionMove > HostLostA)
            notes.Add(FormattableString.Invariant($"Host: {100 * anionsLost:f1} % of its anions moved beyond {HostLostA} Å, the furthest by {anionMove:f2} Å."));
        if (anionsLost > HostLostFraction)
        {
            const string lost = "the host is not in place: displacements against it mean nothing";
            (self, total, haven) = (Quantity.None(DUnit, lost), Quantity.None(DUnit, lost), Quantity.None("", lost));
        }
        double perD = Conductivity.MsPerCmPerCm2PerS(mobile.Length, volume, options.Charge, options.TemperatureK);
        var diagnostics = new TransportDiagnostics(
            options.Frame.ToString(), replicas.Count, replicas.Min(t => t.FrameCount), time, mobile.Length, volume, hopLength,
            estimate, hops, layers, anionMove, replicas.Max(t => t.LargestStepFraction), replicaRatio);
        return new TransportResult(
            options.TemperatureK, curves, self, total, haven,
            total.Scaled(perD, Conductivity.Unit), self.Scaled(perD, Conductivity.Unit),
            self.Value is null ? 0 : estimate!.LogSystematic, diagnostics, notes);
    }

    private static (Quantity Self, Quantity Total, Quantity Haven) Judge(
        DiffusionEstimate? e, int hops, double hopLength, double walkerTime, bool collective, List<string> notes)
    {
        const string forbidden = "the mobile centre of mass is the reference: every collective displacement vanishes";
        double bound = PoissonUpper95(hops) * hopLength * hopLength / (6 * walkerTime) * PhysicalConstants.Cm2PerSPerA2PerFs;
        int carried = e is null ? hops : (int)Math.Min(hops, Math.Floor(Math.Max(0, e.NJump)));
        if (e?.Self is not { Line.Slope: > 0 } fit || carried < DiffusionEstimator.RefusedBelowHops)
        {
            string why = e is null ? "too few frames" : $"not resolved: {hops} hops, fewer than {DiffusionEstimator.RefusedBelowHops} carry the slope";
            notes.Add($"D is refused ({why}); an upper bound is given.");
            return (Quantity.UpperBound(bound, DUnit, why), Quantity.None(DUnit, collective ? why : forbidden),
                Quantity.None("", collective ? why : forbidden));
        }
        Quantity self = OneSided(Quantity.LogNormal(fit.D_cm2PerS, fit.LogStdErr, DUnit), e.LogSystematic);
        if (carried < DiffusionEstimator.PoorBelowHops)
            self = self.WithNote($"poor: {carried} hops");
        if (e.LogSystematic > 0.1)
            self = self.WithNote(FormattableString.Invariant($"{e.HopsPerIon:g2} hops per ion: jump memory may still lower it (counted in the interval)"));
        if (Math.Abs(fit.CurvatureZ) > 3)
            self = self.NotResolved(Bent(fit));
        if (!collective)
            return (self, Quantity.None(DUnit, forbidden), Quantity.None("", forbidden));
        if (e.Total is not { Line.Slope: > 0 } sum)
        {
            const string none = "the collective MSD does not grow within its error";
            return (self, Quantity.None(DUnit, none), Quantity.None("", none));
        }
        Quantity total = Quantity.LogNormal(sum.D_cm2PerS, sum.LogStdErr, DUnit);
        if (Math.Abs(sum.CurvatureZ) > 3)
            total = total.NotResolved(Bent(sum));
        Quantity haven = HavenRatio.Of(e);
        if (HavenRatio.Warning(haven) is { } warning)
        {
            notes.Add(warning);
            haven = haven.WithNote("implausible");
        }
        return (self, total, haven);
    }

    private static string Bent(DiffusionFit fit) =>
        FormattableString.Invariant($"the MSD is not a line in the window (curvature {fit.CurvatureZ:f1} standard errors)");

    /// <summary>Extends the lower end of a log-normal interval by a one-sided systematic part.</summary>
    private static Quantity OneSided(Quantity q, double logSystematic)
    {
        (double lo, double hi) = q.Ci95!.Value;
        lo *= Math.Exp(-logSystematic);
        return q with { Ci95 = (lo, hi), Resolved = hi - lo < 2 * Quantity.ResolvedHalfWidth * q.Value!.Value };
    }

    /// <summary>Upper 95 % limit of a Poisson mean when n were counted: χ²(0.95; 2n+2)/2, 3.0 for none.</summary>
    internal static double PoissonUpper95(int n) => MathNet.Numerics.Distributions.ChiSquared.InvCDF(2 * (n + 1), 0.95) / 2;

    private static MsdCurves Curves(List<Vec3[][]> paths, Cell cell, double dt, bool collective)
    {
        MsdTensor self = MsdTensor.Average([.. paths.Select(p => MeanSquaredDisplacement.Self(p))]);
        double[] trace = self.Trace();
        double[]? total = collective ? MsdTensor.Average([.. paths.Select(p => MeanSquaredDisplacement.Total(p))]).Trace() : null;
        double[]? distinct = total is null ? null : [.. total.Zip(trace, (t, s) => t - s)];
        (double[] a, double[] b, double[] c) = self.AlongCrystal(cell);
        return new MsdCurves([.. Enumerable.Range(0, trace.Length).Select(k => k * dt)], trace, total, distinct, a, b, c);
    }

    /// <summary>Scatter of ln D_self over replicas over the error claimed for one of them; far above 1 is a finding.</summary>
    private static double? ReplicaRatio(List<Vec3[][]> paths, DiffusionEstimate? all, double dt, double hopLength, List<string> notes)
    {
        if (paths.Count < 3 || all?.Self is null)
            return null;
        DiffusionFit[] fits = [.. paths.Select(p => DiffusionEstimator.Estimate([p], dt, hopLength, false)?.Self).OfType<DiffusionFit>().Where(f => f.Line.Slope > 0)];
        if (fits.Length < 3)
            return null;
        double[] logs = [.. fits.Select(f => Math.Log(f.Line.Slope))];
        double mean = logs.Average(), scatter = Math.Sqrt(logs.Sum(l => (l - mean) * (l - mean)) / (logs.Length - 1));
        double ratio = scatter / (all.Self.LogStdErr * Math.Sqrt(paths.Count));
        if (ratio > 2)
            notes.Add($"Replicas scatter {ratio:f1} times as much as the claimed error.");
        return ratio;
    }

    /// <summary>
    /// Largest displacement (Å) of a host anion between the mean of the first tenth of the run and that of any later one, and the
    /// fraction of anions that so moved beyond <see cref="HostLostA"/>.
    /// </summary>
    private static (double Largest, double LostFraction) HostDisplacement(Trajectory t, TransportOptions options)
    {
        IReadOnlyList<string> host = options.Anions ?? ReferenceFrames.AnionSpecies(t.Species, options.Mobile);
        if (!t.Species.Any(host.Contains))
            return (0, 0);
        // against the host's own mean, whatever frame the analysis uses: a drifting host is still in place
        Vec3[] reference = ReferenceFrames.ReferencePath(t, options.Mobile, ReferenceFrame.Anions, host);
        int block = Math.Max(1, t.FrameCount / 10), anions = 0, lost = 0;
        double largest = 0;
        for (int i = 0; i < t.AtomCount; i++)
        {
            if (!host.Contains(t.Species[i]))
                continue;
            Vec3 start = Vec3.Zero;
            double furthest = 0;
            for (int b = 0; (b + 1) * block <= t.FrameCount; b++)
            {
                Vec3 mean = Vec3.Zero;
                for (int k = b * block; k < (b + 1) * block; k++)
                    mean += t.Frames[k][i] - reference[k];
                mean /= block;
                if (b == 0)
                    start = mean;
                furthest = Math.Max(furthest, (mean - start).Norm);
            }
            anions++;
            lost += furthest > HostLostA ? 1 : 0;
            largest = Math.Max(largest, furthest);
        }
        return (largest, anions == 0 ? 0 : (double)lost / anions);
    }

    /// <summary>Median distance from a mobile ion to the nearest other one in the first frame, Å: the length of a hop to a neighbouring site.</summary>
    internal static double TypicalSpacing(Trajectory t, int[] mobile)
    {
        if (mobile.Length < 2)
            return Math.Cbrt(t.CellOf(0).Volume / mobile.Length);
        Vec3[] r = t.Frames[0];
        double[] nearest = [.. mobile.Select(i => mobile.Where(j => j != i).Min(j => t.CellOf(0).MinimumImage(r[j] - r[i]).Norm)).Order()];
        return nearest[nearest.Length / 2];
    }
}
