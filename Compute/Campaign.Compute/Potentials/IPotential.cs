using Campaign.Compute.Structures;

namespace Campaign.Compute.Potentials;

/// <summary>
/// An interatomic potential: immutable parameters, shared between threads. Work happens in a calculator
/// made for one set of atoms, so that neighbour lists and buffers live as long as a run.
/// </summary>
public interface IPotential
{
    /// <summary>One line for reports, e.g. "ionic model (stand-in for DFT)".</summary>
    string Description { get; }

    /// <summary>Element symbols the potential knows.</summary>
    IReadOnlyList<string> TypeMap { get; }

    /// <summary>Radius in Å beyond which atoms do not interact.</summary>
    double CutoffA { get; }

    /// <summary>
    /// Makes a calculator for atoms of the given species. The type indices of the structure are mapped
    /// by name; a species the potential does not know is an <see cref="ArgumentException"/>.
    /// </summary>
    ICalculator CreateCalculator(Structure structure);
}

/// <summary>Energy and forces of one set of atoms, call after call. Not thread-safe; dispose after use.</summary>
public interface ICalculator : IDisposable
{
    /// <summary>
    /// Computes the potential energy in eV, the forces in eV/Å (overwritten, one per atom) and the virial in eV
    /// (row-major -dE/dstrain, positive under compression). The cell may change between calls.
    /// </summary>
    EnergyAndVirial Compute(Cell cell, ReadOnlySpan<Vec3> positions, Span<Vec3> forces);
}

/// <summary>Potential energy in eV and virial -dE/dstrain in eV; stress = -virial/volume.</summary>
public readonly record struct EnergyAndVirial(double EnergyEv, Mat3 VirialEv);
