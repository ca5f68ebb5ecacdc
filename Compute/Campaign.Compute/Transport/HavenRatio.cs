namespace Campaign.Compute.Transport;

/// <summary>H_R = D_self / D_total.</summary>
public static class HavenRatio
{
    /// <summary>
    /// With its error: the number of hops is common to both coefficients and cancels; the two path terms are added
    /// (their positive covariance is left out, which is on the safe side), and the part of correlated hops, which need not cancel.
    /// </summary>
    public static Quantity Of(DiffusionEstimate e)
    {
        if (e.Self is not { Line.Slope: > 0 } self || e.Total is not { Line.Slope: > 0 } total)
            return Quantity.None("", "needs both D_self and D_total");
        double s = Math.Sqrt(self.PathVariance + total.PathVariance + self.CorrelatedVariance);
        Quantity h = Quantity.LogNormal(self.Line.Slope / total.Line.Slope, s, "");
        (double lo, double hi) = h.Ci95!.Value;
        lo *= Math.Exp(-e.LogSystematic);
        return h with { Ci95 = (lo, hi), Resolved = hi - lo < 2 * Quantity.ResolvedHalfWidth * h.Value!.Value };
    }

    /// <summary>A warning when the ratio is not plausible for ions in a solid: above 1.5, or its interval wholly outside 0.2-1.2.</summary>
    public static string? Warning(Quantity haven)
    {
        if (haven.Value is not { } h || haven.Ci95 is not { } ci)
            return null;
        bool outside = ci.Lo > 1.2 || ci.Hi < 0.2;
        return h > 1.5 || outside
            ? FormattableString.Invariant($"Haven ratio {h:g3} [{ci.Lo:g3}, {ci.Hi:g3}] is not plausible: usual causes are a mobile centre of mass removed, division by N², a single time origin, a wrong frame, or too short a run.")
            : null;
    }
}
