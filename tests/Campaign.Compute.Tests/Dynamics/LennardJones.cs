using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Dynamics;

/// <summary>Argon as Lennard-Jones atoms, to compare with published numbers in reduced units (ε, σ, m, τ = σ√(m/ε)).</summary>
internal sealed class LennardJones(PairTable table, string description) : IPotential
{
    public const double EpsilonEv = 0.0104;
    public const double SigmaA = 3.4;

    public static readonly double TauFs = SigmaA * Math.Sqrt(Elements.MassAmu("Ar") / EpsilonEv / PhysicalConstants.AccelerationPerEvPerAAmu);
    public static readonly double TemperatureUnitK = EpsilonEv / PhysicalConstants.BoltzmannEvPerK;

    public string Description => description;

    public IReadOnlyList<string> TypeMap { get; } = ["Ar"];

    public double CutoffA => table.CutoffA;

    /// <summary>Energy and force vanish at 2.5 σ (LAMMPS <c>lj/smooth/linear</c>).</summary>
    public static LennardJones Smooth() => new(Table(PairFunctions.ShiftedForce(Phi, 2.5 * SigmaA)), "Lennard-Jones, smooth");

    /// <summary>Cut as it is at 2.5 σ (LAMMPS <c>lj/cut</c>).</summary>
    public static LennardJones Cut() => new(Table(Phi), "Lennard-Jones, cut");

    public ICalculator CreateCalculator(Structure structure) => new PairCalculator(table, structure.Types, 0);

    /// <summary>fcc at a reduced density.</summary>
    public static Structure Fcc(int cells, double density = 0.8442)
    {
        double a = Math.Cbrt(4 / density) * SigmaA;
        Vec3[] basis = [Vec3.Zero, new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        Vec3[] positions = [.. from i in Enumerable.Range(0, cells) from j in Enumerable.Range(0, cells) from k in Enumerable.Range(0, cells)
            from b in basis select a * (new Vec3(i, j, k) + b)];
        double l = cells * a;
        return new Structure(new Cell(new Vec3(l, 0, 0), new Vec3(0, l, 0), new Vec3(0, 0, l)), ["Ar"], new int[positions.Length], positions);
    }

    private static PairTable Table(PairFunction phi) => new(1, 2.5 * SigmaA, (_, _) => phi);

    private static PairValue Phi(double r)
    {
        double s6 = Math.Pow(SigmaA / r, 6), s12 = s6 * s6;
        return 4 * EpsilonEv * new PairValue(s12 - s6, (-12 * s12 + 6 * s6) / r, (156 * s12 - 42 * s6) / (r * r));
    }
}
