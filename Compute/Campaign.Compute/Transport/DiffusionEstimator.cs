using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>Everything known about the diffusion of one species from its host-frame paths.</summary>
/// <param name="Moments">Fourth-moment statistics on the lag grid.</param>
/// <param name="Self">Fit of the self MSD; null when refused.</param>
/// <param name="Total">Fit of the total MSD; null when refused.</param>
/// <param name="IndependentHops">Number of hops the scatter of the data corresponds to: what 1/√N errors come from.</param>
/// <param name="NJump">6 D N T / a²: hops of length a that carry the self slope.</param>
/// <param name="HopsPerIon">Hops of length a per ion within one run.</param>
/// <param name="Cooperativity">Atom-averaged |Δr|² fluctuates this many times more than for independent atoms (1 = independent).</param>
/// <param name="Dispersion">How much more the self slope varies than independent hops explain.</param>
/// <param name="Beta">Log-log slope of the self MSD over the fit window (its first factor of five).</param>
/// <param name="Alpha2PeakFs">Lag of the largest non-Gaussian parameter.</param>
/// <param name="OnsetFs">Smallest lag from which the local slope of the self MSD equals its long-time slope.</param>
/// <param name="LogSystematic">How far ln D_self may still fall when jump memory (vacancies) is forgotten; see <see cref="DiffusionEstimator"/>.</param>
public sealed record DiffusionEstimate(
    LagMoments[] Moments, DiffusionFit? Self, DiffusionFit? Total,
    double IndependentHops, double NJump, double HopsPerIon, double Cooperativity, SlopeDispersion Dispersion,
    double Beta, double Alpha2PeakFs, double OnsetFs, double LogSystematic);

/// <summary>
/// Diffusion coefficients with honest errors from short runs of few ions.
/// <para>
/// Fit windows are fixed functions of the data. Self: from a tenth of the run (or the peak of α2, if later) to half of it: the
/// error is dominated by the number of hops, so a late start costs little and leaves vibrations and back-hops behind.
/// Total: from twice the onset of the self MSD's final slope (at least 1 ps, at most a tenth of the run), because one
/// collective coordinate pays for its first lag with √(8/3 · τ1/T).
/// </para>
/// <para>
/// Error of the self slope: GLS path term (8/3 · τ1/(N T) in the limit of fine lags) plus the hop term p/(N T slope²), p the
/// excess variance of |Δr|² over the Gaussian value per unit lag: a compound Poisson walk makes it exactly 1/N_hops.
/// The total slope has the same hop term, since both count the same hops; the Haven ratio therefore does without it.
/// </para>
/// <para>
/// Hops of real ions are not independent. How much more the slope varies than these two terms say is taken from parts of the run and
/// from calibration (<see cref="SlopeDispersion"/>) and added to both variances; it only ever widens.
/// </para>
/// <para>
/// While ions have made few hops each, a vacancy's memory cannot have faded: the tracer slope may still fall by
/// up to the correlation factor (0.653, simple cubic). That one-sided term, ln(1/0.65)·exp(-h/2) at h hops per ion, is
/// calibrated on lattice walks and lowers the lower end of the interval.
/// </para>
/// </summary>
public static class DiffusionEstimator
{
    /// <summary>Fewer hops than this carry no number, only a bound.</summary>
    public const int RefusedBelowHops = 20;

    /// <summary>Fewer hops than this make the number poor.</summary>
    public const int PoorBelowHops = 100;

    private const int MinimumFrames = 40;
    private const double VibrationFs = 1000;
    private const double SmallestCorrelationFactor = 0.65;
    private const double MemoryHopsPerIon = 2.0;

    /// <param name="replicas">Host-frame paths per replica, [atom][frame], Å.</param>
    public static DiffusionEstimate? Estimate(
        IReadOnlyList<IReadOnlyList<Vec3[]>> replicas, double frameSpacingFs, double hopLengthA, bool collective)
    {
        int frames = replicas.Min(r => r[0].Length), atoms = replicas[0].Count;
        if (frames < MinimumFrames)
            return null;
        double dt = frameSpacingFs, time = replicas.Sum(r => (r[0].Length - 1) * dt);
        int half = frames / 2, tenth = frames / 10;
        LagMoments[] moments = LagStatistics.Compute(replicas, LagStatistics.Grid(1, half));
        LagMoments peak = moments.Where(m => m.Lag <= frames / 5).MaxBy(m => m.Alpha2)!;

        int first = Math.Max(tenth, peak.Lag);
        DiffusionFit self = FitWindow(moments, first, m => m.Msd, dt, atoms * time, 0);
        double slope = self.Line.Slope;
        double nJump = slope * atoms * time / (hopLengthA * hopLengthA);
        double cooperativity = Cooperativity(moments, peak.Lag, tenth, atoms);
        double hopVariance = slope > 0 ? ExcessPerTime(moments, first, frames / 4, dt) * cooperativity / (atoms * time * slope * slope) : 0;
        self = self with { HopVariance = hopVariance };
        SlopeDispersion dispersion = SlopeDispersion.Of(replicas, dt, first, self);
        double correlated = (dispersion.Factor - 1) * (self.PathVariance + hopVariance);
        self = self with { CorrelatedVariance = correlated };
        int onset = Onset(moments, self, peak.Lag, tenth, dt, atoms * time);
        double hopsPerIon = slope * frames * dt / (hopLengthA * hopLengthA);
        double memory = -Math.Log(SmallestCorrelationFactor) * Math.Exp(-hopsPerIon / MemoryHopsPerIon);

        DiffusionFit? total = null;
        if (collective)
        {
            int from = Math.Clamp(Math.Max(2 * onset, (int)Math.Ceiling(VibrationFs / dt)), 1, Math.Max(1, tenth));
            List<Vec3[]>[] collectivePaths = [.. replicas.Select(r => new List<Vec3[]> { MeanSquaredDisplacement.CollectivePath(r) })];
            LagMoments[] totalMoments = LagStatistics.Compute(collectivePaths, LagStatistics.Grid(from, half));
            total = FitWindow(totalMoments, from, m => m.Msd, dt, time, hopVariance) with { CorrelatedVariance = correlated };
        }
        return new DiffusionEstimate(
            moments, self, total, hopVariance > 0 ? 1 / hopVariance : double.PositiveInfinity, nJump, hopsPerIon, cooperativity,
            dispersion, Beta(moments, first), peak.Lag * dt, onset * dt, memory);
    }

    private static DiffusionFit FitWindow(
        LagMoments[] moments, int first, Func<LagMoments, double> msd, double dt, double walkerTime, double hopVariance)
    {
        LagMoments[] window = [.. moments.Where(m => m.Lag >= first)];
        return DiffusionFit.Fit([.. window.Select(m => m.Lag * dt)], [.. window.Select(msd)], walkerTime, hopVariance);
    }

    /// <summary>p: excess of Var(|Δr|²) over (2/3) MSD² per unit lag, Å⁴/fs, averaged over the window.</summary>
    private static double ExcessPerTime(LagMoments[] moments, int first, int last, double dt)
    {
        double[] excess = [.. moments.Where(m => m.Lag >= first && m.Lag <= Math.Max(last, first))
            .Select(m => (m.Variance - 2.0 / 3.0 * m.Msd * m.Msd) / (m.Lag * dt))];
        return excess.Length == 0 ? 0 : Math.Max(0, excess.Average());
    }

    private static double Cooperativity(LagMoments[] moments, int first, int last, int atoms)
    {
        double[] ratio = [.. moments.Where(m => m.Lag >= Math.Min(first, last) && m.Lag <= last && m.Variance > 0)
            .Select(m => atoms * m.OriginVariance / m.Variance)];
        return ratio.Length == 0 ? 1 : Math.Max(1, ratio.Average());
    }

    /// <summary>
    /// Smallest lag from which every local slope (MSD(2τ) - MSD(τ))/τ agrees with the final one within 10 % or two
    /// standard errors. The hop-number noise is common to both slopes and drops out, so few hops suffice.
    /// </summary>
    private static int Onset(LagMoments[] moments, DiffusionFit self, int earliest, int latest, double dt, double walkerTime)
    {
        int onset = latest;
        for (int i = moments.Length - 1; i >= 0; i--)
        {
            LagMoments m = moments[i];
            if (m.Lag > latest)
                continue;
            if (m.Lag < earliest)
                break;
            LagMoments? twice = moments.FirstOrDefault(o => o.Lag >= 2 * m.Lag);
            if (twice is null)
                continue;
            double local = (twice.Msd - m.Msd) / ((twice.Lag - m.Lag) * dt);
            double tolerance = 0.1 + 2 * Math.Sqrt(2.0 / 3.0 * m.Lag * dt / walkerTime);
            if (!(Math.Abs(local / self.Line.Slope - 1) < tolerance))
                break;
            onset = m.Lag;
        }
        return Math.Max(1, onset);
    }

    private static double Beta(LagMoments[] moments, int first)
    {
        LagMoments[] window = [.. moments.Where(m => m.Lag >= first && m.Lag <= 5 * first && m.Msd > 0)];
        return window.Length < 2 ? double.NaN
            : GlsLine.Ordinary([.. window.Select(m => Math.Log(m.Lag))], [.. window.Select(m => Math.Log(m.Msd))]).Slope;
    }
}
