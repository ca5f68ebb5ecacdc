using System.Globalization;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Planning;

/// <summary>Builds one campaign's tasks, stage by stage, in the order in which a reader expects them.</summary>
internal sealed class GraphBuilder(CampaignSpec spec, PlanInputs inputs)
{
    private const string BuiltinEngine = "builtin";
    private const double SmallTaskCoreHours = 0.001;

    private readonly List<TaskSpec> _tasks = [];

    public List<TaskSpec> Build()
    {
        foreach (VariantSpec v in spec.Material.Variants)
            AddVariant(v);
        foreach (LevelSpec level in spec.Levels)
        {
            foreach (VariantSpec v in spec.Material.Variants)
                AddRelaxation(v, level);
            if (spec.Aimd is { } aimd)
                AddSampling(aimd, level);
            if (spec.Train is { } train)
                AddTraining(train, level);
            if (spec.Dlmd is { } dlmd)
                foreach (string variant in dlmd.Variants)
                {
                    AddProduction(dlmd, spec.Variant(variant), level, ForceSource.Potential);
                    if (HasBlank(level))
                        AddProduction(dlmd, spec.Variant(variant), level, ForceSource.Teacher);
                }
            if (spec.Neb is { } neb)
                foreach (string variant in neb.Variants)
                    AddBarriers(neb, spec.Variant(variant), level);
        }
        AddReport();
        return _tasks;
    }

    private bool HasBlank(LevelSpec level) => spec.MethodBlank.Enabled && level.IsStandIn;

    private double Atoms(VariantSpec v) => Math.Round(inputs.Material.AtomsPerCell * Product(v.Supercell));

    private CostModel Cost(string site) => inputs.CostAt(site);

    private void AddVariant(VariantSpec v) =>
        Add($"structures/{v.Name}", BuiltinEngine, spec.Site, VariantParameters(v.Name, v.Supercell, v.Occupancy, v.Draws, v.Seed, v.Disorder),
            [File(Slots.Structure, spec.Material.Structure)], 1, SmallTaskCoreHours * Math.Max(1, v.Draws / 200.0) * Math.Max(1, Math.Pow(Atoms(v) / 160, 2)), 0.1);

    private BuildVariantParameters VariantParameters(string name, IReadOnlyList<int> supercell, IReadOnlyDictionary<string, double> occupancy, int draws, long seed, DisorderKind disorder) =>
        new(name, supercell, occupancy, draws, seed, disorder, spec.Material.Mobile, spec.Material.OxidationStates, spec.Material.KSpacingPerA);

    private void AddRelaxation(VariantSpec v, LevelSpec level)
    {
        DftSettings? dft = Dft(level, v, null);
        (double hours, double disk) = Cost(level.Site).Relax(level, Atoms(v), dft);
        Add($"relax/{v.Name}/{level.Name}", level.Engine, level.Site,
            new RelaxParameters(v.Name, level.Name, spec.Relax.MaxForceEvPerA, spec.Relax.MaxStressGpa, spec.Relax.Cell, spec.Relax.MaxSteps, v.Supercell, dft),
            [From(Slots.Structure, $"structures/{v.Name}", Slots.Structure), .. Teacher(level)], level.Cores, hours, disk);
    }

    /// <summary>One labelled trajectory of the aimd stage: the relaxed cell as it is, strained, or with one mobile ion less.</summary>
    private sealed record Sample(string Id, VariantSpec Variant, double TemperatureK, StrainSpec? Strain, bool Vacancy)
    {
        public bool IsPerfect => Strain is null && !Vacancy;
    }

    private IEnumerable<Sample> Samples(AimdSpec aimd, LevelSpec level)
    {
        foreach (string name in aimd.Variants)
        {
            Sample Of(double t, string suffix, StrainSpec? strain = null, bool vacancy = false) =>
                new($"aimd/{name}/{level.Name}/{Planner.TemperatureTag(t)}{suffix}", spec.Variant(name), t, strain, vacancy);
            foreach (double t in aimd.TemperaturesK)
                yield return Of(t, "");
            foreach (double t in aimd.StrainTemperaturesK)
                foreach (StrainSpec strain in aimd.Strains)
                    yield return Of(t, $"-strain-{strain.Tag}", strain);
            foreach (double t in aimd.VacancyTemperaturesK)
                yield return Of(t, "-vacancy", vacancy: true);
        }
    }

    private void AddSampling(AimdSpec aimd, LevelSpec level)
    {
        int stride = Math.Max(1, (int)Math.Round(aimd.FrameStrideFs / aimd.TimeStepFs));
        int equilibration = (int)Steps(aimd.EquilibrationPs, aimd.TimeStepFs), steps = (int)Steps(aimd.LengthPs, aimd.TimeStepFs);
        foreach ((string id, VariantSpec v, double t, StrainSpec? strain, bool vacancy) in Samples(aimd, level))
        {
            DftSettings? dft = Dft(level, v, aimd.KMesh);
            (double hours, double disk) = Cost(level.Site).Sample(level, Atoms(v), equilibration + steps, steps / (double)stride, dft);
            Add(id, level.Engine, level.Site,
                new SampleParameters(v.Name, level.Name, t, aimd.TimeStepFs, equilibration, steps, stride, aimd.DampingFs, Seed(id), strain?.Voigt, dft,
                    vacancy ? new VacancyParameters(spec.Material.Mobile, 1, dft is null ? null : spec.Transport.Charge) : null,
                    dft is null ? null : aimd.Thermostat,
                    level.Electronic is { MomentWindow: { Count: > 0 } windows } ? windows : null),
                [From(Slots.Structure, $"relax/{v.Name}/{level.Name}", Slots.Structure), .. Teacher(level)], level.Cores, hours, disk);
            if (aimd.Relabel is { } relabel && RelabelSpec.IsFor(level))
                AddRelabelling(relabel, level, id, v, dft!, vacancy, steps / (double)stride);
        }
    }

    /// <summary>The trajectory's summary says at which level its labels were made: the new ones must be of the same.</summary>
    private void AddRelabelling(RelabelSpec relabel, LevelSpec level, string sample, VariantSpec v, DftSettings dft, bool vacancy, double frames)
    {
        string id = $"{sample}-relabel";
        (double hours, double disk) = Cost(level.Site).Relabel(Atoms(v), Math.Ceiling(relabel.Fraction * frames), dft);
        Add(id, level.Engine, level.Site,
            new RelabelParameters(v.Name, level.Name, relabel.Fraction, Seed(id), dft with { InitialMoments = relabel.MomentsOf(level.Electronic!) },
                vacancy ? new VacancyParameters(spec.Material.Mobile, 1, spec.Transport.Charge) : null),
            [From(Slots.Frames, sample, Slots.Frames), From(Slots.Summary, sample, Slots.Summary)], level.Cores, hours, disk);
    }

    private void AddTraining(TrainSpec train, LevelSpec level)
    {
        AimdSpec aimd = spec.Aimd!;
        Sample[] samples = [.. Samples(aimd, level)];
        string dataset = $"dataset/{level.Name}";
        double frames = samples.Length * aimd.LengthPs * 1000 / aimd.FrameStrideFs;
        double atoms = samples.Length == 0 ? 0 : samples.Average(s => Atoms(s.Variant));
        Add(dataset, BuiltinEngine, spec.Site,
            new BuildDatasetParameters(level.Name, spec.Dataset.BlocksPerTrajectory, spec.Dataset.ValidationFraction, spec.Dataset.TestFraction, Seed(dataset), spec.Material.Mobile),
            [
                .. samples.Select(s => From(Slots.Frames, s.Id, Slots.Frames)),
                .. level.IsStandIn ? [] : samples.Select(s => From(Slots.Summary, s.Id, Slots.Summary)), // they say at which level the labels were made
            ],
            1, SmallTaskCoreHours, frames * atoms * 48 / (1 << 20));
        for (int m = 0; m < train.Models; m++)
        {
            string id = $"train/{level.Name}/m{m.ToString(CultureInfo.InvariantCulture)}";
            Add(id, train.Engine, train.Site,
                new TrainParameters(level.Name, m, train.Network, train.Steps, train.LearningRate, train.BatchFrames, train.Loss, Seed(id), train.Precision, train.Threads,
                    train.CheckpointEverySteps, train.DisplayEverySteps),
                [From(Slots.Systems, dataset, Slots.Systems)], train.Threads, Cost(train.Site).TrainingCoreHours(train, atoms), 20);
        }
        AddValidation(train, level, samples);
    }

    private void AddValidation(TrainSpec train, LevelSpec level, Sample[] samples)
    {
        AimdSpec aimd = spec.Aimd!;
        ValidateSpec v = spec.Validate;
        if (aimd.Variants.Count == 0)
            return;
        VariantSpec variant = spec.Variant(aimd.Variants[0]);
        string id = $"validate/{level.Name}";
        IReadOnlyList<double> temperatures = v.RdfTemperaturesK ?? aimd.TemperaturesK;
        double us = Cost(spec.Site).PotentialUs(train.Network, NumberPrecision.Float64);
        double steps = temperatures.Count * Steps(v.RdfLengthPs, aimd.TimeStepFs) + samples.Length * aimd.LengthPs * 1000 / aimd.FrameStrideFs * spec.Dataset.TestFraction;
        Add(id, BuiltinEngine, spec.Site,
            new ValidateParameters(level.Name, variant.Name, spec.Material.Mobile, temperatures, v.RdfLengthPs * 1000, v.RdfRmaxA, v.RdfBins, aimd.TimeStepFs, aimd.DampingFs, Seed(id)),
            [
                .. Enumerable.Range(0, train.Models).Select(m => From(Slots.Model, $"train/{level.Name}/m{m.ToString(CultureInfo.InvariantCulture)}", Slots.Model)),
                From(Slots.Systems, $"dataset/{level.Name}", Slots.Systems),
                .. temperatures.SelectMany(t => samples.Where(s => s.Variant.Name == variant.Name && s.IsPerfect && s.TemperatureK == t)).Select(s => From(Slots.Frames, s.Id, Slots.Frames)),
                From(Slots.Structure, $"relax/{variant.Name}/{level.Name}", Slots.Structure),
                .. Teacher(level),
            ],
            1, Cost(spec.Site).DynamicsCoreHours(Atoms(variant), steps, us), 2);
    }

    private void AddProduction(DlmdSpec dlmd, VariantSpec v, LevelSpec level, ForceSource source)
    {
        bool blank = source == ForceSource.Teacher;
        string prefix = blank ? "blank-" : "";
        string relaxed = $"relax/{v.Name}/{level.Name}";
        IReadOnlyList<string> cells = dlmd.Fresh is { } fresh ? AddFreshCells(fresh, v, level) : [relaxed];
        IReadOnlyList<int> size = dlmd.Fresh?.Supercell ?? [.. v.Supercell.Zip(dlmd.Repeat, (a, b) => a * b)];
        double atoms = Math.Round(inputs.Material.AtomsPerCell * Product(size));
        double lengthPs = dlmd.LengthPs * (blank ? spec.MethodBlank.LengthFactor : 1);
        long equilibration = Steps(dlmd.EquilibrationPs, dlmd.TimeStepFs), steps = Steps(lengthPs, dlmd.TimeStepFs);
        int dump = Math.Max(1, (int)Math.Round(dlmd.DumpEveryFs / dlmd.TimeStepFs));
        int segment = Math.Max(dump, (int)Steps(dlmd.SegmentPs, dlmd.TimeStepFs) / dump * dump);
        string engine = blank ? BuiltinEngine : dlmd.Engine, site = blank ? level.Site : dlmd.Site;
        CostModel cost = Cost(site);
        double us = blank ? cost.TeacherUs : cost.PotentialUs(spec.Train!.Network, dlmd.Precision);
        var points = new List<string>();
        foreach (double t in dlmd.TemperaturesK)
        {
            string tag = prefix + Planner.TemperatureTag(t);
            var trajectories = new List<string>();
            for (int c = 0; c < cells.Count; c++)
            for (int r = 0; r < dlmd.Replicas; r++)
            {
                string copy = (dlmd.Fresh is null ? "" : $"-c{c.ToString(CultureInfo.InvariantCulture)}") + (dlmd.Replicas == 1 ? "" : $"-r{r.ToString(CultureInfo.InvariantCulture)}");
                string id = $"dlmd/{v.Name}/{level.Name}/{tag}{copy}";
                Add(id, engine, site,
                    new DynamicsParameters(v.Name, level.Name, source, t, dlmd.TimeStepFs, equilibration, steps, dump, segment, dlmd.DampingFs, dlmd.ChainLength,
                        Seed($"dlmd/{v.Name}/{level.Name}/{tag}/{c.ToString(CultureInfo.InvariantCulture)}/{r.ToString(CultureInfo.InvariantCulture)}"),
                        dlmd.Fresh is null ? dlmd.Repeat : [1, 1, 1], dlmd.MinimiseFirst, blank ? NumberPrecision.Float64 : dlmd.Precision,
                        engine == BuiltinEngine && !blank && dlmd.Cores > 1 ? dlmd.Cores : null),
                    [From(Slots.Structure, cells[c], Slots.Structure), .. blank ? Teacher(level) : [From(Slots.Potential, $"train/{level.Name}/m0", Slots.Model)]],
                    blank ? 1 : dlmd.Cores, cost.DynamicsCoreHours(atoms, equilibration + steps, us), cost.TrajectoryMiB(atoms, steps / (double)dump));
                trajectories.Add(id);
            }
            string point = $"transport/{v.Name}/{level.Name}/{tag}";
            Add(point, BuiltinEngine, spec.Site,
                new AnalyseTransportParameters(v.Name, level.Name, source, spec.Material.Mobile, spec.Transport.Charge, t, spec.Transport.Frame, spec.Transport.HopLengthA),
                [.. trajectories.Select(x => From(Slots.Trajectory, x, Slots.Trajectory)), .. trajectories.Select(x => From(Slots.Summary, x, Slots.Summary))], 1,
                SmallTaskCoreHours * Math.Max(1, trajectories.Count * atoms * steps / dump / 1e6), 1);
            points.Add(point);
        }
        Add($"transport/{v.Name}/{level.Name}/{prefix}arrhenius", BuiltinEngine, spec.Site,
            new FitArrheniusParameters(v.Name, level.Name, source, level.IsStandIn),
            [.. points.Select(p => From(Slots.Points, p, Slots.Summary))], 1, SmallTaskCoreHours / 10, 0.01);
    }

    /// <summary>New draws at full size, in the lattice of the relaxed variant.</summary>
    private List<string> AddFreshCells(FreshCellSpec fresh, VariantSpec v, LevelSpec level)
    {
        var ids = new List<string>();
        for (int c = 0; c < fresh.Configurations; c++)
        {
            string name = $"{v.Name}-c{c.ToString(CultureInfo.InvariantCulture)}";
            string id = $"structures/{v.Name}/{level.Name}/c{c.ToString(CultureInfo.InvariantCulture)}";
            ids.Add(id);
            if (_tasks.Exists(t => t.Id.Value == id))
                continue;
            double atoms = inputs.Material.AtomsPerCell * Product(fresh.Supercell);
            Add(id, BuiltinEngine, spec.Site,
                VariantParameters(name, fresh.Supercell, fresh.Occupancy.Count > 0 ? fresh.Occupancy : v.Occupancy, fresh.Draws, Seed($"fresh/{name}"), v.Disorder),
                [File(Slots.Structure, spec.Material.Structure), From(Slots.Lattice, $"relax/{v.Name}/{level.Name}", Slots.Structure)],
                1, SmallTaskCoreHours * fresh.Draws * Math.Pow(atoms / 160, 2) / 200, atoms * 100 / (1 << 20));
        }
        return ids;
    }

    private void AddBarriers(NebSpec neb, VariantSpec v, LevelSpec level)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (IReadOnlyList<int> direction in neb.Directions)
        {
            string tag = Planner.DirectionTag(direction);
            for (int n = 2; !used.Add(tag); n++)
                tag = $"{Planner.DirectionTag(direction)}-{n.ToString(CultureInfo.InvariantCulture)}";
            bool learned = level.IsStandIn && spec.Train is not null;
            AddBand(neb, v, level, direction, tag, learned ? ForceSource.Potential : ForceSource.Teacher);
            if (learned && HasBlank(level))
                AddBand(neb, v, level, direction, $"blank-{tag}", ForceSource.Teacher);
        }
    }

    private void AddBand(NebSpec neb, VariantSpec v, LevelSpec level, IReadOnlyList<int> direction, string tag, ForceSource source)
    {
        CostModel cost = Cost(level.Site);
        bool learned = source == ForceSource.Potential;
        DftSettings? dft = Dft(level, v, neb.KMesh);
        double us = learned ? cost.PotentialUs(spec.Train!.Network, NumberPrecision.Float64) : cost.TeacherUs;
        (double hours, double disk) = cost.Barriers(level, Atoms(v), neb, us, dft);
        Add($"neb/{v.Name}/{level.Name}/{tag}", level.Engine, level.Site,
            new FindBarriersParameters(v.Name, level.Name, source, spec.Material.Mobile, direction, neb.Images, neb.MaxForceEvPerA, neb.HopsPerClass, neb.MaxHopDistanceA,
                neb.SpringEvPerA2, neb.LayerNormal, dft, dft is null ? null : neb.NeutralVacancy ? 0 : spec.Transport.Charge),
            [
                From(Slots.Structure, $"relax/{v.Name}/{level.Name}", Slots.Structure),
                File(Slots.Parent, spec.Material.Structure),
                .. learned ? [From(Slots.Potential, $"train/{level.Name}/m0", Slots.Model)] : Teacher(level),
            ],
            level.Cores, hours, disk);
    }

    /// <summary>The report reads every artifact a task leaves for people; its input names are "task id:output".</summary>
    private void AddReport()
    {
        TaskInput[] everything =
        [
            .. from task in _tasks
               from output in ReportedOutputs(task.Operation)
               select new TaskInput($"{task.Id}:{output}", new InputSource.Output(task.Id, output)),
        ];
        Add("report/report", BuiltinEngine, "local", // it reads the journal, which lies here
            new ReportParameters(spec.Name, spec.Material.Mobile,
                [.. spec.Levels.Select(l => new ReportLevel(l.Name, l.Words, l.IsStandIn))],
                [.. spec.Material.Variants.Select(v => new ReportVariant(v.Name, v.Carry))],
                spec.Dlmd?.TemperaturesK ?? [],
                new ReportReference(spec.Reference.Lattices, spec.Reference.Text, spec.Reference.Sigma300MsPerCm, spec.Reference.ActivationEnergyEv),
                [.. spec.Notes, .. spec.Reference.NotGiven.Select(p => $"Not given in the source, chosen here: {p}.")],
                spec.Validate.MaxForceErrorRatio,
                [.. spec.Source.Settings.Select(s => new ReportSetting(s.Path, s.Value, s.Origin))],
                spec.Neb?.LayerNormal),
            everything, 1, SmallTaskCoreHours, 10);
    }

    private static IReadOnlyList<string> ReportedOutputs(string operation) => operation switch
    {
        OperationCatalogue.BuildVariant or OperationCatalogue.Relax => [Slots.Structure, Slots.Summary],
        OperationCatalogue.Relabel => [Slots.Scatter],
        OperationCatalogue.Train => [Slots.LearningCurve, Slots.Summary],
        OperationCatalogue.Validate => [Slots.Parity, Slots.Rdf, Slots.Summary],
        OperationCatalogue.AnalyseTransport => [Slots.Msd, Slots.Summary],
        OperationCatalogue.FindBarriers => [Slots.Profiles, Slots.Summary],
        _ => [Slots.Summary],
    };

    private DftSettings? Dft(LevelSpec level, VariantSpec v, IReadOnlyList<int>? kMesh) =>
        level.Electronic is not { } e ? null : new DftSettings(e.Functional, e.EncutEv, e.Spin, e.InitialMoments, e.Hubbard, e.Potcars, e.EdiffEv, e.Smearing, e.SigmaEv,
            kMesh ?? v.KMesh ?? KMesh(v), e.GammaCentred, e.Dispersion, e.FixedMoment, e.Incar);

    /// <summary>Divisions n = ceil(2π / (spacing · width)) along each reciprocal axis of the supercell.</summary>
    private IReadOnlyList<int> KMesh(VariantSpec v) =>
        [.. v.Supercell.Zip(inputs.Material.WidthsA, (n, w) => Math.Max(1, (int)Math.Ceiling(2 * Math.PI / (spec.Material.KSpacingPerA * n * w) - 1e-9)))];

    private IEnumerable<TaskInput> Teacher(LevelSpec level) => level.Potential is { } p ? [File(Slots.Potential, p)] : [];

    private TaskInput File(string name, string path) => new(name, new InputSource.File(path,
        inputs.Files.TryGetValue(path, out var artifact) ? artifact : throw new ArgumentException($"The planner was not given the artifact of '{path}'.")));

    private static TaskInput From(string name, string task, string output) => new(name, new InputSource.Output(TaskId.Parse(task), output));

    private void Add<T>(string id, string engine, string site, T parameters, IReadOnlyList<TaskInput> taskInputs, int cores, double coreHours, double diskMiB)
        where T : IOperationParameters =>
        _tasks.Add(new TaskSpec(TaskId.Parse(id), T.Operation, OperationCatalogue.Versions[T.Operation], engine, site, CanonicalParameters.ToCanonicalJson(parameters),
            taskInputs, cores, coreHours, diskMiB));

    private long Seed(string purpose) => Planner.SeedFor(spec.Seed, purpose);

    private static long Steps(double ps, double timeStepFs) => (long)Math.Round(ps * 1000 / timeStepFs);

    private static int Product(IReadOnlyList<int> n) => n[0] * n[1] * n[2];
}
