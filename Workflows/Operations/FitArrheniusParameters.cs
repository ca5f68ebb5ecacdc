namespace Campaign.Workflows.Operations;

/// <summary>Activation energy from the transport points of one variant.</summary>
/// <param name="StandIn">The labels are a stand-in for DFT: nothing is extrapolated to 300 K.</param>
public sealed record FitArrheniusParameters(
    string Variant,
    string Level,
    ForceSource Label,
    bool StandIn) : IOperationParameters
{
    public static string Operation => OperationCatalogue.FitArrhenius;
}
