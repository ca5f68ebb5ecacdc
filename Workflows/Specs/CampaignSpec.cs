using Campaign.Workflows.Operations;

namespace Campaign.Workflows.Specs;

/// <summary>A campaign as read from its file: every value present, whether written or a default.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Seed">Base of all seeds that are not given on their own.</param>
/// <param name="Cores">Compute slots on the local site; null: as many as the machine has.</param>
/// <param name="Aimd">Null when the section is absent: then the stage is not planned. Likewise the other optional sections.</param>
/// <param name="Notes">Sentences for the report.</param>
public sealed record CampaignSpec(
    SpecSource Source,
    string Name,
    long Seed,
    string Site,
    int? Cores,
    MaterialSpec Material,
    IReadOnlyList<LevelSpec> Levels,
    RelaxSpec Relax,
    AimdSpec? Aimd,
    DatasetSpec Dataset,
    TrainSpec? Train,
    ValidateSpec Validate,
    DlmdSpec? Dlmd,
    TransportSpec Transport,
    NebSpec? Neb,
    MethodBlankSpec MethodBlank,
    ReferenceSpec Reference,
    LimitsSpec Limits,
    BudgetSpec Budgets,
    IReadOnlyList<string> Notes)
{
    /// <summary>Paths of files the campaign reads, as written, without repeats, in the order of the file.</summary>
    public IReadOnlyList<string> Files =>
        [.. new[] { Material.Structure }.Concat(Levels.Select(l => l.Potential).OfType<string>()).Distinct(StringComparer.Ordinal)];

    /// <summary>Names of sites used, without repeats.</summary>
    public IReadOnlyList<string> Sites =>
        [.. new[] { Site }.Concat(Levels.Select(l => l.Site)).Append(Train?.Site).Append(Dlmd?.Site).OfType<string>().Distinct(StringComparer.Ordinal)];

    public VariantSpec Variant(string name) => Material.Variants.First(v => v.Name == name);
}

/// <summary>The file and where its keys stand.</summary>
/// <param name="Positions">Key path to file, line and column (from 1); overrides carry the name "--set".</param>
/// <param name="Defaults">Values nobody wrote.</param>
/// <param name="Settings">Everything that holds and the numbers depend on, with where it comes from, in the order of the file.</param>
public sealed record SpecSource(
    string File,
    IReadOnlyDictionary<string, (string File, int Line, int Column)> Positions,
    IReadOnlyList<SpecDefault> Defaults,
    IReadOnlyList<SpecSetting> Settings)
{
    /// <summary>Place of a key, of its nearest parent that is written, or the top of the file.</summary>
    public (string File, int Line, int Column) PositionOf(string path)
    {
        for (string p = path; p.Length > 0; p = p[..Math.Max(0, p.LastIndexOfAny(['.', '[']))])
            if (Positions.TryGetValue(p, out var at))
                return at;
        return (File, 1, 1);
    }
}

/// <summary>A default that was used.</summary>
public sealed record SpecDefault(string Path, string Value);

/// <summary>A value that holds for a campaign; list entries with a name are called by it, e.g. <c>material.variants[ti0750].draws</c>.</summary>
public sealed record SpecSetting(string Path, string Value, SettingOrigin Origin);

/// <summary>Who chose a value.</summary>
public enum SettingOrigin
{
    /// <summary>Written in the campaign file.</summary>
    File,

    /// <summary>Given with <c>--set</c>.</summary>
    CommandLine,

    /// <summary>The program's default: nobody wrote it.</summary>
    Default,
}

/// <param name="Structure">CIF or POSCAR, path as written.</param>
/// <param name="Mobile">Symbol of the mobile species.</param>
/// <param name="OxidationStates">Formal charges; empty: the program's table of usual ones.</param>
/// <param name="KSpacingPerA">For k-meshes that are not given, in 1/Å with the factor 2π.</param>
public sealed record MaterialSpec(
    string Structure,
    string Mobile,
    IReadOnlyDictionary<string, double> OxidationStates,
    double KSpacingPerA,
    IReadOnlyList<VariantSpec> Variants);

/// <param name="Occupancy">"Ti@2a" -> 0.875; sites left out keep the file's occupancy.</param>
/// <param name="Carry">Goes through aimd, dlmd and neb, not only through relaxation.</param>
/// <param name="KMesh">Null: from the spacing.</param>
public sealed record VariantSpec(
    string Name,
    IReadOnlyList<int> Supercell,
    IReadOnlyDictionary<string, double> Occupancy,
    int Draws,
    long Seed,
    DisorderKind Disorder,
    bool Carry,
    IReadOnlyList<int>? KMesh);

/// <summary>A level of theory. Every label belongs to exactly one.</summary>
/// <param name="Engine">builtin, vasp, gpaw or cp2k.</param>
/// <param name="Potential">Parameter file of the analytic model (builtin), path as written.</param>
/// <param name="Electronic">Settings of the electronic structure (all other engines).</param>
/// <param name="Cores">Slots one task of this level occupies.</param>
public sealed record LevelSpec(string Name, string Engine, string Site, int Cores, string? Potential, ElectronicSpec? Electronic)
{
    /// <summary>The analytic model stands in for DFT; its numbers are not comparable with experiment.</summary>
    public bool IsStandIn => Engine == "builtin";

    /// <summary>The level in words, for reports.</summary>
    public string Words => Electronic is not { } e
        ? $"{Name} model (analytic stand-in), not DFT"
        : $"{e.Functional}{(e.Hubbard.Values.Any(h => h.UMinusJEv != 0) ? "+U" : "")}{string.Concat(e.Hubbard.Select(h => string.Create(System.Globalization.CultureInfo.InvariantCulture, $" (U-J {h.Value.UMinusJEv} eV on {h.Key} {h.Value.L})")))}, {Engine}";
}

/// <summary>As <see cref="DftSettings"/>, without what depends on the cell.</summary>
/// <param name="MomentWindow">By species: the least and the most moment (µB, without sign) of its atoms in a labelled frame.</param>
public sealed record ElectronicSpec(
    string Functional,
    double EncutEv,
    bool Spin,
    IReadOnlyDictionary<string, double> InitialMoments,
    IReadOnlyDictionary<string, HubbardTerm> Hubbard,
    IReadOnlyDictionary<string, string> Potcars,
    double EdiffEv,
    string Smearing,
    double SigmaEv,
    bool GammaCentred,
    string Dispersion,
    bool FixedMoment,
    IReadOnlyList<string> Incar,
    IReadOnlyDictionary<string, IReadOnlyList<double>> MomentWindow);

public sealed record RelaxSpec(double MaxForceEvPerA, double MaxStressGpa, bool Cell, int MaxSteps);

/// <param name="Strains">Isotropic linear strains, or six Voigt components each.</param>
/// <param name="StrainTemperaturesK">Temperatures at which strained cells are sampled.</param>
/// <param name="VacancyTemperaturesK">Temperatures at which cells with one mobile ion less are sampled.</param>
/// <param name="KMesh">For electronic engines; null: as in relaxation.</param>
/// <param name="Thermostat">nose or langevin; the built-in engine has its own chain of Nose and Hoover.</param>
/// <param name="Relabel">Null: no frame is computed again.</param>
public sealed record AimdSpec(
    IReadOnlyList<string> Variants,
    IReadOnlyList<double> TemperaturesK,
    IReadOnlyList<StrainSpec> Strains,
    IReadOnlyList<double> StrainTemperaturesK,
    IReadOnlyList<double> VacancyTemperaturesK,
    double TimeStepFs,
    double EquilibrationPs,
    double LengthPs,
    double FrameStrideFs,
    double DampingFs,
    IReadOnlyList<int>? KMesh,
    string Thermostat,
    RelabelSpec? Relabel = null);

/// <summary>Frames of every trajectory that are computed again from another initial state.</summary>
/// <param name="Fraction">Of the frames of a trajectory, in (0, 1].</param>
/// <param name="InitialMoments">In µB, by species; a species that is not named begins as at the level.</param>
public sealed record RelabelSpec(double Fraction, IReadOnlyDictionary<string, double> InitialMoments)
{
    /// <summary>Whether the labels of a level can depend on the initial moments.</summary>
    public static bool IsFor(LevelSpec level) => level is { Engine: "vasp", Electronic: not null };

    /// <summary>With which moments the frames of a level begin.</summary>
    public IReadOnlyDictionary<string, double> MomentsOf(ElectronicSpec level)
    {
        var moments = new SortedDictionary<string, double>(level.InitialMoments.ToDictionary(), StringComparer.Ordinal);
        foreach ((string element, double moment) in InitialMoments)
            moments[element] = moment;
        return moments;
    }
}

/// <param name="Tag">Part of the task id, e.g. "p3" for +3 %.</param>
/// <param name="Voigt">xx, yy, zz, yz, xz, xy.</param>
public sealed record StrainSpec(string Tag, IReadOnlyList<double> Voigt);

public sealed record DatasetSpec(int BlocksPerTrajectory, double ValidationFraction, double TestFraction);

/// <param name="Models">Size of the ensemble.</param>
public sealed record TrainSpec(
    string Engine,
    string Site,
    int Models,
    NetworkShape Network,
    int Steps,
    LearningRateSchedule LearningRate,
    int BatchFrames,
    LossPrefactors Loss,
    NumberPrecision Precision,
    int Threads,
    int CheckpointEverySteps,
    int DisplayEverySteps);

/// <param name="RdfTemperaturesK">Null: the sampling temperatures.</param>
public sealed record ValidateSpec(IReadOnlyList<double>? RdfTemperaturesK, double RdfLengthPs, double RdfRmaxA, int RdfBins, double? MaxForceErrorRatio);

/// <param name="Repeat">Copies of the relaxed cell along a, b, c.</param>
/// <param name="Fresh">Instead of copies: new draws at full size.</param>
/// <param name="Cores">Slots one run occupies; threads of the built-in engine.</param>
/// <param name="Atoms">What the user expects the box to hold; checked, not used.</param>
public sealed record DlmdSpec(
    string Engine,
    string Site,
    int Cores,
    IReadOnlyList<string> Variants,
    IReadOnlyList<double> TemperaturesK,
    double TimeStepFs,
    double EquilibrationPs,
    double LengthPs,
    double DumpEveryFs,
    double SegmentPs,
    double DampingFs,
    int ChainLength,
    int Replicas,
    IReadOnlyList<int> Repeat,
    FreshCellSpec? Fresh,
    int? Atoms,
    bool MinimiseFirst,
    NumberPrecision Precision);

/// <param name="Occupancy">Empty: as the variant.</param>
/// <param name="Configurations">Independent draws; each gets its own runs.</param>
public sealed record FreshCellSpec(IReadOnlyList<int> Supercell, IReadOnlyDictionary<string, double> Occupancy, int Configurations, int Draws);

public sealed record TransportSpec(double Charge, ReferenceFrame Frame, double HopLengthA);

public sealed record NebSpec(
    IReadOnlyList<string> Variants,
    IReadOnlyList<IReadOnlyList<int>> Directions,
    int Images,
    double MaxForceEvPerA,
    int HopsPerClass,
    double MaxHopDistanceA,
    double SpringEvPerA2,
    string LayerNormal,
    IReadOnlyList<int>? KMesh,
    bool NeutralVacancy);

/// <summary>The same analysis on the teacher's own trajectories; possible where the level of theory is cheap.</summary>
/// <param name="LengthFactor">Length of the teacher's runs over that of the potential's.</param>
public sealed record MethodBlankSpec(bool Enabled, double LengthFactor);

/// <summary>Values to compare with. Nothing is ever tuned to them.</summary>
/// <param name="Text">Where they are from.</param>
/// <param name="ActivationEnergyFit">What the activation energy was fitted to: sigma, sigmaT or unknown; null: not said.</param>
/// <param name="TrainingSamples">A number of "samples" a source states without saying of what.</param>
/// <param name="NotGiven">Key paths of choices the source does not give.</param>
public sealed record ReferenceSpec(
    string? Text,
    double? Sigma300MsPerCm,
    double? ActivationEnergyEv,
    string? ActivationEnergyFit,
    double? DiffusionCm2PerS,
    double? DiffusionTemperatureK,
    double? HavenRatio,
    double? TrainingSamples,
    IReadOnlyList<ReferenceLattice> Lattices,
    IReadOnlyList<string> NotGiven);

/// <summary>Above these `run` refuses. Null: no limit.</summary>
public sealed record LimitsSpec(double? CoreHours, double? WallDays);

/// <param name="CorrectionsPerHandler">Automatic corrections by one handler for one task.</param>
/// <param name="CorrectionsPerTask">Automatic corrections for one task in all.</param>
/// <param name="Quorum">Fraction of a stage's tasks that must succeed for it to conclude.</param>
/// <param name="PhysicsChanges">Whether corrections may change what is computed, e.g. the time step.</param>
public sealed record BudgetSpec(int CorrectionsPerHandler, int CorrectionsPerTask, double Quorum, bool PhysicsChanges);
