using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>Arithmetic of the networks; coordinates, distances' filtering and the energy sum are float64 either way.</summary>
public enum NetworkPrecision
{
    /// <summary>For molecular dynamics.</summary>
    Float32,

    /// <summary>Agrees with DeePMD-kit to the last digits; for validation, relaxation and barriers.</summary>
    Float64,
}

/// <summary>
/// A Deep Potential as a potential: energy, forces and virial without automatic differentiation, on one thread per
/// calculator, so that several runs share a machine.
/// </summary>
public sealed class DeepPotentialModel(DeepPotential parameters, NetworkPrecision precision, string? description = null) : IPotential
{
    /// <summary>Extra radius of the neighbour lists, Å.</summary>
    public const double DefaultSkinA = 1.0;

    public DeepPotential Parameters => parameters;

    public NetworkPrecision Precision => precision;

    public string Description { get; } = description ?? "Deep Potential";

    public IReadOnlyList<string> TypeMap => parameters.TypeMap;

    public double CutoffA => parameters.Descriptor.CutoffA;

    public ICalculator CreateCalculator(Structure structure) => CreateDeepCalculator(structure);

    /// <summary>A calculator that can also tell the energy of every atom.</summary>
    /// <exception cref="ArgumentException">A species of the structure is unknown to the model.</exception>
    public IDeepCalculator CreateDeepCalculator(Structure structure, double skinA = DefaultSkinA)
    {
        int[] types = MapTypes(structure);
        return precision == NetworkPrecision.Float32
            ? new DeepPotentialCalculator<float>(parameters, types, skinA)
            : new DeepPotentialCalculator<double>(parameters, types, skinA);
    }

    private int[] MapTypes(Structure structure)
    {
        var map = new int[structure.TypeMap.Count];
        for (int t = 0; t < map.Length; t++)
        {
            map[t] = TypeMap.ToList().IndexOf(structure.TypeMap[t]);
            if (map[t] < 0 && Array.IndexOf(structure.Types, t) >= 0)
                throw new ArgumentException($"The Deep Potential knows {string.Join(", ", TypeMap)}, but the structure contains {structure.TypeMap[t]}.");
        }
        return Array.ConvertAll(structure.Types, t => map[t]);
    }
}

/// <summary>A calculator of a Deep Potential.</summary>
public interface IDeepCalculator : ICalculator
{
    /// <summary>Energy of every atom in eV, as of the last call of Compute.</summary>
    ReadOnlySpan<double> AtomEnergiesEv { get; }
}

/// <summary>A structure has more neighbours of a type than the model has slots for; the model's answer would be wrong.</summary>
public sealed class NeighborOverflowException(int atom, string centre, string neighbor, int found, int sel)
    : InvalidOperationException(
        $"Atom {atom} ({centre}) has {found} {neighbor} neighbours within the cutoff, but the model was made for at most {sel}. "
        + $"Train with sel >= {found} for {neighbor} (and a margin), or look for a collapsed structure.")
{
    /// <summary>The number of neighbours that was found.</summary>
    public int Found => found;
}
