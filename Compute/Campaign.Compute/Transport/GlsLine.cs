using MathNet.Numerics.LinearAlgebra;

namespace Campaign.Compute.Transport;

/// <summary>A straight line through correlated points: y = Slope·x + Intercept.</summary>
/// <param name="SlopeVariance">Variance of the slope.</param>
/// <param name="Bounded">The free slope was negative and was set to zero.</param>
public sealed record Line(double Slope, double Intercept, double SlopeVariance, double InterceptVariance, double Covariance, bool Bounded);

/// <summary>Generalised least squares for mean squared displacements.</summary>
public static class GlsLine
{
    /// <summary>
    /// Covariance of time-origin averaged mean squared displacements at lags τ:
    /// Σ_ij = v_i n_i / n_j for τ_i ≤ τ_j, v_i the variance of one observation over n_i, n_i = N·T/τ_i.
    /// </summary>
    /// <param name="lags">Ascending.</param>
    /// <param name="observationVariance">Var(|Δr|²) at each lag; (2/3)·MSD² for Gaussian steps.</param>
    /// <param name="walkerTime">N·T: walkers times trajectory length, in the unit of the lags.</param>
    public static Matrix<double> Covariance(IReadOnlyList<double> lags, IReadOnlyList<double> observationVariance, double walkerTime)
    {
        int n = lags.Count;
        Matrix<double> s = Matrix<double>.Build.Dense(n, n);
        double largest = 0;
        for (int i = 0; i < n; i++)
            for (int j = i; j < n; j++)
            {
                s[i, j] = s[j, i] = observationVariance[i] * lags[j] / walkerTime;
                largest = Math.Max(largest, s[i, j]);
            }
        // A ridge far below every statistical error: keeps nearly equal lags from making Σ singular.
        for (int i = 0; i < n; i++)
            s[i, i] += 1e-10 * largest;
        return s;
    }

    /// <summary>
    /// θ = (AᵀΣ⁻¹A)⁻¹AᵀΣ⁻¹y, A = [x, 1] (or [x] without intercept), by Cholesky. Slope ≥ 0: a negative slope is
    /// set to zero and the intercept refitted; the slope's variance stays that of the free fit.
    /// </summary>
    public static Line Fit(IReadOnlyList<double> x, IReadOnlyList<double> y, Matrix<double> covariance, bool intercept = true)
    {
        int n = x.Count, p = intercept ? 2 : 1;
        if (n < p)
            throw new ArgumentException($"A line through {n} points is not determined.");
        Matrix<double> a = Matrix<double>.Build.Dense(n, p, (i, j) => j == 0 ? x[i] : 1);
        Vector<double> data = Vector<double>.Build.Dense(n, i => y[i]);
        var sigma = covariance.Cholesky();
        Matrix<double> weighted = sigma.Solve(a);
        Matrix<double> normal = a.TransposeThisAndMultiply(weighted);
        Matrix<double> cov = normal.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(p));
        Vector<double> theta = cov * weighted.TransposeThisAndMultiply(data);
        if (theta[0] >= 0)
            return new Line(theta[0], intercept ? theta[1] : 0, cov[0, 0], intercept ? cov[1, 1] : 0, intercept ? cov[0, 1] : 0, false);
        Vector<double> ones = Vector<double>.Build.Dense(n, 1);
        Vector<double> w = sigma.Solve(ones);
        double level = intercept ? w.DotProduct(data) / w.Sum() : 0;
        return new Line(0, level, cov[0, 0], intercept ? 1 / w.Sum() : 0, 0, true);
    }

    /// <summary>Quadratic coefficient of a GLS parabola over its standard error for the given covariance.</summary>
    public static double Curvature(IReadOnlyList<double> x, IReadOnlyList<double> y, Matrix<double> covariance)
    {
        if (x.Count < 4)
            return 0;
        double scale = x[^1];
        Matrix<double> a = Matrix<double>.Build.Dense(x.Count, 3, (i, j) => Math.Pow(x[i] / scale, j));
        var sigma = covariance.Cholesky();
        Matrix<double> weighted = sigma.Solve(a);
        Matrix<double> cov = a.TransposeThisAndMultiply(weighted).Cholesky().Solve(Matrix<double>.Build.DenseIdentity(3));
        Vector<double> theta = cov * weighted.TransposeThisAndMultiply(Vector<double>.Build.Dense(x.Count, i => y[i]));
        return theta[2] / Math.Sqrt(cov[2, 2]);
    }

    /// <summary>Ordinary least squares, only to compare with other programs: its variance is the regression residual, not an uncertainty.</summary>
    public static Line Ordinary(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        int n = x.Count;
        double mx = x.Average(), my = y.Average(), sxx = 0, sxy = 0;
        for (int i = 0; i < n; i++)
        {
            sxx += (x[i] - mx) * (x[i] - mx);
            sxy += (x[i] - mx) * (y[i] - my);
        }
        double slope = sxy / sxx, offset = my - slope * mx, rss = 0;
        for (int i = 0; i < n; i++)
        {
            double e = y[i] - offset - slope * x[i];
            rss += e * e;
        }
        double s2 = n > 2 ? rss / (n - 2) : double.NaN;
        return new Line(slope, offset, s2 / sxx, s2 * (1.0 / n + mx * mx / sxx), -s2 * mx / sxx, false);
    }
}
