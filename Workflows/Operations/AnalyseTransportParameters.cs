namespace Campaign.Workflows.Operations;

public enum ReferenceFrame
{
    /// <summary>Displacements relative to the mean of the anions.</summary>
    Host,
    Lab,
    Barycentric,
}

/// <summary>Displacements, diffusion, Haven ratio and conductivity at one temperature from one or more replicas.</summary>
/// <param name="Charge">Charge number of the mobile ion in e.</param>
/// <param name="TemperatureK">Set temperature; formulas use the realised mean.</param>
/// <param name="HopLengthA">Displacement that counts as a hop.</param>
public sealed record AnalyseTransportParameters(
    string Variant,
    string Level,
    ForceSource Label,
    string Mobile,
    double Charge,
    double TemperatureK,
    ReferenceFrame Frame,
    double HopLengthA) : IOperationParameters
{
    public static string Operation => OperationCatalogue.AnalyseTransport;
}
