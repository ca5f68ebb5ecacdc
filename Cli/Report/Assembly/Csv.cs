using System.Globalization;

namespace Campaign.Cli.Report.Assembly;

/// <summary>Reads the plain CSV the tasks write: a header, commas, no quotes.</summary>
public static class Csv
{
    public static IEnumerable<string[]> Rows(string path) => System.IO.File.ReadLines(path).Skip(1).Select(line => line.Split(','));

    /// <summary>A number; an empty field is NaN.</summary>
    public static double Number(string field) => field.Length == 0 ? double.NaN : double.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>Columns of numbers, in the order of the header.</summary>
    public static double[][] Columns(string path)
    {
        double[][] rows = [.. Rows(path).Select(r => Array.ConvertAll(r, Number))];
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        return [.. Enumerable.Range(0, width).Select(c => Array.ConvertAll(rows, r => r[c]))];
    }
}
