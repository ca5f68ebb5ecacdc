using System.Text.Json.Serialization;

namespace Campaign.Cli.Report;

/// <summary>Which engine moved the atoms: the trained potential, or the teacher itself (the method blank).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Mover>))]
public enum Mover
{
    [JsonStringEnumMemberName("potential")]
    Potential,

    [JsonStringEnumMemberName("teacher")]
    Teacher,
}

/// <summary>Mean squared displacements of the mobile species in the host frame, Å²; arrays of one length.</summary>
/// <param name="SelfStderr">One standard error of <paramref name="Self"/>; empty when not known.</param>
/// <param name="FitFromPs">Start of the diffusive window the diffusion coefficient was taken from.</param>
public sealed record MsdCurve(
    string Variant, string Level, Mover Mover, double TemperatureK, double[] LagPs, double[] Self, double[] Distinct, double[] Total,
    double[] SelfStderr, double[] TotalStderr, double? FitFromPs = null, double? FitToPs = null);

/// <summary>Transport at one temperature.</summary>
/// <param name="TemperatureK">Thermostat's set point; the formulas use <paramref name="RealisedK"/>.</param>
/// <param name="DSelf">Tracer diffusion coefficient, cm²/s.</param>
/// <param name="DTotal">Charge (collective) diffusion coefficient in the host frame, cm²/s.</param>
/// <param name="Sigma">Conductivity from <paramref name="DTotal"/>, mS/cm.</param>
/// <param name="LengthPs">Length of the analysed trajectory, over all replicas.</param>
/// <param name="Hops">Site changes of mobile ions seen; null when not counted.</param>
public sealed record TransportPoint(
    string Variant, string Level, Mover Mover, double TemperatureK, double? RealisedK, Q DSelf, Q DTotal, Q HavenRatio, Q Sigma,
    Q? SigmaNernstEinstein, double LengthPs, int Replicas, int? Hops);

/// <summary>A straight line through ln(y) against 1/T.</summary>
/// <param name="Fit">What y is: "D" (self), "sigmaT" or "sigma".</param>
/// <param name="Sigma300">Extrapolation to 300 K, mS/cm; never written for stand-in levels.</param>
/// <param name="Points">What was fitted, with one standard error each.</param>
/// <param name="LnPrefactor">ln A of y = A exp(−Ea/kT), y in cm²/s, K·mS/cm or mS/cm.</param>
/// <param name="Covariance">Var(ln A), Cov(ln A, Ea), Var(Ea) for the band; null when the line carries none.</param>
public sealed record ArrheniusFit(
    string Variant, string Level, Mover Mover, string Fit, Q ActivationEnergyEv, Q? Sigma300,
    IReadOnlyList<ArrheniusPoint> Points, double? LnPrefactor, LineCovariance? Covariance);

public sealed record ArrheniusPoint(double TemperatureK, Q Y);

public sealed record LineCovariance(double VarLnA, double CovLnAEa, double VarEa);

/// <summary>One line of the recovery table: the chain's answer against the teacher's own.</summary>
/// <param name="Quantity">"D self at 700 K", "activation energy", "barrier 4h→2d [110]".</param>
/// <param name="Potential">From the trained potential.</param>
/// <param name="Teacher">From the teacher.</param>
/// <param name="Difference">Potential − teacher, in the unit and with the error it is judged by.</param>
/// <param name="Criterion">"within the joint 95 % interval" or "within 20 meV".</param>
/// <param name="Agrees">null when it cannot be decided because a side is not resolved.</param>
public sealed record BlankRow(string Variant, string Level, string Quantity, Q Potential, Q Teacher, Q Difference, string Criterion, bool? Agrees);

/// <summary>One minimum-energy path.</summary>
/// <param name="Direction">Crystallographic direction from the displacement, "[110]".</param>
/// <param name="Hop">Site pair, "4h→2d".</param>
/// <param name="Layer">"intra" or "inter", by geometry; null in a crystal without layers.</param>
/// <param name="Reaction">Path coordinate of the images, 0 to 1.</param>
/// <param name="EnergyEv">Image energies relative to the first, eV.</param>
/// <param name="SplineReaction">Dense path coordinate of the force-based spline; may be empty.</param>
public sealed record NebRow(
    string Variant, string Level, Mover Mover, string Direction, string Hop, string? Layer, Q BarrierEv, Q? ReverseBarrierEv,
    bool Converged, double MaxForceEvPerA, double LengthA, double[] Reaction, double[] EnergyEv,
    double[] SplineReaction, double[] SplineEnergyEv)
{
    /// <summary>"4h→2d, intra-layer", or the sites alone in a crystal without layers.</summary>
    internal string HopInWords => Layer is null ? Hop : $"{Hop}, {Layer}-layer";
}
