using System.Globalization;
using Campaign.Files;

namespace Campaign.Actors.Jobs;

/// <summary>How far a built-in operation in a job is: one line in the run directory, overwritten now and then.</summary>
public static class JobProgress
{
    public const string FileName = "progress";

    public static void Write(string directory, double fraction, string note) =>
        AtomicFile.Write(Path.Combine(directory, FileName), System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{fraction:F4} {note}\n")));

    /// <returns>Null when the line is not whole.</returns>
    public static (double Fraction, string Note)? Parse(string line)
    {
        string[] words = line.TrimEnd('\n').Split(' ', 2);
        return words.Length == 2 && double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction) ? (fraction, words[1]) : null;
    }
}
