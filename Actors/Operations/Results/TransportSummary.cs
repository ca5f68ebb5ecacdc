using Campaign.Compute;

namespace Campaign.Actors.Operations.Results;

/// <summary>Transport of the mobile species at one temperature, over all replicas.</summary>
/// <param name="SetTemperatureK">Temperature asked for.</param>
/// <param name="TemperatureK">Realised mean; all formulas use it.</param>
/// <param name="DSelf">cm²/s.</param>
/// <param name="DTotal">cm²/s.</param>
/// <param name="Sigma">mS/cm, from D_total.</param>
/// <param name="SigmaNernstEinstein">mS/cm, from D_self.</param>
/// <param name="DSelfLogSystematic">One-sided part of the interval of ln D_self.</param>
/// <param name="Hops">Completed hops in all replicas.</param>
/// <param name="AnionMaxDisplacementA">Farthest mean displacement of a host anion.</param>
/// <param name="FitFromPs">Window of lags that D_self was taken from; null when there was no fit.</param>
/// <param name="Beta">Log-log slope of the MSD in the fit window.</param>
public sealed record TransportSummary(
    string Variant,
    string Level,
    string Label,
    double SetTemperatureK,
    double TemperatureK,
    Quantity DSelf,
    Quantity DTotal,
    Quantity HavenRatio,
    Quantity Sigma,
    Quantity SigmaNernstEinstein,
    double DSelfLogSystematic,
    int Replicas,
    double LengthPs,
    int MobileIons,
    int Hops,
    double HopLengthA,
    double AnionMaxDisplacementA,
    double? Beta,
    double? FitFromPs,
    double? FitToPs,
    string Frame,
    IReadOnlyList<string> Notes);
