namespace Campaign.Compute.Transport;

/// <summary>Whether two independent measurements say the same.</summary>
/// <param name="Agree">Within the joint 95 % interval; null when one of them carries no number or error.</param>
/// <param name="Difference">First minus second (difference of logarithms where compared so).</param>
/// <param name="Joint95">Half-width the difference may have.</param>
public sealed record Comparison(bool? Agree, double? Difference, double? Joint95, string Words);

/// <summary>A set of pairs compared at once.</summary>
/// <param name="PValue">Probability of a χ² at least this large if the truth is common.</param>
public sealed record JointComparison(bool? Agree, double ChiSquared, int Pairs, double? PValue, string Words);

/// <summary>Comparisons of the method blank: the same analysis on two potentials.</summary>
public static class Agreement
{
    /// <summary>|x1 - x2| ≤ 1.96 √(s1² + s2²).</summary>
    public static Comparison Of(Quantity first, Quantity second) =>
        Judge(first.Value, first.StdErr, second.Value, second.StdErr, "difference");

    /// <summary>The same in ln x, for positive quantities with relative errors (D, σ).</summary>
    public static Comparison OfLogs(Quantity first, Quantity second) => Judge(
        first.Value is > 0 ? Math.Log(first.Value.Value) : null, first.LogStdErr,
        second.Value is > 0 ? Math.Log(second.Value.Value) : null, second.LogStdErr, "difference of logarithms");

    /// <summary>Two sets D(T), pair by pair at equal temperatures: χ² = Σ (Δ ln D)²/(s1² + s2²), refused above its 95 % point.</summary>
    public static JointComparison OfSets(IReadOnlyList<Quantity> first, IReadOnlyList<Quantity> second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"Sets of {first.Count} and {second.Count} points cannot be paired.");
        double chi2 = 0;
        int pairs = 0;
        for (int i = 0; i < first.Count; i++)
        {
            if (OfLogs(first[i], second[i]) is not { Difference: { } d, Joint95: { } joint })
                continue;
            chi2 += Math.Pow(d * Quantity.Normal95 / joint, 2);
            pairs++;
        }
        if (pairs == 0)
            return new JointComparison(null, 0, 0, null, "no pair of points with numbers on both sides");
        double p = 1 - MathNet.Numerics.Distributions.ChiSquared.CDF(pairs, chi2);
        return new JointComparison(p > 0.05, chi2, pairs, p,
            FormattableString.Invariant($"χ² {chi2:f1} for {pairs} pairs (p = {p:g2}): {(p > 0.05 ? "they agree" : "they differ")}"));
    }

    private static Comparison Judge(double? x1, double? s1, double? x2, double? s2, string what)
    {
        if (x1 is null || x2 is null || s1 is null || s2 is null)
            return new Comparison(null, null, null, "not comparable: a side carries no number with an error");
        double d = x1.Value - x2.Value, joint = Quantity.Normal95 * Math.Sqrt(s1.Value * s1.Value + s2.Value * s2.Value);
        bool agree = Math.Abs(d) <= joint;
        return new Comparison(agree, d, joint,
            FormattableString.Invariant($"{what} {d:g3}, joint 95 % half-width {joint:g3}: {(agree ? "they agree" : "they differ")}"));
    }
}
