using Campaign.Compute.Structures;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>One projected crystal on a canvas: Å to points, painted from the back to the front.</summary>
/// <param name="view">How the crystal is looked at.</param>
/// <param name="scale">Points per Å.</param>
/// <param name="centre">Position in Å that falls on <paramref name="at"/>.</param>
internal sealed class CrystalCanvas(SKCanvas canvas, Projection view, float scale, Vec3 centre, SKPoint at)
{
    private readonly List<(double Depth, int Layer, Action Paint)> _parts = [];

    /// <summary>Nearest and farthest depth of what is drawn, for the fading of what lies behind.</summary>
    public (double Far, double Near) DepthRange { get; init; } = (0, 1);

    public SKPoint Point(Vec3 r)
    {
        (double x, double y) = view.Of(r - centre);
        return new SKPoint(at.X + (float)x * scale, at.Y - (float)y * scale);
    }

    public void Disc(Vec3 r, double radiusA, SKColor colour, byte alpha, float outline) => _parts.Add((view.Depth(r), 1, () =>
    {
        SKColor faded = Faded(colour, r);
        using var fill = new SKPaint { Color = faded.WithAlpha(alpha), IsAntialias = true };
        using var edge = new SKPaint { Color = Mixed(faded, SKColors.Black, 0.35), Style = SKPaintStyle.Stroke, StrokeWidth = outline, IsAntialias = true };
        canvas.DrawCircle(Point(r), (float)radiusA * scale, fill);
        canvas.DrawCircle(Point(r), (float)radiusA * scale, edge);
    }));

    public void Stick(Vec3 from, Vec3 to, SKColor colour, float width) => _parts.Add((view.Depth(0.5 * (from + to)), 0, () =>
    {
        using var line = new SKPaint { Color = Faded(colour, from), Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeCap = SKStrokeCap.Round, IsAntialias = true };
        canvas.DrawLine(Point(from), Point(to), line);
    }));

    /// <summary>Paints what was put in, farthest first.</summary>
    public void Paint()
    {
        foreach ((_, _, Action paint) in _parts.OrderBy(p => p.Depth).ThenBy(p => p.Layer))
            paint();
        _parts.Clear();
    }

    /// <summary>The twelve edges of a cell, and the names of the vectors that are seen across.</summary>
    public void CellOutline(Cell cell, SKFont font)
    {
        using var edge = new SKPaint { Color = SKColor.Parse("#57606A"), Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
        using var ink = new SKPaint { Color = SKColor.Parse("#57606A"), IsAntialias = true };
        Vec3 middle = 0.5 * (cell.A + cell.B + cell.C);
        for (int axis = 0; axis < 3; axis++)
        {
            (Vec3 u, Vec3 v) = (cell[(axis + 1) % 3], cell[(axis + 2) % 3]);
            foreach (Vec3 corner in (Vec3[])[Vec3.Zero, u, v, u + v])
                canvas.DrawLine(Point(corner), Point(corner + cell[axis]), edge);
            if (Seen(cell[axis]) < 0.3 * cell[axis].Norm)
                continue;
            // the name stands outside of the lowest or leftmost edge of its direction
            Vec3 at = ((Vec3[])[Vec3.Zero, u, v, u + v]).Select(c => c + 0.5 * cell[axis]).MaxBy(m => Seen(m - middle) + 1e-6 * (Point(m).Y - Point(m).X));
            (SKPoint p, SKPoint c0) = (Point(at), Point(middle));
            float dx = p.X - c0.X, dy = p.Y - c0.Y, length = MathF.Max(1, MathF.Sqrt(dx * dx + dy * dy));
            canvas.DrawText("abc"[axis].ToString(), p.X + 20 * dx / length, p.Y + 20 * dy / length + 4, SKTextAlign.Center, font, ink);
        }
    }

    private double Seen(Vec3 v)
    {
        (double x, double y) = view.Of(v);
        return Math.Sqrt(x * x + y * y);
    }

    /// <summary>What lies behind is paler.</summary>
    private SKColor Faded(SKColor colour, Vec3 r)
    {
        (double far, double near) = DepthRange;
        return Mixed(colour, SKColors.White, 0.5 * Math.Clamp((near - view.Depth(r)) / Math.Max(1e-9, near - far), 0, 1));
    }

    private static SKColor Mixed(SKColor a, SKColor b, double share)
    {
        byte Mix(byte x, byte y) => (byte)Math.Round(x + share * (y - x));
        return new SKColor(Mix(a.Red, b.Red), Mix(a.Green, b.Green), Mix(a.Blue, b.Blue));
    }
}
