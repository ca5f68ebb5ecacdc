using Campaign.Cli.Report;
using ScottPlot;
using ScottPlot.Plottables;

namespace Campaign.Cli.Figures;

/// <summary>How well the potential learned: parity, learning curve, pair distributions.</summary>
internal static class PotentialFigures
{
    public static Figure? Parity(ReportModel model, ParityData parity)
    {
        var panels = new List<Plot>();
        for (int i = 0; i < parity.ForcesEvPerA.Count; i++)
            panels.Add(ParityPanel(parity.ForcesEvPerA[i], $"{parity.ForcesEvPerA[i].Name} forces", "label (eV/Å)", "potential (eV/Å)", FigureStyle.Series(i), relative: false));
        if (parity.EnergiesEvPerAtom.Label.Length > 0)
            panels.Add(ParityPanel(parity.EnergiesEvPerAtom, "energy", "label − mean (meV/atom)", "potential − mean (meV/atom)", FigureStyle.Ink, relative: true));
        if (panels.Count == 0)
            return null;
        string species = string.Join(", ", parity.ForcesEvPerA.Select(s => s.Name));
        return Figure.OfPanels($"parity-{parity.Level}", "Predicted against label on unseen frames",
            $"Force components per species and energies of the test set, level {parity.Level}. The line is exact agreement; a thinned sample of the points is drawn, the table holds all statistics.",
            $"Parity plots of forces on {species} and of energies: points lie along the diagonal.", panels, panels.Count is 2 or 4 ? 2 : 3, panels.Count is 2 or 4 ? 400 : 310, panels.Count is 2 or 4 ? 340 : 290);
    }

    private static Plot ParityPanel(ParitySeries series, string title, string x, string y, Color colour, bool relative)
    {
        (double[] label, double[] predicted) = (series.Label, series.Predicted);
        if (relative)
        {
            double mean = label.Average();
            label = Array.ConvertAll(label, v => 1000 * (v - mean));
            predicted = Array.ConvertAll(predicted, v => 1000 * (v - mean));
        }
        Plot plot = FigureStyle.NewPlot(x, y, title);
        double low = Math.Min(label.Min(), predicted.Min()), high = Math.Max(label.Max(), predicted.Max());
        double pad = 0.06 * Math.Max(high - low, 1e-6);
        (low, high) = (low - pad, high + pad);
        LinePlot diagonal = plot.Add.Line(low, low, high, high);
        (diagonal.LineColor, diagonal.LineWidth, diagonal.MarkerSize) = (FigureStyle.Faint, 1.5f, 0);
        Markers points = plot.Add.Markers(label, predicted, MarkerShape.FilledCircle, 3, colour.WithAlpha(.55));
        points.MarkerStyle.OutlineWidth = 0;
        plot.Axes.SetLimits(low, high, low, high);
        return plot;
    }

    public static Figure? LearningCurves(ReportModel model, LearningCurve curve)
    {
        if (curve.Step.Length < 2)
            return null;
        Plot forces = Panel("force RMSE (eV/Å)", curve.Step, curve.ForceRmseTrain, curve.ForceRmseValidation);
        Plot energies = Panel("energy RMSE (eV/atom)", curve.Step, curve.EnergyRmseTrain, curve.EnergyRmseValidation);
        return Figure.OfPanels($"lcurve-{curve.Level}-{curve.Model}", $"Training of {curve.Model} ({curve.Level})",
            "Root mean square errors per batch during training, on training and validation frames, both axes logarithmic in the error.",
            "Learning curves falling with the training step.", [forces, energies], 2, 430, 290);

        static Plot Panel(string y, double[] step, double[] train, double[] validation)
        {
            Plot plot = FigureStyle.NewPlot("training step", y);
            Curve(plot, step, train, FigureStyle.Sky, "training");
            Curve(plot, step, validation, FigureStyle.Vermilion, "validation");
            double[] all = [.. train.Concat(validation).Where(v => v > 0 && double.IsFinite(v)).Select(Math.Log10)];
            if (all.Length == 0)
                return plot;
            (double low, double high) = (all.Min() - .1, all.Max() + .15);
            plot.Axes.Left.TickGenerator = FigureStyle.Decades(low, high);
            plot.Axes.SetLimits(0, step[^1] * 1.02, low, high);
            plot.Legend(Alignment.UpperRight);
            return plot;
        }

        static void Curve(Plot plot, double[] x, double[] y, Color colour, string name)
        {
            int[] keep = [.. Enumerable.Range(0, Math.Min(x.Length, y.Length)).Where(i => y[i] > 0 && double.IsFinite(y[i]))];
            if (keep.Length == 0)
                return;
            Scatter line = plot.Add.ScatterLine(keep.Select(i => x[i]).ToArray(), keep.Select(i => Math.Log10(y[i])).ToArray(), colour);
            (line.LineWidth, line.LegendText) = (1.6f, name);
        }
    }

    public static Figure? Rdf(ReportModel model, string variant, string level, double temperatureK)
    {
        RdfRow[] rows = [.. model.Rdf.Where(r => r.Variant == variant && r.Level == level && r.TemperatureK == temperatureK)];
        if (rows.Length == 0)
            return null;
        string labels = model.IsStandIn(level) ? "AIMD (stand-in)" : "AIMD";
        var panels = new List<Plot>();
        foreach (RdfRow row in rows)
        {
            Plot plot = FigureStyle.NewPlot("r (Å)", "g(r)", row.Pair);
            Scatter label = plot.Add.ScatterLine(row.RA, row.GAimd, FigureStyle.Ink);
            label.LineWidth = 1.4f;
            Scatter potential = plot.Add.ScatterLine(row.RA, row.GDlmd, FigureStyle.Vermilion);
            (potential.LineWidth, potential.LinePattern) = (1.8f, LinePattern.Dashed);
            double top = Math.Max(row.GAimd.DefaultIfEmpty(1).Max(), row.GDlmd.DefaultIfEmpty(1).Max());
            plot.Axes.SetLimits(0, row.RA[^1], 0, 1.1 * top);
            panels.Add(plot);
        }
        return Figure.OfPanels($"rdf-{variant}-{level}-t{temperatureK:0}", $"Pair distributions, {variant}, {level}, {temperatureK:0.#} K",
            $"g(r) of every pair at {temperatureK:0.#} K from the label trajectories ({labels}) and from molecular dynamics with the trained potential (DLMD).",
            "Pair distribution functions of labels and potential drawn over each other, one panel per pair.", panels, 3, 310, 220,
            new FigureKey([new(labels, FigureStyle.Ink), new("DLMD", FigureStyle.Vermilion, Dashed: true)]));
    }
}
