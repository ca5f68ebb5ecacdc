using System.Globalization;
using Campaign.Compute;
using Campaign.Compute.Transport;

namespace Campaign.Cli.Tools;

/// <summary>Reads <c>temperatureK,sigmaMsPerCm,stderr</c> or <c>temperatureK,dCm2PerS,stderr</c>.</summary>
internal static class ArrheniusTable
{
    private const string Forms = "Write the header temperatureK,sigmaMsPerCm,stderr or temperatureK,dCm2PerS,stderr.";
    private const int MostRows = 10_000;

    /// <exception cref="ToolInputException">The file is no such table; the message names the line.</exception>
    public static (ArrheniusPoint[] Points, bool Diffusion) Read(string path)
    {
        using StreamReader reader = File.OpenText(path);
        string[] header = Cells(reader.ReadLine() ?? "");
        int temperature = Array.IndexOf(header, "temperatureK"), error = Array.IndexOf(header, "stderr");
        int sigma = Array.IndexOf(header, "sigmaMsPerCm"), d = Array.IndexOf(header, "dCm2PerS"), value = Math.Max(sigma, d);
        if (temperature < 0 || value < 0 || (sigma >= 0 && d >= 0))
            throw new ToolInputException($"{path}:1: the columns are {string.Join(", ", header)}. {Forms}");
        var points = new List<ArrheniusPoint>();
        for (int line = 2; reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            string[] cells = Cells(text);
            if (cells.Length != header.Length || points.Count == MostRows)
                throw new ToolInputException($"{path}:{line}: {cells.Length} cells under {header.Length} columns. {Forms}");
            double kelvin = Number(temperature, "temperatureK"), y = Number(value, header[value]);
            double? stdErr = error < 0 || cells[error].Length == 0 ? null : Number(error, "stderr");
            points.Add(new ArrheniusPoint(kelvin, stdErr is { } s
                ? Quantity.LogNormal(y, s / y, d >= 0 ? "cm2/s" : Conductivity.Unit)
                : new Quantity(y, null, null, d >= 0 ? "cm2/s" : Conductivity.Unit, false, "without an error")));

            double Number(int column, string name) =>
                double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number)
                    ? number
                    : throw new ToolInputException($"{path}:{line}: {name} '{cells[column]}' is no number above zero.");
        }
        return ([.. points], d >= 0);
    }

    private static string[] Cells(string line) => [.. line.TrimStart('\uFEFF').Split(',').Select(c => c.Trim())];
}
