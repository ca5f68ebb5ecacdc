using System.Text;
using Campaign.Cli.Figures;

namespace Campaign.Cli.Report;

/// <summary>
/// Writes a report directory: <c>report.html</c> (self-contained), <c>report.json</c>, <c>figures/*.svg</c> and
/// <c>*.png</c>, <c>tables/*.csv</c>. A function of the model: the same model gives the same bytes.
/// </summary>
public static class ReportWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static ReportFiles Write(ReportModel model, string outDirectory)
    {
        ReportModel shown = ReportRules.Publishable(model);
        FigureSet figures = FigureSet.Draw(shown);
        Dictionary<string, string> svgs = figures.All.ToDictionary(f => f.Name, f => f.ToSvg());
        string figureDirectory = Path.Combine(outDirectory, "figures"), tableDirectory = Path.Combine(outDirectory, "tables");
        Directory.CreateDirectory(figureDirectory);
        Directory.CreateDirectory(tableDirectory);
        foreach (Figure figure in figures.All)
        {
            File.WriteAllText(Path.Combine(figureDirectory, figure.Name + ".svg"), svgs[figure.Name], Utf8);
            File.WriteAllBytes(Path.Combine(figureDirectory, figure.Name + ".png"), figure.ToPng());
        }
        foreach ((string name, string csv) in ReportTables.All(shown))
            File.WriteAllText(Path.Combine(tableDirectory, name + ".csv"), csv, Utf8);
        var files = new ReportFiles(Path.Combine(outDirectory, "report.html"), Path.Combine(outDirectory, "report.json"), figureDirectory, tableDirectory);
        File.WriteAllText(files.Json, ReportJson.Write(shown), Utf8);
        File.WriteAllText(files.Html, ReportHtml.Write(shown, figures, svgs), Utf8);
        return files;
    }
}

/// <summary>Where a report lies.</summary>
public sealed record ReportFiles(string Html, string Json, string FigureDirectory, string TableDirectory);
