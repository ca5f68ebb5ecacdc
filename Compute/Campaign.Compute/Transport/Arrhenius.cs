using MathNet.Numerics.LinearAlgebra;

namespace Campaign.Compute.Transport;

/// <summary>What is fitted against 1/T; activation energies of different forms differ by about k_B⟨T⟩.</summary>
public enum ArrheniusForm
{
    /// <summary>ln D.</summary>
    D,

    /// <summary>ln σ.</summary>
    Sigma,

    /// <summary>ln(σT).</summary>
    SigmaT,
}

/// <summary>One temperature of an Arrhenius line.</summary>
/// <param name="TemperatureK">Realised mean temperature of the run, not the set point.</param>
/// <param name="Value">D (cm²/s) or σ (mS/cm); without a value (a bound) the point is left out and named.</param>
/// <param name="LogSystematic">One-sided part of the error of ln(value), downwards (jump memory); common to all points, so not averaged away.</param>
public sealed record ArrheniusPoint(double TemperatureK, Quantity Value, double LogSystematic = 0);

/// <summary>ln y = LnPrefactor - Ea/(k_B T), y = D, σ or σT, with the covariance of both numbers.</summary>
/// <param name="ActivationEnergyEv">eV; its interval includes the one-sided systematic part.</param>
/// <param name="ChiSquared">Of the straight line; null with two points.</param>
/// <param name="BirgeRatio">Factor by which errors were enlarged because the scatter exceeds them (1 = not).</param>
/// <param name="CurvatureZ">Quadratic term over its standard error; null below four points. Beyond 2 the line is suspect.</param>
/// <param name="Used">Temperatures fitted.</param>
/// <param name="Excluded">Temperatures left out: only bounds there.</param>
public sealed record ArrheniusFit(
    ArrheniusForm Form, Quantity ActivationEnergyEv, double LnPrefactor, double VarianceLnPrefactor, double VarianceEa, double CovarianceLnPrefactorEa,
    double? ChiSquared, int DegreesOfFreedom, double BirgeRatio, double? CurvatureZ,
    IReadOnlyList<double> Used, IReadOnlyList<double> Excluded, IReadOnlyList<string> Notes)
{
    /// <summary>True when the line is likely bent: a Vogel-Fulcher-Tammann form D0·exp(-E/(k(T-T0))) may describe the data better.</summary>
    public bool Curved => CurvatureZ is { } z && Math.Abs(z) > 2;

    /// <summary>
    /// The fitted quantity (D or σ, also for the σT form) at a temperature, log-normal. Further beyond the fitted 1/T range than a
    /// third of its span, it is marked as extrapolated and not resolved.
    /// </summary>
    public Quantity At(double temperatureK)
    {
        double x = 1 / (PhysicalConstants.BoltzmannEvPerK * temperatureK), ea = ActivationEnergyEv.Value!.Value;
        double ln = LnPrefactor - ea * x - (Form == ArrheniusForm.SigmaT ? Math.Log(temperatureK) : 0);
        double variance = VarianceLnPrefactor + x * x * VarianceEa - 2 * x * CovarianceLnPrefactorEa;
        Quantity q = Quantity.LogNormal(Math.Exp(ln), Math.Sqrt(Math.Max(0, variance)), Form == ArrheniusForm.D ? "cm2/s" : Conductivity.Unit);
        double low = Used.Min(t => 1 / (PhysicalConstants.BoltzmannEvPerK * t)), high = Used.Max(t => 1 / (PhysicalConstants.BoltzmannEvPerK * t));
        double beyond = Math.Max(low - x, x - high);
        if (beyond <= 0)
            return q;
        return beyond < (high - low) / 3 ? q.WithNote("slightly beyond the fitted temperatures") : q.NotResolved("extrapolated");
    }
}

/// <summary>Weighted Arrhenius fits.</summary>
public static class Arrhenius
{
    /// <summary>
    /// Weighted least squares of ln y against 1/(k_B T), weights (y/σ_y)². A χ² clearly above its degrees of freedom
    /// (5 % level) enlarges the covariance by it (Birge). Two points: the error comes from their own errors alone. Null,
    /// with the reason in <paramref name="refusal"/>, below two usable temperatures.
    /// </summary>
    public static ArrheniusFit? Fit(IReadOnlyList<ArrheniusPoint> points, ArrheniusForm form, out string? refusal)
    {
        ArrheniusPoint[] used = [.. points.Where(p => p.Value.Value is > 0).OrderBy(p => p.TemperatureK)];
        double[] excluded = [.. points.Where(p => p.Value.Value is not > 0).Select(p => p.TemperatureK).Order()];
        var notes = new List<string>();
        if (excluded.Length > 0)
            notes.Add(FormattableString.Invariant($"Left out, only a bound there: {string.Join(", ", excluded.Select(t => FormattableString.Invariant($"{t:f0} K")))}. Dropping the slowest points can lower the slope."));
        if (used.Select(p => Math.Round(p.TemperatureK, 3)).Distinct().Count() < 2)
        {
            refusal = "an activation energy needs values at two temperatures at least" + (excluded.Length > 0 ? "; " + notes[0] : "");
            return null;
        }
        refusal = null;
        int n = used.Length;
        bool weighted = used.All(p => p.Value.LogStdErr is > 0);
        double[] x = [.. used.Select(p => 1 / (PhysicalConstants.BoltzmannEvPerK * p.TemperatureK))];
        double[] y = [.. used.Select(p => Math.Log(p.Value.Value!.Value) + (form == ArrheniusForm.SigmaT ? Math.Log(p.TemperatureK) : 0))];
        double[] w = [.. used.Select(p => weighted ? 1 / (p.Value.LogStdErr!.Value * p.Value.LogStdErr.Value) : 1)];

        (Vector<double> theta, Matrix<double> cov, double chi2) = Polynomial(x, y, w, 1);
        int dof = n - 2;
        double birge = 1;
        double? stdErr = null;
        if (weighted)
        {
            if (dof > 0 && chi2 > MathNet.Numerics.Distributions.ChiSquared.InvCDF(dof, 0.95))
            {
                birge = Math.Sqrt(chi2 / dof);
                notes.Add(FormattableString.Invariant($"Points scatter more than their errors (χ² {chi2:f1} for {dof} degrees of freedom): errors enlarged {birge:f1} times."));
            }
            cov *= birge * birge;
            stdErr = Math.Sqrt(cov[1, 1]);
        }
        else if (dof > 0)
        {
            cov *= chi2 / dof;
            stdErr = Math.Sqrt(cov[1, 1]);
            notes.Add("Points carry no errors: the error comes from their scatter about the line.");
        }
        else
            notes.Add("Two points without errors leave no residual: the error of the activation energy is unknown.");

        double ea = -theta[1];
        Quantity energy = new(ea, null, null, "eV", false, "no error can be given");
        if (stdErr is { } s)
        {
            double quantile = weighted ? Quantity.Normal95 : MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, dof, 0.975);
            double shift = SystematicShift(x, y, w, used, theta[1]);
            double lo = ea - quantile * s + Math.Min(0, shift), hi = ea + quantile * s + Math.Max(0, shift);
            energy = new Quantity(ea, s, (lo, hi), "eV", (hi - lo) / 2 < Quantity.ResolvedHalfWidth * Math.Abs(ea));
        }
        double? curvature = null;
        if (n >= 4)
        {
            // a quadratic needs centred abscissae to stay well conditioned
            double mean = x.Average();
            (Vector<double> t3, Matrix<double> c3, double chi3) = Polynomial([.. x.Select(v => v - mean)], y, w, 2);
            // its own residual, not the line's: a bend must not hide behind the scatter it causes
            double scale = weighted ? Math.Max(1, chi3 / (n - 3)) : chi3 / (n - 3);
            curvature = t3[2] / Math.Sqrt(c3[2, 2] * scale);
            if (Math.Abs(curvature.Value) > 2)
                notes.Add(FormattableString.Invariant($"The line is bent: quadratic term {curvature:f1} standard errors."));
        }
        if (ea < 0)
            notes.Add("The fitted quantity falls with temperature: no activated process.");
        return new ArrheniusFit(
            form, energy, theta[0], cov[0, 0], cov[1, 1], -cov[0, 1], n > 2 && weighted ? chi2 : null, dof, birge, curvature,
            [.. used.Select(p => p.TemperatureK)], excluded, notes);
    }

    /// <summary>Change of Ea when every point falls by its one-sided systematic error.</summary>
    private static double SystematicShift(double[] x, double[] y, double[] w, ArrheniusPoint[] used, double slope)
    {
        double[] lowered = [.. y.Select((v, i) => v - used[i].LogSystematic)];
        return slope - Polynomial(x, lowered, w, 1).Theta[1];
    }

    private static (Vector<double> Theta, Matrix<double> Covariance, double ChiSquared) Polynomial(double[] x, double[] y, double[] w, int degree)
    {
        Matrix<double> a = Matrix<double>.Build.Dense(x.Length, degree + 1, (i, j) => Math.Sqrt(w[i]) * Math.Pow(x[i], j));
        Vector<double> b = Vector<double>.Build.Dense(x.Length, i => Math.Sqrt(w[i]) * y[i]);
        Matrix<double> cov = a.TransposeThisAndMultiply(a).Cholesky().Solve(Matrix<double>.Build.DenseIdentity(degree + 1));
        Vector<double> theta = a.QR().Solve(b);
        return (theta, cov, (a * theta - b).DotProduct(a * theta - b));
    }
}
