using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>What a reader must know of the labels an electronic-structure program made: which program, and what was left out and why.</summary>
internal static class LabelNotes
{
    private const int MostReasons = 3;

    public static IEnumerable<(string Where, string What)> Of(ReportInputs inputs)
    {
        foreach (Sourced<SampleSummary> sample in inputs.Read<SampleSummary>("aimd", Slots.Summary))
        {
            if (sample.Value.AbInitio is not { } made)
                continue;
            yield return ($"Labels of level {sample.Value.Level}", $"computed by {made.Program}");
            foreach (string note in made.Notes)
                yield return (sample.Task.Value, note);
            foreach (IGrouping<string, LeftOutFrame> reason in made.LeftOut.GroupBy(f => Kind(f.Why)).OrderByDescending(g => g.Count()).Take(MostReasons))
                yield return (sample.Task.Value, FormattableString.Invariant($"{reason.Count()} frames left out, the first at step {reason.First().Step}: {reason.First().Why}"));
        }
    }

    /// <summary>Reasons that differ only in their numbers are one.</summary>
    private static string Kind(string why) => string.Concat(why.Where(c => !char.IsAsciiDigit(c)));
}
