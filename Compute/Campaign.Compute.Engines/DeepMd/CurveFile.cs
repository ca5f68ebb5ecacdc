using System.Globalization;
using System.Text;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>
/// <c>lcurve.out</c>: a header line, then a line per shown step: the step, errors, and the learning rate. Versions of DeePMD-kit differ in
/// the columns, and in whether the first shown step is 0 or 1.
/// </summary>
/// <param name="Header">Without the leading #; null where the file has none that fits its rows.</param>
/// <param name="Rows">Whole lines, in order of their steps; a line that was cut by a kill, or by reading the end of a file only, is not among them.</param>
public sealed record CurveFile(string? Header, IReadOnlyList<CurveRow> Rows)
{
    private const string Validation = "_val";

    /// <summary>Columns that are numbers whatever labels the data have; others are NaN where a label is missing.</summary>
    private static readonly string[] AlwaysNumbers = ["rmse", "rmse_trn", "rmse_val", "rmse_f", "rmse_f_trn", "rmse_f_val"];

    public static CurveFile Parse(string text)
    {
        string? header = null;
        var rows = new List<CurveRow>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.StartsWith('#'))
                header ??= line[1..];
            else if (i < lines.Length - 1 && CurveRow.Parse(line) is { } row)
                rows.Add(row with { Line = i + 1 });
        }
        if (rows.Count == 0)
            return new CurveFile(header, rows);
        int columns = rows[^1].Values.Count;
        return new CurveFile(Fitting(header, columns), [.. rows.Where(r => r.Values.Count == columns)]);
    }

    /// <summary>Some versions name columns of validation errors also where there is no validation.</summary>
    private static string? Fitting(string? header, int columns)
    {
        string[] names = (header ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == columns)
            return header;
        names = [.. names.Where(n => !n.EndsWith(Validation, StringComparison.Ordinal))];
        return names.Length == columns ? $"  {string.Join("  ", names)}" : null;
    }

    /// <returns>Empty where there is no such file.</returns>
    public static CurveFile Read(string directory)
    {
        string path = Path.Combine(directory, TrainingInput.CurveFile);
        return File.Exists(path) ? Parse(File.ReadAllText(path)) : new CurveFile(null, []);
    }

    /// <summary>The curve of runs that each went on from a checkpoint of the one before. Where a later run begins at a step that is there already, the later one counts.</summary>
    /// <param name="runs">Oldest first.</param>
    public static CurveFile Join(IReadOnlyList<CurveFile> runs)
    {
        var rows = new List<CurveRow>();
        foreach (CurveFile run in runs.Where(r => r.Rows.Count > 0))
        {
            rows.RemoveAll(r => r.Step >= run.Rows[0].Step);
            foreach (CurveRow row in run.Rows.Where(r => rows.Count == 0 || r.Step > rows[^1].Step))
                rows.Add(row);
        }
        int columns = rows.Count > 0 ? rows[^1].Values.Count : 0; // another version may have joined in
        return new CurveFile(runs.LastOrDefault(r => r.Header is not null && r.Rows.Count > 0)?.Header, [.. rows.Where(r => r.Values.Count == columns)]);
    }

    /// <summary>The first row in which the training has lost its numbers; null where there is none.</summary>
    public CurveRow? Diverged()
    {
        string[] columns = (Header ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] watched = [.. Enumerable.Range(0, columns.Length).Where(c => AlwaysNumbers.Contains(columns[c]))];
        if (watched.Length == 0)
            watched = [1];
        return Rows.FirstOrDefault(r => watched.Any(c => c < r.Values.Count && !double.IsFinite(r.Values[c])));
    }

    public override string ToString()
    {
        StringBuilder text = new StringBuilder("#").Append(Header ?? "  step").Append('\n');
        foreach (CurveRow row in Rows)
            text.Append(row.Text).Append('\n');
        return text.ToString();
    }
}

/// <param name="Text">As DeePMD-kit wrote it.</param>
/// <param name="Values">All columns, the step first.</param>
/// <param name="Line">In its file, from 1.</param>
public sealed record CurveRow(int Step, string Text, IReadOnlyList<double> Values, int Line = 0)
{
    public static CurveRow? Parse(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            return null;
        var values = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
            if (!TryNumber(words[i], out values[i]))
                return null;
        return new CurveRow(step, line, values);
    }

    /// <summary>As Python prints them: also nan, inf and -inf.</summary>
    private static bool TryNumber(string word, out double value)
    {
        value = word switch { "nan" or "-nan" => double.NaN, "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => 0 };
        return value != 0 || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
