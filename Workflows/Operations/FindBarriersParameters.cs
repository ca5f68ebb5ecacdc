namespace Campaign.Workflows.Operations;

/// <summary>Climbing-image NEB for the hop classes along one lattice direction.</summary>
/// <param name="Direction">Lattice direction [u, v, w] in the conventional cell of the parent structure.</param>
/// <param name="Images">Moving images between the end points.</param>
/// <param name="MaxForceEvPerA">Converged when no perpendicular force is longer.</param>
/// <param name="HopsPerClass">At most so many hops per class (site pair, intra- or inter-layer).</param>
/// <param name="MaxHopDistanceA">Longest hop considered.</param>
/// <param name="SpringEvPerA2">Spring constant between images.</param>
/// <param name="VacancyElectrons">Left behind by an ion that is taken out: its charge, or 0 for a neutral vacancy; null where no electrons are computed.</param>
/// <param name="LayerNormal">The reciprocal axis along which layers stack: a, b or c (c means c*).</param>
public sealed record FindBarriersParameters(
    string Variant,
    string Level,
    ForceSource Label,
    string Mobile,
    IReadOnlyList<int> Direction,
    int Images,
    double MaxForceEvPerA,
    int HopsPerClass,
    double MaxHopDistanceA,
    double SpringEvPerA2,
    string LayerNormal,
    DftSettings? Dft = null,
    double? VacancyElectrons = null) : IOperationParameters
{
    public static string Operation => OperationCatalogue.FindBarriers;
}
