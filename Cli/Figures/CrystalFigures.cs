using Campaign.Cli.Report;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using SkiaSharp;

namespace Campaign.Cli.Figures;

/// <summary>Pictures of the ordered cells, down the layer normal and along one axis in the layers.</summary>
internal static class CrystalFigures
{
    private const float Width = 720, Edge = 34, Gap = 56, TitleHeight = 30, LegendHeight = 44, TallestPanel = 380;

    /// <summary>An atom this close to a face of the cell in Å is drawn on the opposite face too, so that the cell looks closed.</summary>
    private const double FaceA = 0.3;

    /// <summary>Anions within this multiple of a cation's shortest bond are its neighbours.</summary>
    private const double BondStretch = 1.3;

    private static readonly string[] Axes = ["a", "b", "c"];

    public static Figure Picture(ReportModel model, StructurePicture p)
    {
        FigureFont.Use();
        Cell cell = p.Structure.Cell;
        Projection[] views = [Projection.AlongNormal(cell, p.Axis), Projection.AcrossNormal(cell, p.Axis)];
        (double W, double H)[] sizes = [.. views.Select(v => Size(v, cell))];
        float scale = (float)Math.Min((Width - 2 * Edge - Gap) / sizes.Sum(s => s.W), TallestPanel / sizes.Max(s => s.H));
        float panel = (float)sizes.Max(s => s.H) * scale;
        int height = (int)Math.Ceiling(TitleHeight + Edge + panel + Edge + LegendHeight);
        string normal = $"{(p.Layered ? "layer normal " : "")}{Axes[p.Axis]}*", side = Axes[Projection.Across(cell, p.Axis).Long];
        string state = p.Level is null ? "as built" : $"relaxed at level {p.Level}";
        string[] species = [.. p.Structure.TypeMap.Where(s => CountOf(p.Structure, s) > 0)];
        string contents = string.Join(", ", species.Select(s => FormattableString.Invariant($"{CountOf(p.Structure, s)} {s}")));
        return new Figure($"cell-{p.Variant}", $"{p.Variant}, {state}",
            FormattableString.Invariant($"{contents} in a cell of {cell.A.Norm:0.0} × {cell.B.Norm:0.0} × {cell.C.Norm:0.0} Å, seen down the {normal} (left) and along {side} (right); {model.Mobile} is the mobile ion. Discs scale with ionic radii, paler ones lie farther behind; sticks join the other cations to their anions."),
            $"Ball-and-stick picture of the cell of {p.Variant} with {contents}, in two projections.",
            (int)Width, height, canvas =>
            {
                string[] anions = ReferenceFrames.AnionSpecies(species, model.Mobile);
                var looks = new IonAppearance(species, model.Mobile, anions);
                using var bold = new SKFont(FigureFont.Typeface(bold: true), FigureStyle.FontSize);
                using var plain = new SKFont(FigureFont.Typeface(), FigureStyle.SmallFontSize);
                using var ink = new SKPaint { Color = SKColor.Parse("#1B1F24"), IsAntialias = true };
                float free = Width - 2 * Edge - Gap - scale * (float)sizes.Sum(s => s.W), left = Edge + free / 2;
                for (int i = 0; i < views.Length; i++)
                {
                    var middle = new SKPoint(left + scale * (float)sizes[i].W / 2, TitleHeight + Edge + panel / 2);
                    canvas.DrawText(i == 0 ? $"down the {normal}" : $"along {side}", middle.X, 20, SKTextAlign.Center, bold, ink);
                    Draw(canvas, p.Structure, views[i], scale, middle, model.Mobile, anions, looks, plain);
                    left += scale * (float)sizes[i].W + Gap;
                }
                Legend(canvas, height - 16, species, s => $"{s} ({CountOf(p.Structure, s)}{(s == model.Mobile ? ", mobile" : "")})", looks, scale, plain, ink);
            });
    }

    private static void Draw(SKCanvas canvas, Structure s, Projection view, float scale, SKPoint middle, string mobile, string[] anions, IonAppearance looks, SKFont font)
    {
        Cell cell = s.Cell;
        Vec3[] corners = Corners(cell);
        var drawn = new CrystalCanvas(canvas, view, scale, 0.5 * (cell.A + cell.B + cell.C), middle) { DepthRange = (corners.Min(view.Depth), corners.Max(view.Depth)) };
        drawn.CellOutline(cell, font);
        ILookup<int, Vec3> bonds = Bonds(s, mobile, anions);
        for (int i = 0; i < s.Count; i++)
        {
            string species = s.SpeciesOf(i);
            SKColor colour = Skia(looks.ColourOf(species));
            bool isAnion = anions.Contains(species);
            foreach (Vec3 r in Images(cell, s.Positions[i]))
            {
                foreach (Vec3 bond in bonds[i])
                    drawn.Stick(r, r + 0.5 * bond, colour, MathF.Max(1, 0.16f * scale));
                drawn.Disc(r, IonAppearance.DiscA(species), colour, isAnion ? (byte)150 : (byte)255, species == mobile ? 1.1f : 0.7f);
            }
        }
        drawn.Paint();
    }

    private static void Legend(SKCanvas canvas, float y, string[] species, Func<string, string> words, IonAppearance looks, float scale, SKFont font, SKPaint ink)
    {
        float x = Edge + 8;
        foreach (string s in species)
        {
            float radius = (float)IonAppearance.DiscA(s) * scale;
            using var fill = new SKPaint { Color = Skia(looks.ColourOf(s)), IsAntialias = true };
            canvas.DrawCircle(x + radius, y - 4, radius, fill);
            x += 2 * radius + 6;
            canvas.DrawText(words(s), x, y, SKTextAlign.Left, font, ink);
            x += font.MeasureText(words(s)) + 22;
        }
        const float BarA = 5;
        float right = Width - Edge;
        using var bar = new SKPaint { Color = ink.Color, StrokeWidth = 2, Style = SKPaintStyle.Stroke };
        canvas.DrawLine(right - BarA * scale, y - 4, right, y - 4, bar);
        canvas.DrawText("5 Å", right - BarA * scale - 6, y, SKTextAlign.Right, font, ink);
    }

    /// <summary>Vectors from each atom to its bonded neighbours: host cations to the anions of their shell, and back.</summary>
    private static ILookup<int, Vec3> Bonds(Structure s, string mobile, string[] anions)
    {
        var bonds = new List<(int Atom, Vec3 Vector)>();
        int[] cations = [.. Enumerable.Range(0, s.Count).Where(i => s.SpeciesOf(i) != mobile && !anions.Contains(s.SpeciesOf(i)))];
        int[] partners = [.. Enumerable.Range(0, s.Count).Where(i => anions.Contains(s.SpeciesOf(i)))];
        foreach (int c in cations)
        {
            (int Anion, Vec3 Vector)[] around = [.. partners.Select(a => (a, s.Cell.MinimumImage(s.Positions[a] - s.Positions[c])))];
            if (around.Length == 0)
                break;
            double reach = BondStretch * around.Min(a => a.Vector.Norm);
            foreach ((int anion, Vec3 vector) in around.Where(a => a.Vector.Norm <= reach))
                bonds.AddRange([(c, vector), (anion, -vector)]);
        }
        return bonds.ToLookup(b => b.Atom, b => b.Vector);
    }

    /// <summary>The atom inside the cell, and again on the opposite face where it lies on one.</summary>
    private static IEnumerable<Vec3> Images(Cell cell, Vec3 position)
    {
        Vec3 inside = cell.Wrap(position), f = cell.ToFractional(inside);
        return from i in Shifts(0) from j in Shifts(1) from k in Shifts(2) select inside + cell.ToCartesian(new Vec3(i, j, k));

        int[] Shifts(int axis)
        {
            double near = FaceA / cell.PerpendicularWidths[axis];
            return f[axis] < near ? [0, 1] : f[axis] > 1 - near ? [0, -1] : [0];
        }
    }

    private static (double W, double H) Size(Projection view, Cell cell)
    {
        (double X, double Y)[] corners = [.. Corners(cell).Select(view.Of)];
        return (corners.Max(c => c.X) - corners.Min(c => c.X), corners.Max(c => c.Y) - corners.Min(c => c.Y));
    }

    private static Vec3[] Corners(Cell cell) =>
        [.. from i in (int[])[0, 1] from j in (int[])[0, 1] from k in (int[])[0, 1] select cell.ToCartesian(new Vec3(i, j, k))];

    private static int CountOf(Structure s, string species) => s.Types.Count(t => s.TypeMap[t] == species);

    private static SKColor Skia(ScottPlot.Color c) => new(c.R, c.G, c.B);
}
