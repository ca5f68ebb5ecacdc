using Campaign.Compute.Structures;
using MathNet.Numerics.Distributions;

namespace Campaign.Compute.Transport;

/// <summary>
/// How much more a slope varies than independent hops explain, as a ratio of variances. Bursts, chains and slow surroundings make
/// hops fewer independent events than their number. What is faster than the run shows between its parts; what is slower (the order of
/// the mobile ions, a host ion that changed its site) shows between seeds only, and is expected from calibration.
/// </summary>
/// <param name="Observed">Variance of the slope between batches over the one claimed for a batch; NaN when there are none.</param>
/// <param name="DegreesOfFreedom">Batches less one; 0 when there are none.</param>
public sealed record SlopeDispersion(double Observed, int DegreesOfFreedom)
{
    /// <summary>
    /// What is expected before a run is looked at. Chosen so that, moderated by what 60 ps runs of the shipped analytic conductors show
    /// inside, the error meets their scatter over seeds (2 to 6 times the variance of independent hops); see docs/physics.md.
    /// </summary>
    public const double Expected = 4;

    /// <summary>Weight of the expectation, in degrees of freedom: materials and temperatures differ by about a factor of two in the error.</summary>
    public const double ExpectedDegreesOfFreedom = 4;

    private const int SegmentsPerRun = 4, FewestReplicasForBatches = 4;

    /// <summary>The moderated variance ratio (d0 s0² + d s²)/(d0 + d); Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004) 3.</summary>
    public double Moderated => DegreesOfFreedom == 0 ? Expected
        : (ExpectedDegreesOfFreedom * Expected + DegreesOfFreedom * Observed) / (ExpectedDegreesOfFreedom + DegreesOfFreedom);

    /// <summary>
    /// Factor on the claimed variance, at least 1. The Student quantile of the moderated variance is in it, so that 1.96 standard
    /// errors cover 95 % and every later step may treat the error as normal.
    /// </summary>
    public double Factor
    {
        get
        {
            double t = StudentT.InvCDF(0, 1, ExpectedDegreesOfFreedom + DegreesOfFreedom, 0.975) / Quantity.Normal95;
            return Math.Max(1, Moderated * t * t);
        }
    }

    /// <summary>
    /// Batch means (Flyvbjerg and Petersen, J. Chem. Phys. 91 (1989) 461, for a few large blocks): the slope is fitted anew in every
    /// batch. Batches are the replicas when there are four or more, else the quarters of each run.
    /// </summary>
    /// <param name="replicas">[replica][atom][frame], Å.</param>
    /// <param name="firstLag">First lag of the fit to the whole, frames; shortened to what a batch can carry.</param>
    /// <param name="whole">Fit to the whole, with its hop variance.</param>
    public static SlopeDispersion Of(IReadOnlyList<IReadOnlyList<Vec3[]>> replicas, double frameSpacingFs, int firstLag, DiffusionFit whole)
    {
        bool wholeRuns = replicas.Count >= FewestReplicasForBatches;
        int parts = wholeRuns ? 1 : SegmentsPerRun, count = parts * replicas.Count;
        int length = replicas.Min(r => r[0].Length) / parts;
        int first = Math.Clamp(firstLag, 1, Math.Max(1, 2 * length / 5));
        int[] lags = LagStatistics.Grid(first, Math.Max(length / 2, first + 2));
        if (!(whole.Line.Slope > 0) || lags[^1] >= length)
            return new SlopeDispersion(double.NaN, 0);

        double[] lagsFs = [.. lags.Select(l => l * frameSpacingFs)];
        double walkerTime = replicas[0].Count * length * frameSpacingFs;
        var fits = new List<DiffusionFit>(count);
        foreach (IReadOnlyList<Vec3[]> replica in replicas)
            for (int b = 0; b < parts; b++)
            {
                double[] msd = MeanSquaredDisplacement.Self([.. replica.Select(path => path[(b * length)..((b + 1) * length)])]).Trace();
                fits.Add(DiffusionFit.Fit(lagsFs, [.. lags.Select(l => msd[l])], walkerTime, count * whole.HopVariance));
            }
        double mean = fits.Average(f => f.Line.Slope), scale = whole.Line.Slope * whole.Line.Slope;
        double variance = fits.Sum(f => (f.Line.Slope - mean) * (f.Line.Slope - mean)) / (count - 1) / scale;
        return new SlopeDispersion(variance / (fits[0].LogStdErr * fits[0].LogStdErr), count - 1);
    }
}
