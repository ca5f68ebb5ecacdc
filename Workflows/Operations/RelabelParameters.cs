namespace Campaign.Workflows.Operations;

/// <summary>
/// A part of a trajectory's frames computed again, at the same level of theory and from other initial moments, to learn whether its labels
/// depend on the electronic state that the self-consistency began with.
/// </summary>
/// <param name="Fraction">Of the frames, in (0, 1].</param>
/// <param name="Seed">Draws the frames.</param>
/// <param name="Dft">The level's settings, with the other moments as its initial ones.</param>
/// <param name="Vacancy">As in the trajectory: the cell has the same number of electrons.</param>
public sealed record RelabelParameters(
    string Variant,
    string Level,
    double Fraction,
    long Seed,
    DftSettings? Dft = null,
    VacancyParameters? Vacancy = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Relabel;
}
