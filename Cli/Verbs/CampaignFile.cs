using System.Security.Cryptography;
using Campaign.Compute;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Specs.Physics;

namespace Campaign.Cli.Verbs;

/// <summary>A campaign file with everything it refers to, planned.</summary>
/// <param name="Sites">Site files found beside the campaign file, by name.</param>
/// <param name="Graph">The plan.</param>
/// <param name="Totals">Its cost on the cores of the campaign.</param>
/// <param name="Refusals">Why `run` must refuse: engines not available, limits, missing sites. Warnings elsewhere.</param>
public sealed record LoadedCampaign(
    string Path,
    CampaignSpec Spec,
    PlanInputs Inputs,
    IReadOnlyDictionary<string, SiteSpec> Sites,
    WorkflowGraph Graph,
    PlanTotals Totals,
    IReadOnlyList<SpecProblem> Refusals)
{
    /// <summary>Where a file named in the campaign lies.</summary>
    public string Resolve(string file) => CampaignFile.Resolve(Path, file);
}

/// <summary>The campaign, if there is no error, and everything there is to say.</summary>
public sealed record CampaignLoading(LoadedCampaign? Campaign, IReadOnlyList<SpecProblem> Problems)
{
    public IEnumerable<SpecProblem> Errors => Problems.Where(p => p.Severity == SpecSeverity.Error);
}

/// <summary>Reads a campaign file, the structure, potentials and sites it names, and plans it. The only place where the spec meets the disk.</summary>
public static class CampaignFile
{
    private const long MaxInputBytes = 64 << 20;

    /// <param name="overrides">KEY=VALUE from the command line.</param>
    public static CampaignLoading Load(string path, IReadOnlyList<string>? overrides = null)
    {
        CampaignText read = CampaignText.Read(path);
        if (read.Text is not { } text)
            return new CampaignLoading(null, [read.Problem!]);
        SpecReading reading = CampaignSpecReader.Read(text, path, overrides);
        if (reading.Draft is not { } spec)
            return new CampaignLoading(null, reading.Problems);
        var load = new Loader(path, spec);
        LoadedCampaign? campaign = load.Run(complete: reading.Spec is not null);
        // What is said about values that stand in for wrong ones would mislead.
        IEnumerable<SpecProblem> found = load.Problems.Where(p => reading.Spec is not null || !reading.Problems.Any(q => Touches(p.Path, q.Path)));
        return new CampaignLoading(campaign, [.. reading.Problems.Concat(found).OrderBy(p => p.Severity).ThenBy(p => p.File == path ? 0 : 1).ThenBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line).ThenBy(p => p.Column)]);
    }

    /// <summary>True when one key path lies within the other.</summary>
    private static bool Touches(string a, string b) => a == b || Within(a, b) || Within(b, a);

    private static bool Within(string inner, string outer) => outer.Length == 0 || (inner.StartsWith(outer, StringComparison.Ordinal) && inner[outer.Length] is '.' or '[');

    public static string Resolve(string campaignPath, string file) =>
        Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(campaignPath))!);

    /// <summary>A structure file as an average structure: CIF by extension, POSCAR otherwise.</summary>
    public static AverageStructure ReadStructure(string path) =>
        path.EndsWith(".cif", StringComparison.OrdinalIgnoreCase)
            ? Cif.ReadFile(path)
            : AverageStructure.FromOrdered(Poscar.ReadFile(path), Path.GetFileNameWithoutExtension(path));

    /// <summary>What planning needs to know of a structure.</summary>
    public static MaterialFacts Facts(AverageStructure s, string mobile, IReadOnlyDictionary<string, double> teacherCutoffsA)
    {
        var multiplicities = new Dictionary<string, int>(StringComparer.Ordinal);
        var sites = new Dictionary<string, SiteFacts>(StringComparer.Ordinal);
        foreach (AverageSite site in s.Sites)
            foreach (string name in new[] { site.Label, site.Wyckoff }.Concat(site.Species.Select(x => x.Label)).OfType<string>())
                if (multiplicities.TryAdd(name, site.Multiplicity))
                    sites[name] = new SiteFacts([.. site.Orbit.Select(p => Math.Round(p.Z, 3) % 1).Distinct()], site.Species.GroupBy(x => x.Symbol).ToDictionary(g => g.Key, g => g.Sum(x => x.Occupancy)));
        Vec3 w = s.Cell.PerpendicularWidths;
        return new MaterialFacts(s.Composition.Values.Sum(), s.Composition.GetValueOrDefault(mobile), [w.X, w.Y, w.Z], s.Cell.Volume, multiplicities, teacherCutoffsA)
        {
            Sites = sites,
            MobileOverHostMass = s.Composition.Where(x => x.Key != mobile).Sum(x => x.Value * Elements.MassAmu(x.Key)) is > 0 and var host && Elements.IsElement(mobile)
                ? s.Composition.GetValueOrDefault(mobile) * Elements.MassAmu(mobile) / host
                : null,
        };
    }

    private sealed class Loader(string path, CampaignSpec spec)
    {
        private readonly List<SpecProblem> _problems = [];
        private readonly List<SpecProblem> _refusals = [];

        public IReadOnlyList<SpecProblem> Problems => _problems;

        /// <param name="complete">False for a spec with errors: then only what stands outside the campaign file is looked at.</param>
        public LoadedCampaign? Run(bool complete)
        {
            Dictionary<string, ArtifactRef> files = Files();
            AverageStructure? structure = Structure();
            Dictionary<string, double> cutoffs = Potentials(structure);
            Dictionary<string, SiteSpec> sites = Sites();
            if (structure is not null)
                _problems.AddRange(new MaterialChecks(spec, structure).Check());
            var engines = new EngineChecks(spec, sites);
            _problems.AddRange(engines.Settings());
            if (structure is null || !complete)
                return null;
            MaterialFacts facts = Facts(structure, spec.Material.Mobile, cutoffs);
            _problems.AddRange(PhysicsRules.Check(spec, facts));
            if (_problems.Exists(p => p.Severity == SpecSeverity.Error))
                return null;
            foreach (string message in structure.Messages)
                _problems.Add(At("material.structure", message, "", SpecSeverity.Note, "structure"));
            var inputs = new PlanInputs(files, facts, sites.ToDictionary(s => s.Key, s => s.Value.Cost));
            WorkflowGraph graph = Planner.Plan(spec, inputs);
            PlanTotals totals = PlanTotals.Of(graph, name => (name == "local" ? spec.Cores : null) ?? (sites.TryGetValue(name, out SiteSpec? s) ? s.Cores : null) ?? Environment.ProcessorCount);
            _refusals.AddRange(EngineSupport.NotRunnable(spec, graph));
            _refusals.AddRange(engines.Sites());
            _refusals.AddRange(totals.AboveLimits(spec, graph));
            _problems.AddRange(_refusals);
            return new LoadedCampaign(path, spec, inputs, sites, graph, totals, _refusals);
        }

        private Dictionary<string, ArtifactRef> Files()
        {
            var files = new Dictionary<string, ArtifactRef>(StringComparer.Ordinal);
            foreach (string file in spec.Files.Where(f => f.Length > 0))
            {
                string full = Resolve(path, file);
                string at = file == spec.Material.Structure ? "material.structure" : $"levels.{spec.Levels.First(l => l.Potential == file).Name}.potential";
                try
                {
                    if (InputFile.Refusal(full, MaxInputBytes) is { } refusal)
                    {
                        _problems.Add(At(at, refusal.Problem, $"{refusal.Mend} Paths are relative to the campaign file."));
                        continue;
                    }
                    using FileStream stream = File.OpenRead(full);
                    files[file] = new ArtifactRef(Convert.ToHexStringLower(SHA256.HashData(stream)), Kind(file), stream.Length);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _problems.Add(At(at, $"'{file}' cannot be read: {e.Message}", "Check the permissions."));
                }
            }
            return files;
        }

        private AverageStructure? Structure()
        {
            if (spec.Material.Structure.Length == 0 || Resolve(path, spec.Material.Structure) is not { } full || InputFile.Refusal(full, MaxInputBytes) is not null)
                return null;
            try
            {
                return ReadStructure(full);
            }
            catch (StructureFormatException e)
            {
                _problems.Add(new SpecProblem(full, Math.Max(e.Line, 1), e.Column, "material.structure", e.Problem, e.Mend));
            }
            catch (Exception e) when (e is FormatException or VariantException or IOException)
            {
                _problems.Add(At("material.structure", $"'{spec.Material.Structure}' cannot be read: {e.Message}", "Give a CIF or POSCAR file."));
            }
            return null;
        }

        private Dictionary<string, double> Potentials(AverageStructure? structure)
        {
            var cutoffs = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (LevelSpec level in spec.Levels)
            {
                string at = $"levels.{level.Name}.potential";
                if (level.Potential is not { Length: > 0 } file || Resolve(path, file) is not { } full || InputFile.Refusal(full, MaxInputBytes) is not null)
                    continue;
                try
                {
                    IonicModel model = IonicModelFile.Read(full);
                    cutoffs[level.Name] = model.CutoffA;
                    string[] missing = [.. (structure?.Composition.Keys ?? []).Except(model.TypeMap)];
                    if (missing.Length > 0)
                        _problems.Add(At(at, $"The potential knows {string.Join(", ", model.TypeMap)} but not {string.Join(", ", missing)} of the structure.", "Give a parameter file for all species."));
                    else if (structure is not null && new MaterialChecks(spec, structure).Neutrality(model, at) is { } charged)
                        _problems.Add(charged);
                }
                catch (IonicFormatException e)
                {
                    _problems.Add(new SpecProblem(e.File, e.Line, e.Column, at, e.Problem, e.Mend));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _problems.Add(At(at, $"'{file}' cannot be read: {e.Message}", "Check its permissions."));
                }
            }
            return cutoffs;
        }

        private Dictionary<string, SiteSpec> Sites()
        {
            var sites = new Dictionary<string, SiteSpec>(StringComparer.Ordinal);
            foreach (string name in spec.Sites)
            {
                string file = Path.Combine(Path.GetDirectoryName(path) ?? "", "sites", $"{name}.yaml");
                CampaignText read = CampaignText.Read(file);
                if (read.Text is { } text)
                {
                    SiteReading reading = SiteSpecReader.Read(text, file);
                    _problems.AddRange(reading.Problems);
                    if (reading.Site is { } site)
                        sites[name] = site;
                }
                else if (File.Exists(file))
                {
                    _problems.Add(read.Problem!);
                }
                else if (name != "local")
                {
                    _refusals.Add(At("site", $"There is no site file '{file}'.", "Copy sites/slurm-example.yaml and fill it in.", SpecSeverity.Warning, "site"));
                }
            }
            return sites;
        }

        private SpecProblem At(string keyPath, string message, string mend, SpecSeverity severity = SpecSeverity.Error, string? rule = null)
        {
            var (file, line, column) = spec.Source.PositionOf(keyPath);
            return new SpecProblem(file, line, column, keyPath, message, mend, severity, rule);
        }

        private static string Kind(string file)
        {
            string extension = Path.GetExtension(file).TrimStart('.').ToLowerInvariant();
            return extension.Length is > 0 and <= 8 && extension.All(char.IsAsciiLetterOrDigit) ? extension : "poscar";
        }
    }
}
