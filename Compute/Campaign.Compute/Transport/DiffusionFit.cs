using MathNet.Numerics.LinearAlgebra;

namespace Campaign.Compute.Transport;

/// <summary>
/// One mean squared displacement turned into a slope, with where its uncertainty comes from.
/// </summary>
/// <param name="Line">Slope in Å²/fs, intercept in Å² (vibrations).</param>
/// <param name="FirstLagFs">Smallest lag of the fit.</param>
/// <param name="LastLagFs">Largest lag of the fit.</param>
/// <param name="PathVariance">Relative variance of the slope from the finite number of Gaussian-step observations (GLS).</param>
/// <param name="HopVariance">Relative variance of the slope from the finite number of hops.</param>
/// <param name="CurvatureZ">Quadratic term of the MSD over its standard error within the window.</param>
public sealed record DiffusionFit(
    Line Line, double FirstLagFs, double LastLagFs, double PathVariance, double HopVariance, double CurvatureZ)
{
    /// <summary>Relative variance of the slope beyond that of independent hops; see <see cref="SlopeDispersion"/>.</summary>
    public double CorrelatedVariance { get; init; }

    /// <summary>Standard error of ln D; 1.96 of it cover 95 %.</summary>
    public double LogStdErr => Math.Sqrt(PathVariance + HopVariance + CorrelatedVariance);

    /// <summary>D = slope/6 in cm²/s.</summary>
    public double D_cm2PerS => Line.Slope / 6 * PhysicalConstants.Cm2PerSPerA2PerFs;

    /// <summary>
    /// GLS with slope and intercept. The covariance is that of a walker whose squared displacement has variance
    /// pτ + qτ²: q = (2/3)·slope² is the Gaussian part; p, the excess of rare hops, is fully correlated between lags, so it
    /// leaves the estimate alone and adds <paramref name="relativeHopVariance"/> to its relative variance.
    /// </summary>
    /// <param name="lagsFs">Lags of the window, ascending, fs.</param>
    /// <param name="msd">MSD at these lags, Å².</param>
    /// <param name="walkerTimeFs">Independent walkers times total time; one walker for a collective MSD.</param>
    public static DiffusionFit Fit(double[] lagsFs, double[] msd, double walkerTimeFs, double relativeHopVariance)
    {
        // Weights do not depend on the scale of Σ: unit slope gives the relative variance at once.
        double[] unit = [.. lagsFs.Select(t => 2.0 / 3.0 * t * t)];
        Matrix<double> sigma = GlsLine.Covariance(lagsFs, unit, walkerTimeFs);
        Line line = GlsLine.Fit(lagsFs, msd, sigma);
        double relative = line.SlopeVariance;
        double z = line.Slope > 0 ? GlsLine.Curvature(lagsFs, msd, sigma) / line.Slope : 0;
        double scale = line.Slope * line.Slope;
        var scaled = line with
        {
            SlopeVariance = scale * (relative + relativeHopVariance),
            InterceptVariance = scale * line.InterceptVariance,
            Covariance = scale * line.Covariance,
        };
        return new DiffusionFit(scaled, lagsFs[0], lagsFs[^1], relative, relativeHopVariance, z);
    }
}
