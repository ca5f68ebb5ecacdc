using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using static System.FormattableString;

namespace Campaign.Cli.Verbs;

/// <summary>What external engines say to a campaign and to the sites it names, before anything is computed.</summary>
internal sealed class EngineChecks(CampaignSpec spec, IReadOnlyDictionary<string, SiteSpec> sites)
{
    private const string Builtin = "builtin";

    /// <summary>Settings that the engine could not take, or that would contradict what the campaign says.</summary>
    public IEnumerable<SpecProblem> Settings() =>
        from level in spec.Levels
        where level is { Engine: "vasp", Electronic: not null }
        from problem in IncarLint.Problems(level.Electronic!.Incar)
        select At($"levels.{level.Name}.incar", problem, "These lines are added to the INCAR of every run of this level.", SpecSeverity.Error, "incar");

    /// <summary>Why the engines cannot run where they are to.</summary>
    public IEnumerable<SpecProblem> Sites()
    {
        foreach ((string engine, string name, string work, string at) in Work().Where(w => w.Engine != Builtin && EngineSupport.Runnable.Contains(w.Engine)))
        {
            if (!sites.TryGetValue(name, out SiteSpec? site) && name != "local")
                continue; // said elsewhere
            if (site?.Scheduler is null)
                yield return At(at, $"{work} by {engine}, a program of its own, and site '{name}' starts none (kind: local).",
                    "Name a site of kind slurm, pbs or processes (sites/NAME.yaml).", SpecSeverity.Warning, "engineSite");
            else if (!site.Engines.ContainsKey(engine))
                yield return At(at, $"Site '{name}' does not say how {engine} is started.",
                    $"Add engines: {{ {engine}: {{ command: [...] }} }} to sites/{name}.yaml.", SpecSeverity.Warning, "engineSite");
        }
        foreach (LevelSpec level in spec.Levels)
            if (spec.Neb is { } neb && level.Engine == "vasp" && level.Cores % neb.Images != 0)
                yield return At("neb.images", Invariant($"VASP shares its processes evenly among the images of a band: {level.Cores} cores of level {level.Name} cannot be shared among {neb.Images} images."),
                    Invariant($"Write cores: {Math.Max(1, level.Cores / neb.Images) * neb.Images} for the level, or another number of images."), SpecSeverity.Warning, "bandCores");
    }

    private IEnumerable<(string Engine, string Site, string Work, string At)> Work()
    {
        foreach (LevelSpec level in spec.Levels)
            yield return (level.Engine, level.Site, $"Level {level.Name} is computed", $"levels.{level.Name}.site");
        if (spec.Train is { } train)
            yield return (train.Engine, train.Site, "Models are trained", "train.site");
    }

    private SpecProblem At(string path, string message, string mend, SpecSeverity severity, string rule)
    {
        (string file, int line, int column) = spec.Source.PositionOf(path);
        return new SpecProblem(file, line, column, path, message, mend, severity, rule);
    }
}
