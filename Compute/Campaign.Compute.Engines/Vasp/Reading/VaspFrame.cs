using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>One ionic step of which energy, cell, positions and forces were all printed, for every atom.</summary>
/// <param name="Step">Number of the ionic step, counted from 1 in this file.</param>
/// <param name="FreeEnergyEv">F, the energy that the forces are derivatives of, eV.</param>
/// <param name="EnergyWithoutEntropyEv">eV; null where it is not printed.</param>
/// <param name="SigmaZeroEnergyEv">E0, extrapolated to no smearing, eV.</param>
/// <param name="PositionsA">Cartesian, Å, as printed: vasprun.xml wraps them into the cell.</param>
/// <param name="ForcesEvPerA">eV/Å.</param>
public sealed record VaspFrame(
    int Step, double FreeEnergyEv, double? EnergyWithoutEntropyEv, double? SigmaZeroEnergyEv, Cell Cell, Vec3[] PositionsA, Vec3[] ForcesEvPerA)
{
    /// <summary>kB, positive under compression, without the ions' kinetic part; null where it was not computed (ISIF = 0).</summary>
    public Mat3? StressKb { get; init; }

    /// <summary>Total moment of each atom inside its sphere, Bohr magnetons; null where it is not printed.</summary>
    public double[]? Moments { get; init; }

    public int ElectronicSteps { get; init; }

    /// <summary>Of the OUTCAR, by which the frame was complete; 0 where it was read from another file.</summary>
    public int Line { get; init; }

    /// <summary>Whether the electrons converged; null where the file does not tell.</summary>
    public bool? ElectronsConverged { get; init; }

    /// <summary>Of the ions, K; null outside molecular dynamics.</summary>
    public double? TemperatureK { get; init; }

    /// <summary>By VASP's own force field, not from first principles: never a label.</summary>
    public bool MachineLearned { get; init; }

    /// <summary>-dE/dstrain, eV: the stress times the volume. Positive under compression.</summary>
    public Mat3? VirialEv => StressKb is { } kb ? Cell.Volume / KbPerEvPerA3 * kb : null;

    /// <summary>1 eV/Å³ in kB, from the exact value of the elementary charge.</summary>
    public const double KbPerEvPerA3 = 1602.176634;
}
