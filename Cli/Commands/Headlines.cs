using Campaign.Cli.Report;
using Campaign.Cli.Report.Html;
using Spectre.Console;

namespace Campaign.Cli.Commands;

/// <summary>What one came for, at the end of a run: the numbers of the report's first box, and where the report is.</summary>
internal static class Headlines
{
    private const int PipeWidth = 120;

    /// <param name="html">Path of report.html; report.json lies beside it.</param>
    public static void Print(string html)
    {
        ReportModel report = ReportJson.Read(File.ReadAllText(Path.ChangeExtension(html, ".json")));
        Console.Out.WriteLine();
        foreach (string line in Lines(report, Console.IsOutputRedirected ? PipeWidth : AnsiConsole.Profile.Width - 1))
            Console.Out.WriteLine(line);
        Console.Out.WriteLine($"report: {html}");
    }

    internal static IEnumerable<string> Lines(ReportModel report, int width)
    {
        var rows = new List<(string Name, string Text)>();
        foreach ((string name, string value, string unit, string detail, _) in Verdict.Cards(report))
            rows.Add((name, value + unit + (detail.Length > 0 ? $"; {detail}" : "")));
        if (report.Warnings.Count > 0)
            rows.Add(("Warnings", $"{report.Warnings.Count}, in the report"));
        if (report.StandIn)
            rows.Add(("Labels", $"{report.Labels}: shows that the method works, predicts nothing about the material"));
        int column = rows.Count > 0 ? rows.Max(r => r.Name.Length) + 4 : 0;
        return rows.SelectMany(r => Output.Wrap($"  {r.Name.PadRight(column - 2)}{r.Text}", width, column)).Append("");
    }
}
