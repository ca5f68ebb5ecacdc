using System.Globalization;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Compute.Engines.Vasp.Relabelling;

/// <summary>Many configurations in one job, each in a directory of its own, one after the other.</summary>
internal static class FramesStep
{
    public const string ScriptName = "frames.sh";

    /// <summary>A line like "3 of 12" for every frame.</summary>
    public const string Done = "frames.done";

    /// <summary>In front of the program's own words.</summary>
    public static readonly string[] Through = ["bash", ScriptName];

    public static RunInput Script { get; } = RunInput.Text(ScriptTemplate.Fill(ScriptName, new Dictionary<string, string>()));

    /// <param name="index">From 0.</param>
    public static string Directory(int index) => (index + 1).ToString("d4", CultureInfo.InvariantCulture);

    public static EngineProgress? Progress(string tail)
    {
        string[]? words = tail.Split('\n').LastOrDefault(l => l.Contains(" of ", StringComparison.Ordinal))?.Split(" of ");
        return words is [var done, var all]
            && int.TryParse(done, NumberStyles.None, CultureInfo.InvariantCulture, out int made) && int.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out int total) && total > 0
            ? new EngineProgress(Math.Min(0.99, (double)made / total), string.Create(CultureInfo.InvariantCulture, $"frame {made} of {total} of this job"))
            : null;
    }
}
