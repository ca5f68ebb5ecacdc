using Campaign.Compute;

namespace Campaign.Actors.Operations.Results;

/// <summary>Arrhenius lines of one variant.</summary>
/// <param name="StandIn">The labels stand in for DFT; nothing is extrapolated to 300 K.</param>
public sealed record ArrheniusSummary(string Variant, string Level, string Label, bool StandIn, IReadOnlyList<ArrheniusLine> Lines);

/// <summary>ln y = LnPrefactor - Ea/(k_B T).</summary>
/// <param name="Form">D, sigma or sigmaT: what was fitted.</param>
/// <param name="CovarianceLnPrefactorEa">With the two variances: the band round the line.</param>
/// <param name="Refusal">Why there is no line; then the numbers are null.</param>
/// <param name="Sigma300">Conductivity at 300 K; absent for stand-in labels.</param>
public sealed record ArrheniusLine(
    string Form,
    Quantity ActivationEnergyEv,
    double? LnPrefactor,
    double? ChiSquared,
    int DegreesOfFreedom,
    double BirgeRatio,
    bool Curved,
    IReadOnlyList<double> UsedK,
    IReadOnlyList<double> ExcludedK,
    double? VarianceLnPrefactor,
    double? CovarianceLnPrefactorEa,
    double? VarianceEa,
    Quantity? Sigma300,
    string? Refusal,
    IReadOnlyList<string> Notes);
