using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>What a reader must know of the labels that an electronic-structure program made.</summary>
internal static class LabelNotes
{
    private const int MostReasons = 3;

    /// <summary>The program that made the labels of each level, as it named itself.</summary>
    public static IReadOnlyDictionary<string, string> Programs(ReportInputs inputs) =>
        inputs.Read<SampleSummary>("aimd", Slots.Summary).Where(s => s.Value.AbInitio is not null).GroupBy(s => s.Value.Level)
            .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(s => s.Value.AbInitio!.Program).Distinct()));

    public static IEnumerable<(string Where, string What)> Of(ReportInputs inputs)
    {
        foreach (Sourced<SampleSummary> sample in inputs.Read<SampleSummary>("aimd", Slots.Summary))
        {
            if (sample.Value.AbInitio is not { } made)
                continue;
            foreach (string note in made.Notes)
                yield return (sample.Task.Value, note);
            foreach (IGrouping<string, LeftOutFrame> reason in made.LeftOut.GroupBy(f => Kind(f.Why)).OrderByDescending(g => g.Count()).Take(MostReasons))
                yield return (sample.Task.Value, FormattableString.Invariant($"{reason.Count()} frames left out, the first at step {reason.First().Step}: {reason.First().Why}"));
        }
    }

    /// <summary>Reasons that differ only in their numbers are one.</summary>
    private static string Kind(string why) => string.Concat(why.Where(c => !char.IsAsciiDigit(c)));
}
