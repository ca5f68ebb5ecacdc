using Campaign.Cli.Report;
using ScottPlot;
using ScottPlot.Plottables;

namespace Campaign.Cli.Figures;

/// <summary>Deviation of every relaxed cell from its reference, in percent.</summary>
internal static class StructureFigures
{
    public static Figure? LatticeDeviation(ReportModel model)
    {
        LatticeRow[] rows = [.. model.Lattice.Where(l => l.DeviationPercent is not null)];
        if (rows.Length == 0)
            return null;
        (string Name, Func<CellDeviation, double?> Of)[] shown = [("a", d => d.A), ("b", d => d.B), ("c", d => d.C), ("α", d => d.Alpha), ("β", d => d.Beta), ("γ", d => d.Gamma), ("V", d => d.Volume)];
        if (!rows.Any(r => r.Reference!.IsOblique))
            shown = [.. shown.Where(s => s.Name is not ("α" or "γ"))];
        string[] names = [.. shown.Select(s => s.Name)];
        Plot plot = FigureStyle.NewPlot("", "deviation from reference (%)");
        double group = rows.Length + 1.2;
        for (int r = 0; r < rows.Length; r++)
        {
            CellDeviation d = rows[r].DeviationPercent!;
            double?[] values = [.. shown.Select(s => s.Of(d))];
            var bars = new List<Bar>();
            for (int i = 0; i < values.Length; i++)
                if (values[i] is double v)
                    bars.Add(new Bar { Position = i * group + r, Value = v, Size = 0.85, FillColor = FigureStyle.Series(r), LineWidth = 0 });
            BarPlot drawn = plot.Add.Bars(bars);
            drawn.LegendText = $"{rows[r].Variant} · {rows[r].Level}";
        }
        HorizontalLine zero = plot.Add.HorizontalLine(0, 1, FigureStyle.Ink);
        zero.ExcludeFromLegend = true;
        double middle = (rows.Length - 1) / 2.0;
        plot.Axes.Bottom.SetTicks([.. names.Select((_, i) => i * group + middle)], names);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.FontSize = FigureStyle.FontSize;
        double reach = rows.SelectMany(r => shown.Select(s => s.Of(r.DeviationPercent!))).Max(v => Math.Abs(v ?? 0));
        plot.Axes.SetLimits(-1.2, (names.Length - 1) * group + rows.Length + .2, -Math.Max(1, reach * 1.15), Math.Max(1, reach * 1.5));
        plot.Legend(Alignment.UpperRight);
        plot.Legend.Orientation = Orientation.Horizontal;
        return Figure.OfPanels("lattice", "Relaxed cells against the reference",
            "Deviation of the relaxed conventional cell from the reference values of the campaign file, in percent.",
            $"Bar chart of lattice deviations of {rows.Length} relaxed cells; the largest is {reach:0.0} percent.", [plot], 1, 720, 300);
    }
}
