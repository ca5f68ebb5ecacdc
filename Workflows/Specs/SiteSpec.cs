using System.Text.RegularExpressions;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>Where work runs, as read from <c>sites/NAME.yaml</c> beside the campaign file.</summary>
/// <param name="Kind">local or slurm.</param>
/// <param name="Cores">Slots that can work at the same time; null: as many as the machine has.</param>
/// <param name="Slurm">Null for a local site.</param>
/// <param name="Engines">How external engines are started here.</param>
public sealed record SiteSpec(
    string Name,
    string Kind,
    int? Cores,
    SlurmSpec? Slurm,
    IReadOnlyDictionary<string, EngineCommand> Engines,
    CostModel Cost);

/// <summary>Limits and names for the scheduler.</summary>
public sealed record SlurmSpec(string? Partition, string? Account, double WalltimeHours, int MaxJobs, int SubmissionsPerMinute, int PollSeconds);

/// <param name="Command">Program and arguments, never shell text.</param>
public sealed record EngineCommand(IReadOnlyList<string> Command, IReadOnlyList<string> Modules);

/// <summary>The site, if there is no error, and everything there is to say about the file.</summary>
public sealed record SiteReading(SiteSpec? Site, IReadOnlyList<SpecProblem> Problems);

public static partial class SiteSpecReader
{
    public static SiteReading Read(string text, string file)
    {
        var context = new SpecReadContext();
        SiteSpec? site = YamlTree.Parse(text, file, context.Problems) is { } root ? Read(new SpecSection(context, root, "")) : null;
        return new SiteReading(context.Problems.Problems.Count == 0 ? site : null, context.Problems.Problems);
    }

    private static SiteSpec Read(SpecSection top)
    {
        string name = top.Id("site", null);
        string kind = top.Word("kind", null, "local", "slurm");
        int? cores = top.Has("cores") ? top.Integer("cores", null, 1, 10_000_000) : null;
        SlurmSpec? slurm = null;
        if (kind == "slurm")
        {
            SpecSection s = top.SectionOrEmpty("slurm");
            slurm = new SlurmSpec(SafeWord(s, "partition"), SafeWord(s, "account"), s.Number("walltimeHours", 24, new Bounds(0.05, 10_000)),
                s.Integer("maxJobs", 50, 1, 100_000), s.Integer("submissionsPerMinute", 20, 1, 10_000), s.Integer("pollSeconds", 30, 1, 86_400));
            s.RefuseUnknownKeys();
        }
        var engines = new SortedDictionary<string, EngineCommand>(StringComparer.Ordinal);
        if (top.Section("engines") is { } all)
            foreach (MapEntry e in all.Entries())
            {
                var s = new SpecSection(all.Context, e.Value, all.PathOf(e.Key.Text));
                engines[e.Key.Text] = new EngineCommand(s.Words("command", null), s.Words("modules", []));
                s.RefuseUnknownKeys();
            }
        CostModel cost = Cost(top.SectionOrEmpty("cost"));
        top.RefuseUnknownKeys();
        return new SiteSpec(name, kind, cores, slurm, engines, cost);
    }

    private static CostModel Cost(SpecSection s)
    {
        var d = new CostModel();
        var cost = new CostModel(
            s.Number("teacherUs", d.TeacherUs, Bounds.Positive), s.Number("potentialBaseUs", d.PotentialBaseUs, Bounds.Positive),
            s.Number("potentialPerWeightUs", d.PotentialPerWeightUs, Bounds.Positive), s.Number("trainingBaseUs", d.TrainingBaseUs, Bounds.Positive),
            s.Number("trainingPerWeightUs", d.TrainingPerWeightUs, Bounds.Positive), s.Number("dftStepSeconds", d.DftStepSeconds, Bounds.Positive));
        s.RefuseUnknownKeys();
        return cost;
    }

    private static string? SafeWord(SpecSection s, string key)
    {
        string? text = s.OptionalText(key);
        if (text is not null && !Word().IsMatch(text))
            s.Problem(key, $"'{text}' is not a name a scheduler takes.", "Use letters, digits, '.', '_' and '-'.");
        return text;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Word();
}
