using System.Globalization;

namespace Campaign.Cli.Report.Html;

/// <summary>The box at the top: did it finish, and the few numbers one came for, each with its error.</summary>
internal static class Verdict
{
    private const int LongestHeadline = 48;

    private static readonly CultureInfo Inv = CultureInfo.InvariantCulture;

    public static void Write(HtmlText page, ReportModel m)
    {
        int done = m.Stages.Sum(s => s.Done), total = m.Stages.Sum(s => s.Total);
        page.Raw("<section class=\"verdict\" aria-label=\"Main results\">");
        page.Raw(m.Missing.Count == 0
            ? $"<p class=\"outcome good\">✓ Complete: {done} of {total} tasks done.</p>"
            : $"<p class=\"outcome bad\">✗ Incomplete: {done} of {total} tasks done, {m.Missing.Count} named below did not succeed.</p>");
        page.Raw("<dl class=\"cards\">");
        foreach ((string name, string value, string unit, string detail, bool open) in Cards(m))
        {
            page.Raw($"<div class=\"card{(open ? " open" : "")}\"><dt>{HtmlText.Encode(name)}</dt><dd><span class=\"value\">{HtmlText.Encode(value)}{(unit.Length == 0 ? "" : $"<small>{HtmlText.Encode(unit)}</small>")}</span><span class=\"detail\">{HtmlText.Encode(detail)}</span></dd></div>");
        }
        page.Raw("</dl>");
        if (m.Missing.Count > 0)
            page.Raw("<div class=\"missing\" role=\"alert\"><h2>Missing</h2>").Table("Tasks without a result", m.Missing,
                Column<MissingRow>.Text("task", r => r.Task), Column<MissingRow>.Text("reason", r => r.Reason)).Raw("</div>");
        if (m.Warnings.Count > 0)
            page.Raw("<div class=\"warnings\" role=\"note\"><h2>Warnings</h2>").List(m.Warnings).Raw("</div>");
        page.Raw("</section>");
    }

    /// <summary>A long reason is no headline: it goes into the small print.</summary>
    private static (string Value, string Detail) Shortened(string value, string detail) =>
        value.Length > LongestHeadline && value.IndexOf(" (", StringComparison.Ordinal) is var at and > 0
            ? (value[..at], $"{value[(at + 2)..^1].TrimEnd('.')}; {detail}")
            : (value, detail);

    /// <summary>The few numbers one came for; <c>Open</c> is what is not resolved or not good enough.</summary>
    internal static IEnumerable<(string Name, string Value, string Unit, string Detail, bool Open)> Cards(ReportModel m)
    {
        foreach ((string name, string headline, string unit, string small, bool open) in All(m))
        {
            (string value, string detail) = Shortened(headline, small);
            yield return (name, value, unit, detail, open);
        }
    }

    private static IEnumerable<(string Name, string Value, string Unit, string Detail, bool Open)> All(ReportModel m)
    {
        bool several = m.Arrhenius.Where(f => f.Mover == Mover.Potential).Select(f => (f.Variant, f.Level)).Distinct().Count() > 1;
        foreach (IGrouping<(string, string), ArrheniusFit> g in m.Arrhenius.Where(f => f.Mover == Mover.Potential).GroupBy(f => (f.Variant, f.Level)))
        {
            ArrheniusFit fit = g.FirstOrDefault(f => f.Fit == "sigmaT" && f.ActivationEnergyEv.IsUsable) ?? g.FirstOrDefault(f => f.Fit == "D") ?? g.First();
            string where = several ? $"{fit.Variant}, {fit.Level}; " : "";
            string range = $"{fit.Points.Min(p => p.TemperatureK):0}–{fit.Points.Max(p => p.TemperatureK):0} K";
            string detail = string.Join("; ", new[] { QuantityText.Range(fit.ActivationEnergyEv), $"{where}from {FitWords(fit.Fit)}, {range}" }.Where(s => s.Length > 0));
            yield return ("Activation energy", Number(fit.ActivationEnergyEv), QuantityText.UnitAfter(fit.ActivationEnergyEv), detail + Experiment(m.Experiment?.ActivationEnergyEv, "eV"), !fit.ActivationEnergyEv.IsUsable);
            if (fit.Sigma300 is { } sigma)
                yield return ("Conductivity at 300 K", Number(sigma), QuantityText.UnitAfter(sigma), $"extrapolated; {QuantityText.Range(sigma)}{Experiment(m.Experiment?.Sigma300MsPerCm, "mS/cm")}", !sigma.IsUsable);
        }
        TransportPoint[] points = [.. m.Transport.Where(p => p.Mover == Mover.Potential)];
        if (points.Where(p => p.DSelf.IsUsable).MinBy(p => p.TemperatureK) is { } lowest)
            yield return ($"D self at {lowest.TemperatureK:0} K", Number(lowest.DSelf), QuantityText.UnitAfter(lowest.DSelf), $"{QuantityText.Range(lowest.DSelf)}; lowest resolved temperature", false);
        else if (points.MaxBy(p => p.TemperatureK) is { } hottest)
            yield return ($"D self at {hottest.TemperatureK:0} K", QuantityText.Full(hottest.DSelf), "", "no temperature is resolved", true);
        if (points.Where(p => p.HavenRatio.IsUsable).MinBy(p => p.HavenRatio.Stderr / p.HavenRatio.Value) is { } haven)
            yield return ("Haven ratio", Number(haven.HavenRatio), "", $"{QuantityText.Range(haven.HavenRatio)}; best resolved, at {haven.TemperatureK:0} K", false);
        else if (points.Length > 0)
            yield return ("Haven ratio", "not resolved", "", "at no temperature: the runs are too short for collective motion", true);
        NebRow[] barriers = [.. m.Neb.Where(n => n.Mover == Mover.Potential && n.Converged && n.BarrierEv.IsUsable)];
        if (barriers.MinBy(n => n.BarrierEv.Value) is { } easiest)
            yield return ("Lowest barrier", Number(easiest.BarrierEv), QuantityText.UnitAfter(easiest.BarrierEv), $"{easiest.Direction} {easiest.HopInWords}; {barriers.Length} paths, highest {QuantityText.Full(barriers.MaxBy(n => n.BarrierEv.Value)!.BarrierEv)}", false);
        foreach (PotentialRow p in m.Potential.Take(2))
            yield return ("Force error", (100 * p.ForceRelative.Value)?.ToString("0.0", Inv) ?? "—", " %",
                $"RMSE {QuantityText.Full(p.ForceRmseEvPerA)} over the label spread, {p.Frames.Test} unseen frames, {p.Level}", p.ForceRelative.Value > p.ForceRelativeLimit);
        if (m.MethodBlank.Count > 0)
        {
            int agree = m.MethodBlank.Count(b => b.Agrees == true), decided = m.MethodBlank.Count(b => b.Agrees is not null);
            yield return ("Method blank", $"{agree} of {decided} agree", "",
                "potential against its own teacher" + (decided < m.MethodBlank.Count ? $"; {m.MethodBlank.Count - decided} undecided" : ""), agree < decided || decided == 0);
        }
        double[] deviations = [.. m.Lattice.Select(l => l.DeviationPercent).OfType<CellDeviation>().SelectMany(d => new[] { d.A, d.B, d.C, d.Alpha, d.Beta, d.Gamma }).OfType<double>().Select(Math.Abs)];
        if (deviations.Length > 0)
            yield return ("Relaxed cell", $"within {deviations.Max().ToString("0.0", Inv)}", " %", "largest deviation of lengths and angles from the reference", false);
    }

    /// <summary>A usable number without its unit, anything else in full.</summary>
    private static string Number(Q q) => q.IsUsable ? QuantityText.Plain(q) : QuantityText.Full(q);

    internal static string FitWords(string fit) => fit switch { "D" => "ln D", "sigmaT" => "ln(σT)", _ => "ln σ" };

    private static string Experiment(double? value, string unit) => value is double v ? $"; experiment {QuantityText.Significant(v, 3)} {unit}" : "";
}
