namespace Campaign.Workflows.Operations;

public enum DisorderKind
{
    /// <summary>Every arrangement with the right counts is equally likely.</summary>
    Random,

    /// <summary>Whole layers are shifted; order within a layer is kept.</summary>
    StackingFaults,
}

/// <summary>An ordered supercell with given occupancies, the best of a number of seeded draws by Ewald energy.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Supercell">Repeats along a, b, c of the cell in the structure file.</param>
/// <param name="Occupancy">Target occupancy per species and site, e.g. "Ti@2a" -> 0.875. Sites left out keep the file's occupancy.</param>
/// <param name="Draws">Number of random arrangements ranked by electrostatic energy.</param>
/// <param name="Seed">Of the draws.</param>
/// <param name="Mobile">Symbol of the mobile species.</param>
/// <param name="OxidationStates">Formal charge per species in e, for neutrality and Ewald ranking.</param>
/// <param name="KSpacingPerA">Spacing of the proposed k-mesh in 1/Å, with the factor 2π.</param>
public sealed record BuildVariantParameters(
    string Name,
    IReadOnlyList<int> Supercell,
    IReadOnlyDictionary<string, double> Occupancy,
    int Draws,
    long Seed,
    DisorderKind Disorder,
    string Mobile,
    IReadOnlyDictionary<string, double> OxidationStates,
    double KSpacingPerA) : IOperationParameters
{
    public static string Operation => OperationCatalogue.BuildVariant;
}
