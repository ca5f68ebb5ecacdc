namespace Campaign.Workflows.Operations;

/// <summary>DeePMD systems split into training, validation and test by whole blocks of a trajectory, not by neighbouring frames.</summary>
/// <param name="BlocksPerTrajectory">Each trajectory is cut into this many blocks of consecutive frames.</param>
/// <param name="ValidationFraction">Fraction of blocks, in [0, 1).</param>
/// <param name="TestFraction">Fraction of blocks, in [0, 1).</param>
/// <param name="Seed">Of the assignment of blocks.</param>
public sealed record BuildDatasetParameters(
    string Level,
    int BlocksPerTrajectory,
    double ValidationFraction,
    double TestFraction,
    long Seed,
    string Mobile) : IOperationParameters
{
    public static string Operation => OperationCatalogue.BuildDataset;
}
