using Campaign.Cli.Report;
using ScottPlot;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>What ran, and what it cost.</summary>
internal static class RunFigures
{
    public static Figure? Cost(ReportModel model)
    {
        var groups = model.Cost.GroupBy(c => c.Stage).Select(g => (Stage: g.Key, Seconds: g.Sum(c => c.CoreSeconds))).Where(g => g.Seconds > 0).Reverse().ToArray();
        if (groups.Length == 0)
            return null;
        double most = groups.Max(g => g.Seconds);
        (string unit, double scale) = most switch { > 7200 => ("core-hours", 3600.0), > 600 => ("core-minutes", 60.0), _ => ("core-seconds", 1.0) };
        Plot plot = FigureStyle.NewPlot(unit, "");
        Bar[] bars = [.. groups.Select((g, i) => new Bar { Position = i, Value = g.Seconds / scale, Size = .7, FillColor = FigureStyle.Blue, LineWidth = 0, Orientation = Orientation.Horizontal, Label = (g.Seconds / scale).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) })];
        ScottPlot.Plottables.BarPlot drawn = plot.Add.Bars(bars);
        drawn.ValueLabelStyle.FontSize = FigureStyle.SmallFontSize;
        drawn.ValueLabelStyle.ForeColor = FigureStyle.Ink;
        plot.Axes.Left.SetTicks([.. groups.Select((_, i) => (double)i)], [.. groups.Select(g => g.Stage)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(0, 1.15 * most / scale, -.6, groups.Length - .4);
        return Figure.OfPanels("cost", "Computing time per stage", $"Core time of all tasks of a stage, in {unit}, on {model.Hardware ?? "the machine named below"}.",
            $"Bar chart of core time for {groups.Length} stages.", [plot], 1, 720, 70 + 34 * groups.Length);
    }

    /// <summary>The executed stages as boxes in the order of their dependencies, with state and counts.</summary>
    public static Figure? StageGraph(ReportModel model)
    {
        if (model.Stages.Count == 0)
            return null;
        var rank = new Dictionary<string, int>();
        foreach (StageRow stage in model.Stages)
            rank[stage.Id] = 1 + stage.DependsOn.Select(d => rank.GetValueOrDefault(d, -1)).DefaultIfEmpty(-1).Max();
        StageRow[][] columns = [.. model.Stages.GroupBy(s => rank[s.Id]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        const float BoxWidth = 104, BoxHeight = 54, GapX = 26, GapY = 16, Margin = 8;
        int tallest = columns.Max(c => c.Length);
        float width = 2 * Margin + columns.Length * BoxWidth + (columns.Length - 1) * GapX;
        float height = 2 * Margin + tallest * BoxHeight + (tallest - 1) * GapY;
        var at = new Dictionary<string, SKRect>();
        for (int c = 0; c < columns.Length; c++)
        {
            float used = columns[c].Length * BoxHeight + (columns[c].Length - 1) * GapY;
            for (int r = 0; r < columns[c].Length; r++)
            {
                float left = Margin + c * (BoxWidth + GapX), top = (height - used) / 2 + r * (BoxHeight + GapY);
                at[columns[c][r].Id] = new SKRect(left, top, left + BoxWidth, top + BoxHeight);
            }
        }
        return new Figure("stages", "The executed stage graph",
            "Stages in the order of their dependencies; finished tasks of all tasks, and wall time from the first start to the last end.",
            string.Join(", ", model.Stages.Select(s => $"{s.Id}: {s.Done} of {s.Total} tasks, {s.State}")),
            (int)Math.Ceiling(width), (int)Math.Ceiling(height), canvas => DrawGraph(canvas, model, rank, at));
    }

    private static void DrawGraph(SKCanvas canvas, ReportModel model, Dictionary<string, int> rank, Dictionary<string, SKRect> at)
    {
        using var line = new SKPaint { Color = SKColor.Parse("#8A929C"), StrokeWidth = 1.2f, Style = SKPaintStyle.Stroke, IsAntialias = true };
        foreach (StageRow stage in model.Stages)
            foreach (string from in stage.DependsOn.Where(at.ContainsKey))
            {
                // An edge that skips a column would run through boxes; what it says follows from the chain between.
                if (rank[stage.Id] - rank[from] != 1)
                    continue;
                (SKRect a, SKRect b) = (at[from], at[stage.Id]);
                float mid = (a.Right + b.Left) / 2;
                using var path = new SKPath();
                path.MoveTo(a.Right, a.MidY);
                path.CubicTo(mid, a.MidY, mid, b.MidY, b.Left, b.MidY);
                canvas.DrawPath(path, line);
            }
        using var bold = new SKFont(FigureFont.Typeface(bold: true), 13);
        using var plain = new SKFont(FigureFont.Typeface(), 11);
        foreach (StageRow stage in model.Stages)
        {
            SKRect box = at[stage.Id];
            string colour = stage.State switch { "done" => "#009E73", "failed" or "cancelled" => "#D55E00", "running" => "#0072B2", _ => "#8A929C" };
            using var fill = new SKPaint { Color = SKColors.White, IsAntialias = true };
            using var border = new SKPaint { Color = SKColor.Parse(colour), Style = SKPaintStyle.Stroke, StrokeWidth = 1.6f, IsAntialias = true };
            using var text = new SKPaint { Color = SKColor.Parse("#1B1F24"), IsAntialias = true };
            canvas.DrawRect(box, fill);
            canvas.DrawRect(box, border);
            canvas.DrawText(stage.Id, box.MidX, box.Top + 22, SKTextAlign.Center, bold, text);
            string detail = $"{stage.Done}/{stage.Total}" + (stage.WallSeconds is double s ? $" · {QuantityText.Seconds(s)}" : " · reused");
            canvas.DrawText(stage.State == "done" ? detail : $"{stage.State} {detail}", box.MidX, box.Top + 40, SKTextAlign.Center, plain, text);
        }
    }
}
