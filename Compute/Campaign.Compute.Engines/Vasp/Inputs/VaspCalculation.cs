namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What VASP is to do at a level of theory.</summary>
public abstract record VaspCalculation
{
    private VaspCalculation()
    {
    }

    /// <summary>Moves ions, and where asked the cell, until the forces are small.</summary>
    /// <param name="MaxForceEvPerA">Of any atom, eV/Å.</param>
    public sealed record Relaxation(double MaxForceEvPerA, bool Cell, int MaxSteps) : VaspCalculation;

    /// <summary>Molecular dynamics in a fixed cell at one temperature.</summary>
    /// <param name="FrictionPerPs">Of the Langevin thermostat, 1/ps, the same for all species.</param>
    /// <param name="Seed">Any number; equal seeds give equal random numbers.</param>
    public sealed record Dynamics(double TemperatureK, double TimeStepFs, int Steps, VaspThermostat Thermostat, double FrictionPerPs, long Seed) : VaspCalculation;

    /// <summary>Energy, forces and stress of one configuration.</summary>
    public sealed record SinglePoint : VaspCalculation
    {
        /// <summary>With the precision of dynamics, to be compared with its frames; else with exact projectors.</summary>
        public bool AsInDynamics { get; init; }
    }

    /// <summary>A nudged elastic band.</summary>
    /// <param name="Images">Between the two ends.</param>
    /// <param name="SpringEvPerA2">Between images, eV/Å², positive.</param>
    /// <param name="MaxForceEvPerA">On any atom of any image, eV/Å.</param>
    /// <param name="Vtst">VASP was built with the VTST tools: the highest image climbs, and their optimiser is used.</param>
    public sealed record Band(int Images, double SpringEvPerA2, double MaxForceEvPerA, int MaxSteps, bool Vtst) : VaspCalculation;
}

public enum VaspThermostat
{
    Nose,

    /// <summary>Needs a VASP built with <c>-Dtbdyn</c>.</summary>
    Langevin,
}
