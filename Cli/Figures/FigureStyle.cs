using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Campaign.Cli.Figures;

/// <summary>One look for every figure: thin axes, no grid clutter, colours that survive colour blindness and grey print.</summary>
internal static class FigureStyle
{
    public static readonly Color Ink = Color.FromHex("#1B1F24");
    public static readonly Color Faint = Color.FromHex("#DDE1E6");

    // Okabe and Ito's palette, without yellow (too light on white).
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Vermilion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Purple = Color.FromHex("#AA4499");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    private static readonly Color[] Cycle = [Blue, Vermilion, Green, Purple, Orange, Sky, Ink];
    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];

    public const float FontSize = 13;
    public const float SmallFontSize = 11.5f;

    public static Color Series(int i) => Cycle[i % Cycle.Length];

    public static MarkerShape Shape(int i) => Shapes[i % Shapes.Length];

    /// <summary>Cold to hot with falling darkness (a cut of "plasma"): ordered even in grey.</summary>
    public static Color Ramp(int i, int count)
    {
        (double R, double G, double B)[] stops = [(45, 5, 148), (126, 3, 168), (190, 50, 130), (225, 95, 90), (245, 150, 60)];
        double x = count <= 1 ? 0 : (double)i / (count - 1) * (stops.Length - 1);
        int k = Math.Min((int)x, stops.Length - 2);
        double f = x - k;
        byte Mix(double a, double b) => (byte)Math.Round(a + f * (b - a));
        return new Color(Mix(stops[k].R, stops[k + 1].R), Mix(stops[k].G, stops[k + 1].G), Mix(stops[k].B, stops[k + 1].B));
    }

    public static Plot NewPlot(string x, string y, string? title = null)
    {
        FigureFont.Use();
        var plot = new Plot();
        plot.Font.Set(FigureFont.Family);
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Axes.Color(Ink);
        plot.HideGrid();
        plot.Axes.Bottom.Label.Text = x;
        plot.Axes.Left.Label.Text = y;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.FontSize = FontSize;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = SmallFontSize;
            axis.FrameLineStyle.Width = 1;
            axis.MajorTickStyle.Width = 1;
        }
        // Room for the widest tick label, so that it never meets the axis title, and equal frames in every panel.
        plot.Axes.Left.MinimumSize = 64;
        plot.HideLegend();
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.IsVisible = true;
        plot.Axes.Right.MinimumSize = 14;
        plot.Axes.Top.MinimumSize = 12;
        if (title is not null)
        {
            plot.Axes.Title.Label.Text = title;
            plot.Axes.Title.Label.FontSize = FontSize;
            plot.Axes.Title.Label.Bold = true;
            plot.Axes.Title.Label.ForeColor = Ink;
        }
        return plot;
    }

    /// <summary>A quiet legend inside the frame.</summary>
    public static void Legend(this Plot plot, Alignment where)
    {
        plot.ShowLegend(where);
        plot.Legend.FontSize = SmallFontSize;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        plot.Legend.Margin = new PixelPadding(6);
    }

    /// <summary>Decade ticks for an axis that holds log10 of the plotted quantity.</summary>
    public static NumericManual Decades(double low, double high)
    {
        var ticks = new NumericManual();
        int from = (int)Math.Floor(low), to = (int)Math.Ceiling(high);
        bool sparse = high - low < 1.9;
        for (int d = from; d <= to; d++)
            for (int m = 1; m < 10; m++)
            {
                double at = d + Math.Log10(m);
                if (at < low - 1e-9 || at > high + 1e-9)
                    continue;
                if (m == 1)
                    ticks.AddMajor(at, Power(d));
                else if (sparse && m is 2 or 5)
                    ticks.AddMajor(at, Multiple(m, d));
                else
                    ticks.AddMinor(at);
            }
        return ticks;
    }

    private static string Multiple(int m, int d) => d is >= -2 and <= 3
        ? (m * Math.Pow(10, d)).ToString("0.###", CultureInfo.InvariantCulture)
        : m + "×" + Power(d);

    private static string Power(int d) => d is >= -2 and <= 3
        ? Math.Pow(10, d).ToString("0.##", CultureInfo.InvariantCulture)
        : "10" + (d < 0 ? "⁻" : "") + string.Concat(Math.Abs(d).ToString(CultureInfo.InvariantCulture).Select(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
