using Campaign.Cli.Report;
using ScottPlot;
using ScottPlot.Plottables;

namespace Campaign.Cli.Figures;

/// <summary>Energy along the minimum-energy paths.</summary>
internal static class BarrierFigures
{
    public static Figure? Profiles(ReportModel model)
    {
        NebRow[] rows = [.. model.Neb.Where(n => n.Reaction.Length > 2)];
        if (rows.Length == 0)
            return null;
        var panels = new List<Plot>();
        double top = 1.15 * rows.Max(r => r.EnergyEv.Concat(r.SplineEnergyEv).Max());
        double bottom = Math.Min(-.03, 1.2 * rows.Min(r => r.EnergyEv.Concat(r.SplineEnergyEv).Min()));
        foreach (IGrouping<(string, string, string, string), NebRow> path in rows.GroupBy(r => (r.Variant, r.Level, r.Direction, r.HopInWords)))
        {
            (string variant, string level, string direction, string hop) = path.Key;
            Plot plot = FigureStyle.NewPlot("path (Å)", "energy (eV)", $"{direction} {hop}");
            foreach (NebRow row in path)
            {
                bool teacher = row.Mover == Mover.Teacher;
                Color colour = teacher ? FigureStyle.Ink : FigureStyle.Blue;
                (double[] x, double[] y) = row.SplineReaction.Length > 1 ? (row.SplineReaction, row.SplineEnergyEv) : (row.Reaction, row.EnergyEv);
                Scatter spline = plot.Add.ScatterLine(x.Select(v => v * row.LengthA).ToArray(), y, colour);
                (spline.LineWidth, spline.LinePattern) = (1.6f, teacher ? LinePattern.Dashed : LinePattern.Solid);
                Markers images = plot.Add.Markers(row.Reaction.Select(v => v * row.LengthA).ToArray(), row.EnergyEv, teacher ? MarkerShape.OpenCircle : MarkerShape.FilledCircle, 7, colour);
                images.MarkerStyle.LineColor = colour;
                images.MarkerStyle.LineWidth = 1.5f;
            }
            double length = path.Max(r => r.LengthA);
            plot.Axes.SetLimits(-.04 * length, 1.04 * length, bottom, top);
            panels.Add(plot);
        }
        bool single = panels.Count == 1;
        return Figure.OfPanels("neb", "Energy along the minimum-energy paths",
            "Climbing-image nudged elastic band: images (points) and the spline through energies and forces (line), relative to the first image; one energy scale for all panels.",
            $"Energy profiles of {panels.Count} hops.", panels, panels.Count == 4 ? 2 : 3, single ? 560 : 310, single ? 340 : 250,
            new FigureKey([.. rows.Select(r => r.Mover).Distinct().Select(m => new FigureKey.Entry(QuantityText.Words(m), m == Mover.Teacher ? FigureStyle.Ink : FigureStyle.Blue, m == Mover.Teacher, m != Mover.Teacher))]));
    }
}
