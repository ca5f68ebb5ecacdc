using Campaign.Cli.Report;
using Campaign.Compute;
using ScottPlot;
using ScottPlot.Plottables;

namespace Campaign.Cli.Figures;

/// <summary>Displacements and their temperature dependence.</summary>
internal static class TransportFigures
{
    public static Figure? Msd(ReportModel model, string variant, string level, Mover mover)
    {
        MsdCurve[] curves = [.. model.Msd.Where(m => m.Variant == variant && m.Level == level && m.Mover == mover && m.LagPs.Length > 1).OrderBy(m => m.TemperatureK)];
        if (curves.Length == 0)
            return null;
        Plot self = FigureStyle.NewPlot("lag (ps)", "MSD self (Å²)", "self");
        Plot total = FigureStyle.NewPlot("lag (ps)", "MSD total (Å²)", "total");
        Plot distinct = FigureStyle.NewPlot("lag (ps)", "MSD distinct (Å²)", "distinct = total − self");
        for (int i = 0; i < curves.Length; i++)
        {
            MsdCurve c = curves[i];
            Color colour = FigureStyle.Ramp(i, curves.Length);
            Curve(self, c.LagPs, c.Self, c.SelfStderr, colour);
            Curve(total, c.LagPs, c.Total, c.TotalStderr, colour);
            Curve(distinct, c.LagPs, c.Distinct, [], colour);
            if (c.FitFromPs is double from && c.FitToPs is double to)
                FitWindow(self, c, from, to, colour);
        }
        HorizontalLine zero = distinct.Add.HorizontalLine(0, 1, FigureStyle.Faint);
        zero.ExcludeFromLegend = true;
        foreach (Plot plot in (Plot[])[self, total, distinct])
        {
            plot.Axes.AutoScale();
            AxisLimits limits = plot.Axes.GetLimits();
            plot.Axes.SetLimitsX(0, curves.Max(c => c.LagPs[^1]));
            if (plot != distinct)
                plot.Axes.SetLimitsY(0, limits.Top);
        }
        return Figure.OfPanels($"msd-{variant}-{level}-{Suffix(mover)}", $"Displacements, {variant}, {level}, {QuantityText.Words(mover)}",
            $"Mean squared displacement of {model.Mobile} in the host frame, averaged over time origins; bands round the self part are one standard error, thicker parts the window the diffusion coefficient is taken from.",
            $"Mean squared displacements at {curves.Length} temperatures rising with lag time.", [self, total, distinct], 3, 310, 290,
            new FigureKey([.. curves.Select((c, i) => new FigureKey.Entry(FormattableString.Invariant($"{c.TemperatureK:0} K"), FigureStyle.Ramp(i, curves.Length)))]));
    }

    private static void Curve(Plot plot, double[] x, double[] y, double[] error, Color colour)
    {
        if (error.Length == y.Length)
        {
            double[] low = [.. y.Zip(error, (v, e) => v - e)], high = [.. y.Zip(error, (v, e) => v + e)];
            FillY band = plot.Add.FillY(x, low, high);
            (band.FillColor, band.LineWidth) = (colour.WithAlpha(.18), 0);
        }
        Scatter line = plot.Add.ScatterLine(x, y, colour);
        line.LineWidth = 1.5f;
    }

    private static void FitWindow(Plot plot, MsdCurve c, double from, double to, Color colour)
    {
        int[] inside = [.. Enumerable.Range(0, c.LagPs.Length).Where(i => c.LagPs[i] >= from && c.LagPs[i] <= to)];
        if (inside.Length < 2)
            return;
        Scatter thick = plot.Add.ScatterLine(inside.Select(i => c.LagPs[i]).ToArray(), inside.Select(i => c.Self[i]).ToArray(), colour);
        thick.LineWidth = 3;
    }

    /// <summary>
    /// ln D (or ln σT) against 1000/T, the potential beside the teacher. Points that are not resolved on their own are pale;
    /// a bound is drawn as a downward arrow.
    /// </summary>
    public static Figure? Arrhenius(ReportModel model, string fit)
    {
        ArrheniusFit[] fits = [.. model.Arrhenius.Where(f => f.Fit == fit && f.Points.Count > 0)];
        if (fits.Length == 0)
            return null;
        (string axis, string what) = fit switch
        {
            "D" => ("D self (cm²/s)", "Tracer diffusion coefficient"),
            "sigmaT" => ("σT (K mS/cm)", "Conductivity times temperature"),
            _ => ("σ (mS/cm)", "Conductivity"),
        };
        Plot plot = FigureStyle.NewPlot("1000 / T (1/K)", axis);
        var heights = new List<double>();
        string[] families = [.. fits.Select(f => f.Variant + f.Level).Distinct()];
        foreach (ArrheniusFit f in fits)
        {
            int family = Array.IndexOf(families, f.Variant + f.Level);
            bool teacher = f.Mover == Mover.Teacher;
            Color colour = teacher ? FigureStyle.Ink : family == 0 ? FigureStyle.Blue : FigureStyle.Series(family);
            DrawLine(plot, f, colour, teacher, heights);
            DrawPoints(plot, f, colour, teacher, family, heights);
        }
        if (heights.Count == 0)
            return null;
        double[] inverse = [.. fits.SelectMany(f => f.Points).Select(p => 1000 / p.TemperatureK)];
        double pad = Math.Max(.01, .06 * (inverse.Max() - inverse.Min()));
        (double low, double high) = (heights.Min() - .15, heights.Max() + .25);
        plot.Axes.Left.TickGenerator = FigureStyle.Decades(low, high);
        plot.Axes.SetLimits(inverse.Min() - pad, inverse.Max() + pad, low, high);
        plot.Legend(Alignment.UpperRight);
        bool standIn = fits.Any(f => model.IsStandIn(f.Level));
        return Figure.OfPanels($"arrhenius-{fit}", $"{what} against inverse temperature",
            $"Bars are one standard error; lines are the fits, bands their 95 % interval. Pale points are not resolved on their own (their interval is wider than 30 %) but enter the fit with their errors; an arrow marks an upper bound where the data carry no value."
            + (standIn ? $" Labels: {model.Labels}: {ReportRules.StandInWords}." : ""),
            $"Arrhenius plot of {fits.Length} fits over {inverse.Length} points.", [plot], 1, 720, 430);
    }

    private static void DrawLine(Plot plot, ArrheniusFit f, Color colour, bool teacher, List<double> heights)
    {
        if (f.LnPrefactor is not double lnA || !f.ActivationEnergyEv.IsUsable)
            return;
        double ea = f.ActivationEnergyEv.Value!.Value;
        double first = 1 / f.Points.Max(p => p.TemperatureK), last = 1 / f.Points.Min(p => p.TemperatureK);
        double margin = .03 * (last - first);
        const int Steps = 60;
        double[] x = new double[Steps + 1], y = new double[Steps + 1], low = new double[Steps + 1], high = new double[Steps + 1];
        for (int i = 0; i <= Steps; i++)
        {
            double inverse = first - margin + (last - first + 2 * margin) * i / Steps;
            double beta = inverse / PhysicalConstants.BoltzmannEvPerK;
            double variance = f.Covariance is { } c ? c.VarLnA - 2 * beta * c.CovLnAEa + beta * beta * c.VarEa : 0;
            double half = 1.96 * Math.Sqrt(Math.Max(0, variance));
            double ln = lnA - ea * beta;
            x[i] = 1000 * inverse;
            (y[i], low[i], high[i]) = (ln / Math.Log(10), (ln - half) / Math.Log(10), (ln + half) / Math.Log(10));
        }
        if (f.Covariance is not null)
        {
            FillY band = plot.Add.FillY(x, low, high);
            (band.FillColor, band.LineWidth) = (colour.WithAlpha(teacher ? .10 : .18), 0);
        }
        Scatter line = plot.Add.ScatterLine(x, y, colour);
        (line.LineWidth, line.LinePattern) = (1.6f, teacher ? LinePattern.Dashed : LinePattern.Solid);
        heights.AddRange([y[0], y[^1]]);
    }

    private static void DrawPoints(Plot plot, ArrheniusFit f, Color colour, bool teacher, int family, List<double> heights)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        var errors = new List<double>();
        List<int> resolved = [], poor = [];
        foreach (ArrheniusPoint p in f.Points)
        {
            if (p.Y is { Value: > 0 and double v } && double.IsFinite(v))
            {
                (p.Y.Resolved ? resolved : poor).Add(xs.Count);
                xs.Add(1000 / p.TemperatureK);
                ys.Add(Math.Log10(v));
                errors.Add((p.Y.Stderr ?? 0) / v / Math.Log(10));
            }
            else if (p.Y.Ci95?.High is double bound && bound > 0)
            {
                double at = Math.Log10(bound);
                Arrow arrow = plot.Add.Arrow(1000 / p.TemperatureK, at, 1000 / p.TemperatureK, at - .22);
                (arrow.ArrowFillColor, arrow.ArrowLineWidth, arrow.ArrowWidth, arrow.ArrowheadWidth) = (colour, 0, 1.5f, 8);
                heights.AddRange([at, at - .22]);
            }
        }
        string name = $"{f.Variant} · {f.Level} · {QuantityText.Words(f.Mover)}";
        if (f.ActivationEnergyEv.IsUsable)
            name += $": {QuantityText.Full(f.ActivationEnergyEv)}";
        if (xs.Count > 0)
        {
            ErrorBar bars = plot.Add.ErrorBar(xs, ys, errors);
            (bars.Color, bars.LineWidth, bars.CapSize) = (colour, 1.2f, 3);
        }
        // every value the fit used is shown; one whose own interval is too wide to be quoted is drawn pale
        Mark(resolved, colour, name);
        Mark(poor, colour.WithAlpha(.35), resolved.Count > 0 ? null : name);
        for (int i = 0; i < ys.Count; i++)
            heights.AddRange([ys[i] - errors[i], ys[i] + errors[i]]);

        void Mark(List<int> which, Color fill, string? legend)
        {
            if (which.Count == 0)
                return;
            Markers marks = plot.Add.Markers(
                which.Select(i => xs[i]).ToArray(), which.Select(i => ys[i]).ToArray(), teacher ? MarkerShape.OpenCircle : FigureStyle.Shape(family), 8, fill);
            marks.MarkerStyle.LineColor = fill;
            marks.MarkerStyle.LineWidth = 1.5f;
            if (legend is not null)
                marks.LegendText = legend;
        }
    }

    internal static string Suffix(Mover mover) => mover == Mover.Teacher ? "teacher" : "potential";
}
