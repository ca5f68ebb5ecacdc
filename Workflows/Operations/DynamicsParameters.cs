namespace Campaign.Workflows.Operations;

/// <summary>Where the forces come from.</summary>
public enum ForceSource
{
    /// <summary>The trained Deep Potential.</summary>
    Potential,

    /// <summary>The level of theory itself; its runs are the method blank.</summary>
    Teacher,
}

/// <summary>Production dynamics: minimisation, then Nose-Hoover chain NVT in checkpointed segments.</summary>
/// <param name="EquilibrationSteps">Steps not written.</param>
/// <param name="Steps">Steps after equilibration.</param>
/// <param name="DumpEverySteps">A trajectory frame every so many steps.</param>
/// <param name="SegmentSteps">Steps between two checkpoints.</param>
/// <param name="DampingFs">Thermostat damping time.</param>
/// <param name="ChainLength">Thermostats in the Nose-Hoover chain.</param>
/// <param name="Repeat">Copies of the relaxed cell along a, b, c.</param>
/// <param name="MinimiseFirst">Conjugate-gradient minimisation before the first step.</param>
/// <param name="Threads">Of the potential, where more than one: the order of sums follows it.</param>
public sealed record DynamicsParameters(
    string Variant,
    string Level,
    ForceSource Label,
    double TemperatureK,
    double TimeStepFs,
    long EquilibrationSteps,
    long Steps,
    int DumpEverySteps,
    int SegmentSteps,
    double DampingFs,
    int ChainLength,
    long Seed,
    IReadOnlyList<int> Repeat,
    bool MinimiseFirst,
    NumberPrecision Precision,
    int? Threads = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Dynamics;
}
