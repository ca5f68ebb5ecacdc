using ScottPlot;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>The legend of a figure of several panels: one row above them, centred.</summary>
public sealed record FigureKey(IReadOnlyList<FigureKey.Entry> Entries)
{
    public const int Height = 28;

    private const float Sample = 24, Space = 7, Gap = 26;

    /// <param name="Dot">Null for a line alone; true for a filled dot on it, false for an open one.</param>
    public sealed record Entry(string Text, Color Colour, bool Dashed = false, bool? Dot = null);

    public void Draw(SKCanvas canvas, float width)
    {
        using var font = new SKFont(FigureFont.Typeface(), FigureStyle.SmallFontSize);
        using var ink = new SKPaint { Color = SKColor.Parse("#1B1F24"), IsAntialias = true };
        float[] widths = [.. Entries.Select(e => Sample + Space + font.MeasureText(e.Text))];
        float x = Math.Max(4, (width - widths.Sum() - Gap * (widths.Length - 1)) / 2);
        const float Y = 16;
        foreach ((Entry e, float wide) in Entries.Zip(widths))
        {
            var colour = new SKColor(e.Colour.R, e.Colour.G, e.Colour.B);
            using var line = new SKPaint { Color = colour, StrokeWidth = 1.8f, Style = SKPaintStyle.Stroke, IsAntialias = true };
            // dashes by hand: as a path effect they would be cut into outlines
            for (float at = 0; at < Sample; at += e.Dashed ? 9 : Sample)
                canvas.DrawLine(x + at, Y, x + Math.Min(Sample, at + (e.Dashed ? 6 : Sample)), Y, line);
            if (e.Dot is bool full)
            {
                using var inside = new SKPaint { Color = full ? colour : SKColors.White, IsAntialias = true };
                canvas.DrawCircle(x + Sample / 2, Y, 3.5f, inside);
                canvas.DrawCircle(x + Sample / 2, Y, 3.5f, line);
            }
            canvas.DrawText(e.Text, x + Sample + Space, Y + 4, SKTextAlign.Left, font, ink);
            x += wide + Gap;
        }
    }
}
