using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Campaign.Cli.Figures;

/// <summary>Turns Skia's SVG into one that can live inside a page beside others: unique ids, a view box, free fonts, a title.</summary>
internal static partial class SvgText
{
    public static string Clean(string svg, string name, int width, int height, string alternative)
    {
        string body = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        body = body[(body.IndexOf('>') + 1)..];
        body = FamilyPattern().Replace(body, $"font-family=\"{FigureFont.SvgFamilies}\"");
        // Skia numbers its ids through the life of the process: count them anew in every figure.
        var ids = new Dictionary<string, int>();
        body = IdPattern().Replace(body, m =>
        {
            string id = m.Groups[2].Value;
            if (!ids.TryGetValue(id, out int number))
                ids.Add(id, number = ids.Count + 1);
            return string.Create(CultureInfo.InvariantCulture, $"{m.Groups[1].Value}{name}-{number}");
        });
        body = PathPattern().Replace(body, m => NumberPattern().Replace(m.Value, n => Shorten(n.Value)));
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(alternative)}\">{body.TrimEnd()}\n");
    }

    /// <summary>A hundredth of a point is finer than any screen or printer.</summary>
    private static string Shorten(string number) =>
        double.Parse(number, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FamilyPattern();

    [GeneratedRegex("( id=\"|url\\(#|href=\"#)([\\w-]+)")]
    private static partial Regex IdPattern();

    /// <summary>Attributes that hold coordinates.</summary>
    [GeneratedRegex("\\s(?:d|x|y|x1|y1|x2|y2|cx|cy|width|height|points)=\"[^\"]*\"")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"-?\d+\.\d{3,}(?:e-?\d+)?")]
    private static partial Regex NumberPattern();
}
