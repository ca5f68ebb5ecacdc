using System.Text.Json.Nodes;

namespace Campaign.Workflows.Operations;

/// <summary>Names and versions of the operations a task can ask for. Raise a version when equal inputs give other results.</summary>
public static class OperationCatalogue
{
    public const string BuildVariant = "build-variant";
    public const string Relax = "relax";
    public const string Sample = "sample";
    public const string Relabel = "relabel";
    public const string BuildDataset = "build-dataset";
    public const string Train = "train";
    public const string Validate = "validate";
    public const string Dynamics = "dynamics";
    public const string AnalyseTransport = "analyse-transport";
    public const string FitArrhenius = "fit-arrhenius";
    public const string FindBarriers = "find-barriers";
    public const string Report = "report";

    /// <summary>Version of each operation's meaning.</summary>
    public static IReadOnlyDictionary<string, int> Versions { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [BuildVariant] = 1,
        [Relax] = 1,
        [Sample] = 1,
        [Relabel] = 1,
        [BuildDataset] = 1,
        [Train] = 1,
        [Validate] = 3,
        [Dynamics] = 2,
        [AnalyseTransport] = 2,
        [FitArrhenius] = 1,
        [FindBarriers] = 1,
        [Report] = 2,
    };

    private static readonly Dictionary<string, Action<JsonObject>> Readers = new(StringComparer.Ordinal)
    {
        [BuildVariant] = p => CanonicalParameters.Read<BuildVariantParameters>(p),
        [Relax] = p => CanonicalParameters.Read<RelaxParameters>(p),
        [Sample] = p => CanonicalParameters.Read<SampleParameters>(p),
        [Relabel] = p => CanonicalParameters.Read<RelabelParameters>(p),
        [BuildDataset] = p => CanonicalParameters.Read<BuildDatasetParameters>(p),
        [Train] = p => CanonicalParameters.Read<TrainParameters>(p),
        [Validate] = p => CanonicalParameters.Read<ValidateParameters>(p),
        [Dynamics] = p => CanonicalParameters.Read<DynamicsParameters>(p),
        [AnalyseTransport] = p => CanonicalParameters.Read<AnalyseTransportParameters>(p),
        [FitArrhenius] = p => CanonicalParameters.Read<FitArrheniusParameters>(p),
        [FindBarriers] = p => CanonicalParameters.Read<FindBarriersParameters>(p),
        [Report] = p => CanonicalParameters.Read<ReportParameters>(p),
    };

    /// <summary>Whether an operation can read these parameters.</summary>
    /// <returns>False when it cannot; true also for an operation that is not in this catalogue.</returns>
    public static bool CanRead(string operation, JsonObject parameters)
    {
        try
        {
            Readers.GetValueOrDefault(operation)?.Invoke(parameters);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>Names of inputs and outputs, so that planner and adapters cannot disagree by a letter.</summary>
public static class Slots
{
    // inputs
    public const string Structure = "structure";
    public const string Parent = "parent";
    public const string Potential = "potential";
    public const string Frames = "frames";
    public const string Systems = "systems";
    public const string Model = "model";
    public const string Trajectory = "trajectory";
    public const string Points = "points";

    /// <summary>A structure whose cell vectors, per repeat, replace those of the structure file.</summary>
    public const string Lattice = "lattice";

    // outputs (some double as inputs of a later task)
    public const string Summary = "summary";
    public const string Poscar = "poscar";

    /// <summary>A ledger of magnetic moments, frame by frame.</summary>
    public const string Moments = "moments";

    /// <summary>How far labels that began in another state are from those of a trajectory.</summary>
    public const string Scatter = "scatter";

    /// <summary>The same, frame by frame.</summary>
    public const string Differences = "differences";

    public const string LearningCurve = "lcurve";

    /// <summary>A trained model as LAMMPS reads it.</summary>
    public const string FrozenModel = "frozen";

    public const string Parity = "parity";
    public const string Rdf = "rdf";
    public const string Msd = "msd";
    public const string Profiles = "profiles";
    public const string ReportHtml = "report";
    public const string ReportJson = "json";
    public const string ReportFiles = "files";
}
