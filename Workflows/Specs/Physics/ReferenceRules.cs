using Campaign.Workflows.Operations;
using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Values to compare with, checked against each other before anyone compares with them.</summary>
internal static class ReferenceRules
{
    private const double OutlierFraction = 0.03;
    private const double BoltzmannJPerK = 1.380649e-23;
    private const double BoltzmannEvPerK = 8.617333262e-5;
    private const double ElementaryChargeC = 1.602176634e-19;

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        ReferenceSpec r = c.Spec.Reference;
        foreach (SpecProblem p in Lattices(c, r.Lattices))
            yield return p;
        if (r.DiffusionCm2PerS is { } d && r.Sigma300MsPerCm is { } sigma && c.Facts.MobilePerCell > 0)
        {
            double t = r.DiffusionTemperatureK ?? 300, z = c.Spec.Transport.Charge * ElementaryChargeC;
            double density = c.Facts.MobilePerCell / (c.Facts.VolumeA3 * 1e-30);
            double needed = sigma * 0.1 * BoltzmannJPerK * t / (density * z * z) * 1e4; // mS/cm -> S/m, m²/s -> cm²/s
            double factor = Math.Max(needed / d, d / needed);
            if (factor > 3)
                yield return c.Warn("diffusionNotATarget", "reference.diffusionCm2PerS",
                    Invariant($"D = {d:0.##e+0} cm²/s does not fit sigma = {sigma} mS/cm: with {c.Facts.MobilePerCell:0.##} {c.Spec.Material.Mobile} in {c.Facts.VolumeA3:0.0} Å³ at {t} K that needs D_total = {needed:0.##e+0} cm²/s, a factor {factor:0.#e+0} away."),
                    "Do not tune to it; the report never does.");
        }
        if (r.HavenRatio is { } haven && haven is > 1.5 or < 0.1)
            yield return c.Warn("havenImplausible", "reference.havenRatio", Invariant($"A Haven ratio of {haven} is not plausible: direct interstitial hops give 1, vacancy and interstitialcy mechanisms less; one sample of the collective displacement alone scatters by such factors."),
                "Compare D_self and D_total separately, with error bars.");
        if (r is { ActivationEnergyEv: { } energy, ActivationEnergyFit: null or "unknown" } && c.Spec.Dlmd is { TemperaturesK.Count: > 1 } dlmd && !c.Spec.Levels.All(l => l.IsStandIn))
        {
            double mean = dlmd.TemperaturesK.Average(), shift = FromLnSigma(dlmd.TemperaturesK, energy) - energy;
            string message = Invariant($"Is {energy} eV the slope of ln(sigma T) or of ln(sigma)? Data with {energy} eV in ln(sigma T) give {energy + shift:0.0000} eV in ln(sigma) over {dlmd.TemperaturesK.Min()}-{dlmd.TemperaturesK.Max()} K: the convention alone is worth k<T> = {BoltzmannEvPerK * mean:0.000} eV.");
            yield return r.ActivationEnergyFit is null
                ? c.Warn("fitConvention", "reference.activationEnergyEv", message, "Look it up and write activationEnergyFit: sigmaT or sigma, or unknown; compare like with like.")
                : c.Note("fitConvention", "reference.activationEnergyFit", message, "The report prints both fits.");
        }
        if (c.Spec.Levels.All(l => l.IsStandIn) && (r.Sigma300MsPerCm is not null || r.ActivationEnergyEv is not null))
            yield return c.Note("referenceForStandIn", "reference", "All labels are a stand-in for DFT: experimental conductivity and activation energy will not be printed beside its results.", "Nothing to do.");
    }

    private static IEnumerable<SpecProblem> Lattices(RuleContext c, IReadOnlyList<ReferenceLattice> lattices)
    {
        if (lattices.Count < 4)
            yield break;
        double ratio = Median(lattices.Select(Ratio)), volume = Median(lattices.Select(l => l.VolumeA3()));
        for (int i = 0; i < lattices.Count; i++)
        {
            ReferenceLattice l = lattices[i];
            if (Math.Abs(Ratio(l) / ratio - 1) > OutlierFraction || Math.Abs(l.VolumeA3() / volume - 1) > OutlierFraction * 2)
                yield return c.Warn("latticeOutlier", $"reference.lattices[{i}]",
                    Invariant($"'{l.Label}'{(l.Variant is null ? "" : $" for {l.Variant}")}: sqrt(3)a/b = {Ratio(l):0.000} and V = {l.VolumeA3():0.0} Å³, the others have {lattices.Where(x => x != l).Min(Ratio):0.000}-{lattices.Where(x => x != l).Max(Ratio):0.000} and {lattices.Where(x => x != l).Min(x => x.VolumeA3()):0.0}-{lattices.Where(x => x != l).Max(x => x.VolumeA3()):0.0} Å³. a {l.A}, b {l.B}, c {l.C}: one is probably misprinted."),
                    Invariant($"Check the source; b = {Math.Sqrt(3) * l.A / ratio:0.00} would fit the others."));
        }
    }

    /// <summary>Slope of ln(sigma) when ln(sigma T) is a straight line of the given energy.</summary>
    private static double FromLnSigma(IReadOnlyList<double> temperaturesK, double energyEv)
    {
        double[] y = [.. temperaturesK.Select(t => -energyEv / (BoltzmannEvPerK * t) - Math.Log(t))];
        double mx = temperaturesK.Average(t => 1 / t), my = y.Average();
        return -BoltzmannEvPerK * temperaturesK.Zip(y, (t, v) => (1 / t - mx) * (v - my)).Sum() / temperaturesK.Sum(t => (1 / t - mx) * (1 / t - mx));
    }

    private static double Ratio(ReferenceLattice l) => Math.Sqrt(3) * l.A / l.B;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
