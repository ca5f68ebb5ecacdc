namespace Campaign.Cli.Report;

/// <summary>What may be published, and what the reader must be warned about. Pure functions of the model.</summary>
public static class ReportRules
{
    /// <summary>Printed wherever a number of a stand-in level could be mistaken for a prediction.</summary>
    public const string StandInWords = "stand-in, not comparable with experiment";

    /// <summary>Labels of one frame that differ by more are of different states, whatever is learnt from them, eV/Å.</summary>
    private const double LabelForcesApartEvPerA = 0.05;

    /// <summary>
    /// The model as it may be shown: no extrapolation to 300 K for a stand-in level, no experiment beside stand-in transport,
    /// and the warnings the numbers themselves call for.
    /// </summary>
    public static ReportModel Publishable(ReportModel model) => model with
    {
        Arrhenius = [.. model.Arrhenius.Select(f => model.IsStandIn(f.Level) ? f with { Sigma300 = null } : f)],
        Experiment = model.StandIn ? null : model.Experiment,
        Warnings = [.. model.Warnings.Concat(Warnings(model)).Distinct()],
    };

    /// <summary>Warnings derived from the numbers: implausible Haven ratios, falling conductivity, odd cells, missed limits.</summary>
    public static IEnumerable<string> Warnings(ReportModel model)
    {
        foreach (TransportPoint p in model.Transport.Where(p => p.HavenRatio.IsUsable))
        {
            double h = p.HavenRatio.Value!.Value;
            Interval? ci = p.HavenRatio.Ci95;
            if (h > 1.5 || ci?.Low > 1.2 || ci?.High < 0.2)
                yield return $"Haven ratio {QuantityText.Plain(p.HavenRatio)} at {p.TemperatureK:0.#} K ({p.Variant}, {p.Level}, {QuantityText.Words(p.Mover)}) is not plausible: "
                    + "direct hopping gives 1, correlated motion less. Check frame, time origins and length before using the conductivity.";
        }
        foreach (ArrheniusFit f in model.Arrhenius.Where(f => f.ActivationEnergyEv.IsUsable && f.ActivationEnergyEv.Value < 0))
            yield return $"The fitted {f.Fit} falls with temperature ({f.Variant}, {f.Level}): an activated process rises.";
        foreach (LatticeRow l in model.Lattice.Where(l => l.A.IsUsable && l.B.IsUsable && l.Reference is { A: not null, B: not null }))
        {
            double ratio = l.A.Value!.Value / l.B.Value!.Value / (l.Reference!.A!.Value / l.Reference.B!.Value);
            if (Math.Abs(ratio - 1) > 0.05)
                yield return $"a/b of {l.Variant} ({l.Level}) is {100 * (ratio - 1):+0.0;−0.0} % off the reference: a layer distortion or a misprinted reference.";
        }
        foreach (PotentialRow p in model.Potential)
            if (p.ForceRelativeLimit is double limit && p.ForceRelative.Value > limit)
                yield return $"Force RMSE of {p.Model} ({p.Level}) is {100 * p.ForceRelative.Value.Value:0.#} % of the label standard deviation, above the limit of {100 * limit:0.#} %.";
        foreach (RelabelRow r in model.Relabelled ?? [])
            if (IsApart(r, model.Potential) is { } limit)
                yield return $"Labels of {r.Trajectory} depend on the electronic state that their self-consistency began with: from initial moments {r.InitialMoments} the forces differ by {Scatter(r)}, more than {limit}. "
                    + "A potential learns a mixture of such states: compare the moments of both, and narrow the level's momentWindow.";
        foreach (BlankRow b in model.MethodBlank.Where(b => b.Agrees == false))
            yield return $"Method blank: {b.Quantity} ({b.Variant}, {b.Level}) of the potential disagrees with the teacher's own ({b.Criterion}).";
        foreach (NebRow n in model.Neb.Where(n => !n.Converged))
            yield return $"NEB {n.Hop} {n.Direction} ({n.Variant}, {n.Level}, {QuantityText.Words(n.Mover)}) stopped unconverged at {n.MaxForceEvPerA:0.000} eV/Å: its barrier is not final.";
    }

    private static string Scatter(RelabelRow r) =>
        $"{QuantityText.Significant(r.ForceRmsEvPerA.Value ?? double.NaN, 3)} eV/Å (root mean square over {r.Frames} frames; "
        + (r.ForceRmsEvPerA.Ci95 is { Low: double low, High: double high } ? $"95 %: {QuantityText.Significant(low, 2)} to {QuantityText.Significant(high, 2)})" : "too few for an interval)");

    /// <summary>What the difference of two labels of one frame exceeds, in words; null where it is no larger than what is fitted.</summary>
    private static string? IsApart(RelabelRow r, IReadOnlyList<PotentialRow> potentials)
    {
        double own = potentials.Where(p => p.Level == r.Level).Select(p => p.ForceRmseEvPerA.Value ?? double.NaN).Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min();
        return r.ForceRmsEvPerA.Value > own ? $"the potential's own force RMSE of {QuantityText.Significant(own, 3)} eV/Å"
            : r.ForceRmsEvPerA.Value > LabelForcesApartEvPerA ? $"{QuantityText.Significant(LabelForcesApartEvPerA, 2)} eV/Å"
            : null;
    }
}
