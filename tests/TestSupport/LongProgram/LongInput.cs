using System.Globalization;

namespace Campaign.LongProgram;

/// <summary>What the program is told to do: lines <c>key = value</c>, as external codes like them.</summary>
/// <param name="MsPerStep">How long a step takes, ms.</param>
/// <param name="CheckpointEvery">Steps between two checkpoints.</param>
public sealed record LongInput(int Steps, int MsPerStep, ulong Seed, int CheckpointEvery, IReadOnlyList<Fault> Faults)
{
    /// <exception cref="FormatException">An unknown key, a missing one, or a value that is none.</exception>
    public static LongInput Parse(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        var faults = new List<Fault>();
        foreach (string line in lines.Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [var key, var value])
                throw new FormatException($"'{line}' is not 'key = value'.");
            if (key == "fault")
                faults.Add(Fault.Parse(value));
            else if (!values.TryAdd(key, value))
                throw new FormatException($"'{key}' is given twice.");
        }
        var input = new LongInput(Take("steps"), Take("msPerStep"), (ulong)Take("seed"), Take("checkpointEvery"), faults);
        return values.Count == 0 ? input : throw new FormatException($"Unknown: {string.Join(", ", values.Keys)}.");

        int Take(string key) =>
            values.Remove(key, out string? value)
                ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"{key}: '{value}' is not a whole number.")
                : throw new FormatException($"'{key}' is missing.");
    }

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"steps = {Steps}\nmsPerStep = {MsPerStep}\nseed = {Seed}\ncheckpointEvery = {CheckpointEvery}\n{string.Concat(Faults.Select(f => $"fault = {f}\n"))}");
}
