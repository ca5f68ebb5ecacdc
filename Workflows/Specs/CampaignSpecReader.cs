using System.Globalization;
using System.Text.RegularExpressions;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>The spec, if there is no error, and everything there is to say about the file.</summary>
/// <param name="Draft">The spec with stand-ins where the file is wrong, to look further with; null when there is no telling what it says.</param>
public sealed record SpecReading(CampaignSpec? Spec, IReadOnlyList<SpecProblem> Problems, CampaignSpec? Draft)
{
    public IEnumerable<SpecProblem> Errors => Problems.Where(p => p.Severity == SpecSeverity.Error);
}

/// <summary>YAML text to <see cref="CampaignSpec"/>. Strict, bounded and complete: every problem is reported with its place.</summary>
public static partial class CampaignSpecReader
{
    public static readonly IReadOnlyList<string> LevelEngines = ["builtin", "vasp", "gpaw", "cp2k"];

    /// <param name="file">Name for messages.</param>
    /// <param name="overrides">KEY=VALUE, applied to the YAML tree before it is checked.</param>
    public static SpecReading Read(string text, string file, IReadOnlyList<string>? overrides = null)
    {
        var context = new SpecReadContext();
        MapNode? root = YamlTree.Parse(text, file, context.Problems);
        if (root is not null)
            foreach (string o in overrides ?? [])
                root = SpecOverride.Apply(root, o, context.Problems);
        CampaignSpec? spec = root is null ? null : new FileReader(context, root, file).Read();
        return new SpecReading(context.Problems.Problems.Count == 0 ? spec : null, context.Problems.Problems, spec);
    }

    /// <summary>The campaign's name alone; null where the file does not say one.</summary>
    public static string? NameIn(string text) =>
        YamlTree.Parse(text, "", new SpecReadContext().Problems)?["campaign"] is ScalarNode name && TaskPart().IsMatch(name.Text) ? name.Text : null;

    [GeneratedRegex(@"\A[A-Z][a-z]?@[A-Za-z0-9_]{1,16}\z")]
    internal static partial Regex OccupancyKey();

    [GeneratedRegex(@"\A[A-Z][a-z]?\z")]
    private static partial Regex ElementKey();

    private sealed class FileReader(SpecReadContext context, MapNode root, string file)
    {
        private readonly SpecSection _top = new(context, root, "");

        public CampaignSpec Read()
        {
            string name = _top.Id("campaign", null);
            long seed = _top.Long("seed", 1, 0);
            string site = _top.Id("site", "local");
            int? cores = _top.Has("cores") ? _top.Integer("cores", null, 1, 4096) : null;
            MaterialSpec material = Material();
            IReadOnlyList<LevelSpec> levels = Levels(site, material);
            string[] carried = [.. material.Variants.Where(v => v.Carry).Select(v => v.Name)];
            RelaxSpec relax = Relax(_top.SectionOrEmpty("relax"));
            AimdSpec? aimd = _top.Section("aimd") is { } a ? Aimd(a, material, carried) : null;
            DatasetSpec dataset = Dataset(_top.SectionOrEmpty("dataset"));
            TrainSpec? train = _top.Section("train") is { } t ? new TrainSectionReader(t).Read(site) : null;
            ValidateSpec validate = Validate(_top.SectionOrEmpty("validate"), aimd);
            DlmdSpec? dlmd = _top.Section("dlmd") is { } d ? Dlmd(d, site, material, carried) : null;
            TransportSpec transport = Transport(_top.SectionOrEmpty("transport"));
            NebSpec? neb = _top.Section("neb") is { } n ? Neb(n, material, carried) : null;
            MethodBlankSpec blank = Blank(_top.SectionOrEmpty("methodBlank"), levels);
            ReferenceSpec reference = Reference(_top.SectionOrEmpty("reference"), material, levels);
            LimitsSpec limits = Limits(_top.SectionOrEmpty("limits"));
            BudgetSpec budgets = Budgets(_top.SectionOrEmpty("budgets"));
            IReadOnlyList<string> notes = _top.Words("notes", []);
            if (train is not null && aimd is null)
                _top.Problem("train", "There is a train section but no aimd section to make labels.", "Add an aimd section or remove train.");
            if (dlmd is not null && train is null)
                _top.Problem("dlmd", "There is a dlmd section but no train section to make a potential.", "Add a train section or remove dlmd.");
            _top.RefuseUnknownKeys();
            context.Defaults.RemoveAll(d => d.Value is "[]" or "");
            return new CampaignSpec(new SpecSource(file, context.Positions, [.. context.Defaults], EffectiveSettings.Of(root, context.Defaults)), name, seed, site, cores, material, levels, relax, aimd,
                dataset, train, validate, dlmd, transport, neb, blank, reference, limits, budgets, notes);
        }

        private MaterialSpec Material()
        {
            if (_top.RequiredSection("material", "Add material: { structure: FILE, mobile: Li, variants: [...] }.") is not { } s)
                return new MaterialSpec("", "", new Dictionary<string, double>(), 0.15, []);
            string structure = s.FilePath("structure");
            string mobile = s.Element("mobile");
            var states = s.NumberMap("oxidationStates", ElementKey(), "Write element: charge, e.g. Ti: 3.", new Bounds(-8, 8));
            double spacing = s.Number("kSpacingPerA", 0.15, new Bounds(0.01, 2));
            var variants = new List<VariantSpec>();
            foreach ((SpecNode node, string path) in s.List("variants", 1))
                variants.Add(Variant(new SpecSection(context, node, path), variants));
            s.RefuseUnknownKeys();
            return new MaterialSpec(structure, mobile, states, spacing, variants);
        }

        private static VariantSpec Variant(SpecSection s, List<VariantSpec> before)
        {
            string name = s.Id("name", null);
            if (name.Length > 0 && before.Exists(v => v.Name == name))
                s.Problem("name", $"Two variants are called '{name}'.", "Give each its own name.");
            IReadOnlyList<int> supercell = s.Integers("supercell", null, 1, 100, 3);
            IReadOnlyDictionary<string, double> occupancy = Occupancy(s);
            int draws = s.Integer("draws", 200, 1, 1_000_000);
            long seed = s.Long("seed", 1, 0);
            string disorder = s.Word("disorder", "random", "random", "stackingFaults");
            bool carry = s.Flag("carry", true);
            IReadOnlyList<int>? kMesh = KMesh(s);
            s.RefuseUnknownKeys();
            return new VariantSpec(name, supercell, occupancy, draws, seed, disorder == "random" ? DisorderKind.Random : DisorderKind.StackingFaults, carry, kMesh);
        }

        private static IReadOnlyDictionary<string, double> Occupancy(SpecSection s)
        {
            var occupancy = s.NumberMap("occupancy", OccupancyKey(), "Write species@site, e.g. Ti@2a, with the Wyckoff letter or the site label of the structure file.", Bounds.Fraction);
            foreach (var site in occupancy.GroupBy(o => o.Key[(o.Key.IndexOf('@') + 1)..]).Where(g => g.Sum(o => o.Value) > 1 + 1e-9))
                s.Problem("occupancy", string.Create(CultureInfo.InvariantCulture, $"The occupancies of site {site.Key} add up to {site.Sum(o => o.Value)}."), "A site holds at most one atom: give at most 1 in all.");
            return occupancy;
        }

        private static IReadOnlyList<int>? KMesh(SpecSection s) => s.Has("kMesh") ? s.Integers("kMesh", null, 1, 100, 3) : null;

        private List<LevelSpec> Levels(string site, MaterialSpec material)
        {
            var levels = new List<LevelSpec>();
            if (_top.RequiredSection("levels", "Add levels: { ionic: { engine: builtin, potential: FILE } }.") is not { } all)
                return levels;
            foreach (MapEntry e in all.Entries())
            {
                string path = all.PathOf(e.Key.Text);
                if (!TaskPart().IsMatch(e.Key.Text))
                    all.Error(e.Key, path, $"'{e.Key.Text}' cannot be part of a task id.", "Use lower-case letters, digits, '.', '_' or '-'.");
                var s = new SpecSection(context, e.Value, path);
                string engine = s.Word("engine", null, [.. LevelEngines]);
                string at = s.Id("site", site);
                LevelSpec level = engine == "builtin"
                    ? new LevelSpec(e.Key.Text, engine, at, 1, s.FilePath("potential"), null)
                    : new LevelSpec(e.Key.Text, engine, at, s.Integer("cores", 64, 1, 100_000), null, Electronic(s, material));
                s.RefuseUnknownKeys();
                levels.Add(level);
            }
            if (levels.Count == 0)
                _top.Problem("levels", "No level of theory is given.", "Add levels: { ionic: { engine: builtin, potential: FILE } }.");
            return levels;
        }

        private static ElectronicSpec Electronic(SpecSection s, MaterialSpec material)
        {
            string functional = s.Word("functional", "PBE", "PBE", "PBEsol", "PW91", "LDA", "SCAN", "r2SCAN");
            double encut = s.Number("encutEv", null, Bounds.PlaneWaveEv);
            bool spin = s.Flag("spin", true);
            var moments = s.NumberMap("initialMoments", ElementKey(), "Write element: moment in µB, e.g. Ti: 1.", new Bounds(-10, 10));
            var hubbard = new SortedDictionary<string, HubbardTerm>(StringComparer.Ordinal);
            if (s.Section("hubbard") is { } all)
                foreach (MapEntry e in all.Entries())
                {
                    var h = new SpecSection(all.Context, e.Value, all.PathOf(e.Key.Text));
                    if (!ElementSymbols.IsElement(e.Key.Text))
                        all.Error(e.Key, all.PathOf(e.Key.Text), $"'{e.Key.Text}' is not an element symbol.", "Write it like Ti.");
                    hubbard[e.Key.Text] = new HubbardTerm(h.Word("l", "d", "s", "p", "d", "f"), h.Number("uMinusJEv", null, new Bounds(-10, 20)));
                    h.RefuseUnknownKeys();
                }
            var potcars = new SortedDictionary<string, string>(StringComparer.Ordinal);
            if (s.Section("potcars") is { } sets)
                foreach (MapEntry e in sets.Entries())
                    potcars[e.Key.Text] = sets.Text(e.Key.Text, null);
            return new ElectronicSpec(functional, encut, spin, moments, hubbard, potcars,
                s.Number("ediffEv", 1e-6, new Bounds(0, 1, OpenMin: true)),
                s.Word("smearing", "gaussian", "gaussian", "fermi", "methfesselPaxton", "tetrahedron"),
                s.Number("sigmaEv", 0.05, new Bounds(0, 2, OpenMin: true)),
                s.Flag("gammaCentred", true),
                s.Word("dispersion", "none", "none", "d3", "d3bj"),
                s.Flag("fixedMoment", false),
                s.Words("incar", []),
                MomentWindows(s, spin, material));
        }

        /// <summary>Ti3+ has one d electron; a frame in which that electron has gone elsewhere is of another state.</summary>
        private static SortedDictionary<string, IReadOnlyList<double>> MomentWindows(SpecSection level, bool spin, MaterialSpec material)
        {
            const string Key = "momentWindow";
            SpecSection s = level.SectionOrEmpty(Key);
            var windows = new SortedDictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
            bool usual = spin && !level.Has(Key) && material.OxidationStates.TryGetValue("Ti", out double state) && state == 3;
            foreach (string element in usual ? ["Ti"] : level.Section(Key)?.Entries().Select(e => e.Key.Text) ?? [])
            {
                IReadOnlyList<double> window = s.Numbers(element, usual ? [0.8, 1.1] : null, new Bounds(0, 10), minCount: 2);
                if (!ElementSymbols.IsElement(element) || window is not [var from, var to] || from > to)
                    level.Problem(Key, $"'{element}' has no window of moments.", "Write momentWindow: { Ti: [0.8, 1.1] }: an element, and the least and the most moment in µB.");
                else
                    windows[element] = window;
            }
            return windows;
        }

        private static RelaxSpec Relax(SpecSection s)
        {
            var relax = new RelaxSpec(s.Number("maxForceEvPerA", 0.01, new Bounds(0, 1, OpenMin: true)), s.Number("maxStressGpa", 0.02, new Bounds(0, 10, OpenMin: true)),
                s.Flag("cell", true), s.Integer("maxSteps", 2000, 1, 1_000_000));
            s.RefuseUnknownKeys();
            return relax;
        }

        private AimdSpec Aimd(SpecSection s, MaterialSpec material, string[] carried)
        {
            IReadOnlyList<double> temperatures = Distinct(s, "temperaturesK", s.Numbers("temperaturesK", null, Bounds.TemperatureK));
            var strains = new List<StrainSpec>();
            foreach ((SpecNode node, string path) in s.List("strains", 0))
                if (Strain(s, node, path, strains.Count) is { } strain)
                    strains.Add(strain);
            foreach (var twice in strains.GroupBy(x => x.Tag).Where(g => g.Count() > 1))
                s.Problem("strains", $"The strain {twice.Key} is here twice.", "Keep one.");
            double[] middle = temperatures.Count == 0 ? [] : [temperatures.Order().ElementAt(temperatures.Count / 2)];
            IReadOnlyList<double> strainTemperatures = strains.Count == 0 && !s.Has("strainTemperaturesK")
                ? [] : Distinct(s, "strainTemperaturesK", s.Numbers("strainTemperaturesK", middle, Bounds.TemperatureK));
            var aimd = new AimdSpec(Variants(s, material, carried), temperatures, strains, strainTemperatures,
                Distinct(s, "vacancyTemperaturesK", s.Numbers("vacancyTemperaturesK", [], Bounds.TemperatureK)),
                s.Number("timeStepFs", 1, Bounds.TimeStepFs), s.Number("equilibrationPs", 1, Bounds.NotNegative), s.Number("lengthPs", null, Bounds.LengthPs),
                s.Number("frameStrideFs", 20, Bounds.Positive), s.Number("dampingFs", 100, Bounds.Positive), KMesh(s),
                s.Word("thermostat", "nose", "nose", "langevin"),
                s.Section("relabel") is { } relabel ? Relabel(relabel) : null);
            if (aimd.FrameStrideFs < aimd.TimeStepFs)
                s.Problem("frameStrideFs", $"Frames every {Text(aimd.FrameStrideFs)} fs are closer than the time step of {Text(aimd.TimeStepFs)} fs.", "Give at least one time step.");
            s.RefuseUnknownKeys();
            return aimd;
        }

        private static RelabelSpec Relabel(SpecSection s)
        {
            double fraction = s.Number("fraction", 0.05, new Bounds(0, 1, OpenMin: true, Advice: "Give the part of the frames, such as 0.05 for 5 %."));
            var moments = s.NumberMap("initialMoments", ElementKey(), "Write element: moment in µB, e.g. Ti: 2.", new Bounds(-10, 10));
            if (!s.Has("initialMoments"))
                s.Problem("initialMoments", "Frames are to be computed again, but not from which initial moments.", "Write initialMoments: { Ti: 2 } with moments in µB other than the level's.");
            s.RefuseUnknownKeys();
            return new RelabelSpec(fraction, moments);
        }

        private StrainSpec? Strain(SpecSection s, SpecNode node, string path, int index)
        {
            var range = new Bounds(-0.3, 0.3, Advice: "Strains are fractions: 3 % is 0.03.");
            if (node is ListNode list)
            {
                double[] voigt = [.. list.Items.Select((n, i) => s.ParseNumber(n, $"{path}[{i}]", range)).OfType<double>()];
                if (list.Items.Count == 6)
                    return voigt.Length == 6 ? new StrainSpec($"v{index}", voigt) : null;
                s.Error(node, path, $"A strain has {list.Items.Count} components.", "Give one number (isotropic) or six: xx, yy, zz, yz, xz, xy.");
                return null;
            }
            if (s.ParseNumber(node, path, range) is not { } e)
                return null;
            if (e == 0)
            {
                s.Error(node, path, "A strain of zero is the unstrained cell.", "Remove it; unstrained cells are always sampled.");
                return null;
            }
            return new StrainSpec($"{(e < 0 ? 'm' : 'p')}{Math.Round(Math.Abs(e) * 100, 6).ToString(CultureInfo.InvariantCulture)}", [e, e, e, 0, 0, 0]);
        }

        private static DatasetSpec Dataset(SpecSection s)
        {
            var dataset = new DatasetSpec(s.Integer("blocksPerTrajectory", 10, 2, 10_000), s.Number("validationFraction", 0.1, new Bounds(0, 0.5)), s.Number("testFraction", 0.1, new Bounds(0, 0.5, OpenMin: true)));
            if (dataset.ValidationFraction + dataset.TestFraction > 0.8)
                s.Problem("testFraction", "Validation and test together leave less than a fifth for training.", "Give smaller fractions.");
            s.RefuseUnknownKeys();
            return dataset;
        }

        private static ValidateSpec Validate(SpecSection s, AimdSpec? aimd)
        {
            var validate = new ValidateSpec(s.Has("rdfTemperaturesK") ? Distinct(s, "rdfTemperaturesK", s.Numbers("rdfTemperaturesK", null, Bounds.TemperatureK)) : null,
                s.Number("rdfLengthPs", 5, Bounds.Positive), s.Number("rdfRmaxA", 7, new Bounds(1, 50)), s.Integer("rdfBins", 140, 10, 10_000),
                s.Has("maxForceErrorRatio") ? s.Number("maxForceErrorRatio", null, new Bounds(0, 1, OpenMin: true)) : null);
            if (aimd is not null && validate.RdfTemperaturesK?.Except(aimd.TemperaturesK).ToArray() is { Length: > 0 } unsampled)
                s.Problem("rdfTemperaturesK", $"No labels are sampled at {string.Join(", ", unsampled.Select(Text))} K, so there is no g(r) to compare with.",
                    $"Choose among aimd.temperaturesK: {string.Join(", ", aimd.TemperaturesK.Select(Text))}.");
            s.RefuseUnknownKeys();
            return validate;
        }

        private DlmdSpec Dlmd(SpecSection s, string site, MaterialSpec material, string[] carried)
        {
            string engine = s.Word("engine", "builtin", "builtin", "lammps");
            FreshCellSpec? fresh = null;
            if (s.Section("fresh") is { } f)
            {
                fresh = new FreshCellSpec(f.Integers("supercell", null, 1, 200, 3), Occupancy(f), f.Integer("configurations", 3, 1, 1000), f.Integer("draws", 1, 1, 1_000_000));
                f.RefuseUnknownKeys();
                if (s.Has("repeat"))
                    s.Problem("repeat", "Both repeat and fresh are given.", "Keep one: copies of the relaxed cell, or new draws at full size.");
            }
            double timeStepFs = s.Number("timeStepFs", 1, Bounds.TimeStepFs);
            var dlmd = new DlmdSpec(engine, s.Id("site", site), engine == "builtin" ? s.Integer("threads", 1, 1, 1024) : s.Integer("cores", 64, 1, 100_000), Variants(s, material, carried),
                Distinct(s, "temperaturesK", s.Numbers("temperaturesK", null, Bounds.TemperatureK)), timeStepFs,
                s.Number("equilibrationPs", 2, Bounds.NotNegative), s.Number("lengthPs", null, Bounds.LengthPs), s.Number("dumpEveryFs", 20, Bounds.Positive),
                s.Number("segmentPs", 5, Bounds.Positive), s.Number("dampingFs", 100, Bounds.Positive), s.Integer("chainLength", 3, 1, 20), s.Integer("replicas", 1, 1, 1000),
                s.Integers("repeat", [1, 1, 1], 1, 100, 3), fresh, s.Has("atoms") ? s.Integer("atoms", null, 1, 100_000_000) : null, s.Flag("minimiseFirst", true),
                Precision(s, "float32"));
            if (dlmd.DumpEveryFs < timeStepFs)
                s.Problem("dumpEveryFs", $"Frames every {Text(dlmd.DumpEveryFs)} fs are closer than the time step of {Text(timeStepFs)} fs.", "Give at least one time step.");
            if (dlmd.SegmentPs * 1000 < dlmd.DumpEveryFs)
                s.Problem("segmentPs", "A segment is shorter than the distance of two frames.", "Give a longer segment.");
            s.RefuseUnknownKeys();
            return dlmd;
        }

        private static TransportSpec Transport(SpecSection s)
        {
            var transport = new TransportSpec(s.Number("charge", 1, new Bounds(-8, 8)),
                Enum.Parse<ReferenceFrame>(s.Word("frame", "host", "host", "lab", "barycentric"), ignoreCase: true), s.Number("hopLengthA", 2, Bounds.Positive));
            if (transport.Charge == 0)
                s.Problem("charge", "A mobile ion without charge conducts nothing.", "Give its charge number, e.g. 1 for Li.");
            s.RefuseUnknownKeys();
            return transport;
        }

        private NebSpec Neb(SpecSection s, MaterialSpec material, string[] carried)
        {
            s.Word("engine", "level", "level");
            var directions = new List<IReadOnlyList<int>>();
            foreach ((SpecNode node, string path) in s.List("directions", 1))
            {
                var one = new SpecSection(context, new MapNode([new MapEntry(new ScalarNode("d", true, node.File, node.Line, node.Column), node)], node.File, node.Line, node.Column), path);
                IReadOnlyList<int> d = one.Integers("d", null, -9, 9, 3);
                if (d.All(x => x == 0))
                    s.Error(node, path, "The direction [0, 0, 0] leads nowhere.", "Give lattice indices such as [1, 1, 0].");
                directions.Add(d);
            }
            var neb = new NebSpec(Variants(s, material, carried), directions, s.Integer("images", 5, 1, 100), s.Number("maxForceEvPerA", 0.03, new Bounds(0, 1, OpenMin: true)),
                s.Integer("hopsPerClass", 2, 1, 1000), s.Number("maxHopDistanceA", 4.5, new Bounds(1, 20)), s.Number("springEvPerA2", 5, Bounds.Positive),
                s.Word("layerNormal", "c", "a", "b", "c"), KMesh(s), s.Word("vacancy", "charged", "charged", "neutral") == "neutral");
            s.RefuseUnknownKeys();
            return neb;
        }

        private static MethodBlankSpec Blank(SpecSection s, IReadOnlyList<LevelSpec> levels)
        {
            bool possible = levels.Any(l => l.IsStandIn);
            var blank = new MethodBlankSpec(s.Flag("enabled", possible), s.Number("lengthFactor", 1, new Bounds(0, 1000, OpenMin: true)));
            if (blank.Enabled && !possible)
                s.Problem("enabled", "The method blank runs production dynamics at the level of theory itself; no level here is cheap enough (engine builtin).", "Write enabled: false.");
            s.RefuseUnknownKeys();
            return blank;
        }

        private ReferenceSpec Reference(SpecSection s, MaterialSpec material, IReadOnlyList<LevelSpec> levels)
        {
            var lattices = new List<ReferenceLattice>();
            if (s.Section("lattice") is { } single)
                lattices.Add(Lattice(single, material, levels));
            foreach ((SpecNode node, string path) in s.List("lattices", 0))
                lattices.Add(Lattice(new SpecSection(context, node, path), material, levels));
            var reference = new ReferenceSpec(s.OptionalText("source"), s.OptionalNumber("sigma300MsPerCm", Bounds.Positive), s.OptionalNumber("activationEnergyEv", Bounds.ActivationEv),
                s.Has("activationEnergyFit") ? s.Word("activationEnergyFit", null, "sigma", "sigmaT", "unknown") : null,
                s.OptionalNumber("diffusionCm2PerS", Bounds.Positive), s.OptionalNumber("diffusionTemperatureK", Bounds.TemperatureK), s.OptionalNumber("havenRatio", Bounds.Positive),
                s.OptionalNumber("trainingSamples", Bounds.Positive), lattices, s.Words("notGiven", []));
            for (int i = 0; i < reference.NotGiven.Count; i++)
                if (!context.Positions.ContainsKey(reference.NotGiven[i]) && !context.Defaults.Exists(d => d.Path == reference.NotGiven[i]))
                    s.Problem("notGiven", $"'{reference.NotGiven[i]}' is not a key of this file.", "List key paths such as aimd.lengthPs.");
            s.RefuseUnknownKeys();
            return reference;
        }

        private static ReferenceLattice Lattice(SpecSection s, MaterialSpec material, IReadOnlyList<LevelSpec> levels)
        {
            var lattice = new ReferenceLattice(s.Text("label", "reference"), s.Number("a", null, Bounds.LatticeA), s.Number("b", null, Bounds.LatticeA), s.Number("c", null, Bounds.LatticeA),
                s.Number("beta", 90, Bounds.AngleDeg), s.OptionalText("variant"), s.OptionalText("level"), s.Number("alpha", 90, Bounds.AngleDeg), s.Number("gamma", 90, Bounds.AngleDeg));
            if (!(lattice.VolumeA3() > 0))
                s.Problem("gamma", FormattableString.Invariant($"The angles {lattice.AlphaDeg}°, {lattice.BetaDeg}° and {lattice.GammaDeg}° close no cell."), "Check alpha, beta and gamma; those left out are 90°.");
            Known(s, "variant", lattice.Variant, [.. material.Variants.Select(v => v.Name)], "variant");
            Known(s, "level", lattice.Level, [.. levels.Select(l => l.Name)], "level");
            s.RefuseUnknownKeys();
            return lattice;
        }

        private static LimitsSpec Limits(SpecSection s)
        {
            var limits = new LimitsSpec(s.OptionalNumber("coreHours", Bounds.Positive), s.OptionalNumber("wallDays", Bounds.Positive));
            s.RefuseUnknownKeys();
            return limits;
        }

        private static BudgetSpec Budgets(SpecSection s)
        {
            var budgets = new BudgetSpec(s.Integer("correctionsPerHandler", 3, 0, 100), s.Integer("correctionsPerTask", 8, 0, 1000), s.Number("quorum", 1, new Bounds(0, 1, OpenMin: true)), s.Flag("physicsChanges", false));
            s.RefuseUnknownKeys();
            return budgets;
        }

        private static IReadOnlyList<string> Variants(SpecSection s, MaterialSpec material, string[] carried)
        {
            if (!s.Has("variants"))
            {
                if (carried.Length == 0 && material.Variants.Count > 0)
                    s.Problem("variants", "No variant has carry: true, so there is nothing to do here.", "Carry one, or list variants here.");
                return carried;
            }
            IReadOnlyList<string> names = s.Words("variants", null);
            foreach (string name in names)
                Known(s, "variants", name, [.. material.Variants.Select(v => v.Name)], "variant");
            if (names.Count == 0)
                s.Problem("variants", "The list is empty, so there is nothing to do here.", "List a variant, or remove the section.");
            if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
                s.Problem("variants", "A variant is listed twice.", "Keep one.");
            return names;
        }

        private static void Known(SpecSection s, string key, string? name, string[] names, string what)
        {
            if (name is null || names.Contains(name, StringComparer.Ordinal))
                return;
            string? near = NearestWord.Among(name, names);
            s.Problem(key, $"There is no {what} called '{name}'.", near is null ? $"Known: {string.Join(", ", names)}." : $"Did you mean '{near}'?");
        }

        private static IReadOnlyList<double> Distinct(SpecSection s, string key, IReadOnlyList<double> values)
        {
            foreach (var twice in values.GroupBy(v => v).Where(g => g.Count() > 1))
                s.Problem(key, $"{Text(twice.Key)} is here {twice.Count()} times.", "Keep one; more statistics come from replicas.");
            return [.. values.Distinct()];
        }

        private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
    }

    internal static NumberPrecision Precision(SpecSection s, string fallback) =>
        s.Word("precision", fallback, "float32", "float64") == "float32" ? NumberPrecision.Float32 : NumberPrecision.Float64;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,39}\z")]
    private static partial Regex TaskPart();
}
