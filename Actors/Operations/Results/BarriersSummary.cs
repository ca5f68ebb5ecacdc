using Campaign.Compute.Paths;

namespace Campaign.Actors.Operations.Results;

/// <summary>Barriers of hops along one lattice direction of one variant.</summary>
/// <param name="Label">potential or teacher.</param>
/// <param name="Direction">Miller indices u, v, w in the conventional cell of the parent.</param>
public sealed record BarriersSummary(
    string Variant,
    string Level,
    string Label,
    int[] Direction,
    IReadOnlyList<HopBarrier> Hops,
    BarrierSpread? Spread,
    IReadOnlyList<string> Notes);
