using System.Globalization;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>What <c>dp test</c> says of one system.</summary>
/// <param name="Name">As training/NAME or validation/NAME.</param>
/// <param name="ForceRmseEvPerA">Over all components, printed with seven digits.</param>
public sealed record TestedSystem(string Name, int Frames, double EnergyRmseEvPerAtom, double ForceRmseEvPerA);

/// <summary>Reads what <c>dp test</c> prints: of each system its name, its number of frames and its errors, and at the end their means, which are left out.</summary>
public static partial class TestOutput
{
    public const string FileName = "test.log";

    public static IReadOnlyList<TestedSystem> Parse(string text)
    {
        var tested = new List<TestedSystem>();
        string? name = null;
        int frames = 0;
        double energy = double.NaN;
        foreach (string line in text.Split('\n'))
        {
            if (line.Contains("weighted average of errors", StringComparison.Ordinal))
                name = null;
            else if (System().Match(line) is { Success: true } system)
                (name, frames, energy) = (Short(system.Groups[1].Value), 0, double.NaN);
            else if (Count().Match(line) is { Success: true } count)
                frames = int.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture);
            else if (Energy().Match(line) is { Success: true } e)
                energy = Number(e);
            else if (name is not null && Force().Match(line) is { Success: true } f)
                tested.Add(new TestedSystem(name, frames, energy, Number(f)));
        }
        return tested;
    }

    /// <summary>The last two parts of a path.</summary>
    private static string Short(string path) => string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).TakeLast(2));

    private static double Number(Match match) =>
        double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;

    [GeneratedRegex(@"# testing system\s*:\s*(\S+)")]
    private static partial Regex System();

    [GeneratedRegex(@"# number of test data\s*:\s*([0-9]{1,9})")]
    private static partial Regex Count();

    [GeneratedRegex(@"Energy RMSE/Natoms\s*:\s*(\S+)")]
    private static partial Regex Energy();

    [GeneratedRegex(@"Force\s+RMSE\s*:\s*(\S+)")]
    private static partial Regex Force();
}
