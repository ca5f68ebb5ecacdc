using System.Text.Json.Serialization;

namespace Campaign.Cli.Report;

/// <summary>
/// Everything a report shows, and nothing else: the report is a function of this record. Property names are the field
/// names of <c>report.json</c> in camelCase; the order of declaration is the order in the file. Long curves
/// (MSD, parity, learning curves) are left out of the JSON and written as CSV tables.
/// </summary>
public sealed record ReportModel
{
    public required string Campaign { get; init; }

    public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>Level of theory of the labels in words, of every level, e.g. "ionic model, not DFT".</summary>
    public string Labels => string.Join("; ", Levels.Select(l => l.Words));

    /// <summary>True when any level is a stand-in for DFT: no experiment beside transport, no extrapolation to 300 K.</summary>
    public bool StandIn => Levels.Any(l => l.StandIn);

    /// <summary>Formula or name of the material, for the headline.</summary>
    public string? Material { get; init; }

    /// <summary>Symbol of the mobile species ("Li").</summary>
    public string Mobile { get; init; } = "Li";

    public required IReadOnlyList<LevelOfTheory> Levels { get; init; }

    public IReadOnlyList<StageRow> Stages { get; init; } = [];

    public IReadOnlyList<VariantRow> Structures { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<StructurePicture> Pictures { get; init; } = [];

    public IReadOnlyList<LatticeRow> Lattice { get; init; } = [];

    public IReadOnlyList<PotentialRow> Potential { get; init; } = [];

    /// <summary>Null where the campaign asks for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RelabelRow>? Relabelled { get; init; }

    [JsonIgnore]
    public IReadOnlyList<ParityData> Parity { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<LearningCurve> LearningCurves { get; init; } = [];

    public IReadOnlyList<RdfRow> Rdf { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<MsdCurve> Msd { get; init; } = [];

    public IReadOnlyList<TransportPoint> Transport { get; init; } = [];

    public IReadOnlyList<ArrheniusFit> Arrhenius { get; init; } = [];

    public IReadOnlyList<BlankRow> MethodBlank { get; init; } = [];

    public IReadOnlyList<NebRow> Neb { get; init; } = [];

    /// <summary>Experimental values of the campaign file; shown beside transport only when no level is a stand-in.</summary>
    public ExperimentReference? Experiment { get; init; }

    public IReadOnlyList<CostRow> Cost { get; init; } = [];

    /// <summary>The machine in words: processor, cores used, memory.</summary>
    public string? Hardware { get; init; }

    /// <summary>Choices the numbers depend on, with where each comes from.</summary>
    public IReadOnlyList<SettingRow> Settings { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tasks that failed or were cancelled, by name: what the report would otherwise hold.</summary>
    public IReadOnlyList<MissingRow> Missing { get; init; } = [];

    public IReadOnlyList<SoftwareRow> Software { get; init; } = [];

    /// <summary>Artifacts the report was made from.</summary>
    public IReadOnlyList<ArtifactRow> Provenance { get; init; } = [];

    /// <summary>True when the level of this name stands in for DFT (an unknown level is treated as one in a stand-in report).</summary>
    public bool IsStandIn(string level) => Levels.FirstOrDefault(l => l.Name == level)?.StandIn ?? StandIn;
}

/// <param name="Name">Name in the campaign file, e.g. "u4" or "ionic".</param>
/// <param name="Words">"PBE+U, U−J = 4 eV on Ti 3d, VASP" or "ionic model, not DFT".</param>
/// <param name="StandIn">True for analytic models that stand in for DFT.</param>
public sealed record LevelOfTheory(string Name, string Words, bool StandIn);

/// <summary>Experimental transport values given in the campaign file.</summary>
public sealed record ExperimentReference(double? Sigma300MsPerCm, double? ActivationEnergyEv, string? Citation = null);

/// <param name="Origin">"campaign file", "--set" or "default of the program".</param>
public sealed record SettingRow(string Name, string Value, string Origin);

public sealed record MissingRow(string Task, string Reason);

public sealed record SoftwareRow(string Name, string Version);

/// <param name="Role">What the artifact is, e.g. the task and port that made it: "dlmd/ti0750/ionic/t700: trajectory".</param>
/// <param name="Id">SHA-256.</param>
public sealed record ArtifactRow(string Role, string Id, string Kind, long Bytes);
