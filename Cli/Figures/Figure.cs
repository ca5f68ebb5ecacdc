using System.Text;
using ScottPlot;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>
/// A finished drawing of one figure of the report. The same drawing code makes the SVG (vector, for page and print) and
/// the PNG (two pixels per point).
/// </summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Title">What it shows, a short phrase.</param>
/// <param name="Caption">One or two sentences: what is plotted, which errors, what to see.</param>
/// <param name="Alternative">The same for people who cannot see it.</param>
public sealed record Figure(string Name, string Title, string Caption, string Alternative, int Width, int Height, Action<SKCanvas> Draw)
{
    private const float PngScale = 2;

    /// <summary>A stand-alone SVG document; byte-identical for identical data.</summary>
    public string ToSvg()
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
            Draw(canvas);
        return SvgText.Clean(Encoding.UTF8.GetString(stream.ToArray()), Name, Width, Height, Alternative);
    }

    public byte[] ToPng()
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo((int)(Width * PngScale), (int)(Height * PngScale)));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(PngScale);
        Draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>A figure of panels side by side, filled row by row.</summary>
    /// <param name="key">What the curves of all panels are, in a row above them where it can cover nothing.</param>
    public static Figure OfPanels(
        string name, string title, string caption, string alternative, IReadOnlyList<Plot> panels, int columns, int panelWidth, int panelHeight, FigureKey? key = null)
    {
        columns = Math.Min(columns, panels.Count);
        int rows = (panels.Count + columns - 1) / columns, above = key is null ? 0 : FigureKey.Height;
        return new Figure(name, title, caption, alternative, columns * panelWidth, above + rows * panelHeight, canvas =>
        {
            key?.Draw(canvas, columns * panelWidth);
            for (int i = 0; i < panels.Count; i++)
            {
                float left = i % columns * panelWidth, top = above + i / columns * panelHeight;
                canvas.Save();
                // ScottPlot clears the canvas it draws on: the clip keeps it to this panel.
                canvas.ClipRect(new SKRect(left, top, left + panelWidth, top + panelHeight));
                panels[i].Render(canvas, new PixelRect(left, left + panelWidth, top + panelHeight, top));
                canvas.Restore();
            }
        });
    }
}
