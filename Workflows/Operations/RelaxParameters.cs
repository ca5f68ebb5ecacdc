namespace Campaign.Workflows.Operations;

/// <summary>Relaxation of positions and, where asked, the cell.</summary>
/// <param name="Level">Level of theory.</param>
/// <param name="MaxForceEvPerA">Converged when no force is longer (eV/Å).</param>
/// <param name="MaxStressGpa">Converged when no stress component is larger (GPa); used with <paramref name="RelaxCell"/>.</param>
/// <param name="Supercell">Repeats in the variant, to print lattice parameters per conventional cell.</param>
public sealed record RelaxParameters(
    string Variant,
    string Level,
    double MaxForceEvPerA,
    double MaxStressGpa,
    bool RelaxCell,
    int MaxSteps,
    IReadOnlyList<int> Supercell,
    DftSettings? Dft = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Relax;
}
