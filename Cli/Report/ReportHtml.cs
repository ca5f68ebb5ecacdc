using System.Globalization;
using Campaign.Cli.Figures;
using Campaign.Cli.Report.Html;

namespace Campaign.Cli.Report;

/// <summary>
/// <c>report.html</c>: one file without any outside reference, readable on a phone, on paper and by a screen reader. The
/// verdict comes first, then the sections in the order of the work.
/// </summary>
public static class ReportHtml
{
    internal static string Write(ReportModel m, FigureSet figures, IReadOnlyDictionary<string, string> svgs)
    {
        Section[] sections = [.. Sections.Of(m).Where(s => s.HasContent)];
        var page = new HtmlText();
        page.Raw("<!doctype html>").Raw("<html lang=\"en\">").Raw("<head>").Raw("<meta charset=\"utf-8\">")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Raw("<meta name=\"color-scheme\" content=\"light dark\">")
            .Element("title", $"{m.Campaign}: campaign report")
            .Raw($"<style>\n{Css.Value}</style>").Raw("</head>").Raw("<body>");
        page.Raw("<header class=\"page\">");
        page.Raw($"<p class=\"kicker\">Campaign report{(m.Material is null ? "" : " · " + HtmlText.Encode(m.Material))}</p>");
        page.Element("h1", m.Campaign);
        page.Raw($"<p class=\"labels\">Labels: <strong>{HtmlText.Encode(m.Labels)}</strong> · made {m.GeneratedAt.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</p>");
        if (m.StandIn)
            page.Raw($"<p class=\"banner\" role=\"note\"><strong>Not a prediction.</strong> The labels come from {HtmlText.Encode(m.Labels)}: a {ReportRules.StandInWords}. "
                + "What is being shown to work is the method; the method blank says how well. No extrapolation to room temperature is made.</p>");
        Verdict.Write(page, m);
        page.Raw("</header>");
        page.Raw("<nav aria-label=\"Sections\"><ol>");
        foreach (Section s in sections)
            page.Raw($"<li><a href=\"#{s.Id}\">{HtmlText.Encode(s.Title)}</a></li>");
        page.Raw("</ol></nav>").Raw("<main>");
        for (int i = 0; i < sections.Length; i++)
        {
            page.Raw($"<section id=\"{sections[i].Id}\" aria-labelledby=\"h-{sections[i].Id}\"><h2 id=\"h-{sections[i].Id}\"><span class=\"count\">{i + 1}</span> {HtmlText.Encode(sections[i].Title)}</h2>");
            sections[i].Write(page, name => WriteFigures(page, figures.Of(name), svgs));
            page.Raw("</section>");
        }
        page.Raw("</main>");
        page.Raw("<footer><p>Numbers in parentheses are one standard error of the last digits; 95 % intervals are in <code>report.json</code> and the CSV tables. "
            + "“Not resolved” means that the half-width of the 95 % interval exceeds 30 % of the value.</p></footer>");
        return page.Raw("</body>").Raw("</html>").ToString();
    }

    private static void WriteFigures(HtmlText page, IReadOnlyList<Figure> figures, IReadOnlyDictionary<string, string> svgs)
    {
        foreach (Figure f in figures)
            page.Raw($"<figure id=\"figure-{f.Name}\"><div class=\"plate\">{svgs[f.Name]}</div><figcaption><strong>{HtmlText.Encode(f.Title)}.</strong> {HtmlText.Encode(f.Caption)}</figcaption></figure>");
    }

    private static readonly Lazy<string> Css = new(() =>
    {
        using Stream stream = typeof(ReportHtml).Assembly.GetManifestResourceStream("Campaign.Cli.report.css")
            ?? throw new InvalidOperationException("The embedded style sheet is missing from the build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
