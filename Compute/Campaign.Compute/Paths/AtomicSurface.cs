using System.Runtime.InteropServices;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>
/// The potential energy (eV) of atoms in a fixed cell over their 3N Cartesian coordinates (Å), ordered x1 y1 z1 x2 ...
/// </summary>
public sealed class AtomicSurface(IPotential potential, Structure structure) : IEnergySurface
{
    private readonly ICalculator _calculator = potential.CreateCalculator(structure);

    public int Dimension => 3 * structure.Count;

    public int ParticleDimension => 3;

    public double Evaluate(ReadOnlySpan<double> point, Span<double> force) =>
        _calculator.Compute(structure.Cell, MemoryMarshal.Cast<double, Vec3>(point), MemoryMarshal.Cast<double, Vec3>(force)).EnergyEv;

    public void Dispose() => _calculator.Dispose();

    /// <summary>Positions as one flat point.</summary>
    public static double[] Flatten(ReadOnlySpan<Vec3> positions) => MemoryMarshal.Cast<Vec3, double>(positions).ToArray();

    /// <summary>A flat point as positions.</summary>
    public static Vec3[] Unflatten(ReadOnlySpan<double> point) => MemoryMarshal.Cast<double, Vec3>(point).ToArray();
}
