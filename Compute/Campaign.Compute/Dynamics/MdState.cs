using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>
/// Everything a molecular dynamics run needs to continue with the same bits: positions in Å (unwrapped), velocities in Å/fs,
/// the variables of the thermostat chain and the random generator.
/// </summary>
public sealed record MdState
{
    /// <summary>Steps done so far.</summary>
    public required long Step { get; init; }

    /// <summary>Simulated time in fs; kept beside the step because the time step may differ between segments.</summary>
    public required double TimeFs { get; init; }

    public required Cell Cell { get; init; }

    /// <summary>Positions in Å, unwrapped.</summary>
    public required Vec3[] Positions { get; init; }

    /// <summary>Velocities in Å/fs.</summary>
    public required Vec3[] Velocities { get; init; }

    /// <summary>The Nose-Hoover chain; empty chain for NVE.</summary>
    public required ThermostatState Thermostat { get; init; }

    /// <summary>State of the <see cref="Rng"/> that drew the velocities.</summary>
    public required ulong[] RngState { get; init; }

    /// <summary>Conserved quantity in eV at step 0, the reference of the drift; NaN until the first force evaluation.</summary>
    public required double ConservedReferenceEv { get; init; }

    /// <summary>Sum of the temperatures after every step, for the mean over the whole run however often it was resumed.</summary>
    public double TemperatureSumK { get; init; }

    /// <summary>
    /// A fresh state at rest positions with Maxwell-Boltzmann velocities: no total momentum, scaled to exactly the temperature
    /// on 3N - 3 degrees of freedom.
    /// </summary>
    public static MdState Start(Structure structure, double temperatureK, Rng rng, int chainLength = 3) => new()
    {
        Step = 0,
        TimeFs = 0,
        Cell = structure.Cell,
        Positions = [.. structure.Positions],
        Velocities = MaxwellVelocities.Draw(AtomMasses.Of(structure), temperatureK, rng),
        Thermostat = ThermostatState.AtRest(chainLength),
        RngState = rng.State,
        ConservedReferenceEv = double.NaN,
    };
}

/// <summary>Positions η (dimensionless) and momenta p_η (eV fs) of a Nose-Hoover chain.</summary>
public sealed record ThermostatState(double[] Eta, double[] EtaMomentum)
{
    public static ThermostatState AtRest(int chainLength) => new(new double[chainLength], new double[chainLength]);
}

/// <summary>Masses in amu, one per atom.</summary>
public static class AtomMasses
{
    public static double[] Of(Structure structure)
    {
        double[] byType = [.. structure.TypeMap.Select((symbol, t) => structure.Types.Contains(t) ? Elements.MassAmu(symbol) : 0)];
        return Array.ConvertAll(structure.Types, t => byType[t]);
    }
}
