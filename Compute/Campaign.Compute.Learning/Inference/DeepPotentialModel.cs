using System.Numerics;
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
/// calculator unless told otherwise, so that several runs share a machine.
/// </summary>
/// <param name="tables">How the embedding nets are tabulated, which makes them several times faster; null: they are evaluated themselves.</param>
/// <param name="threads">Of every calculator; more than one pays for thousands of atoms. The last digits follow their number.</param>
public sealed class DeepPotentialModel(DeepPotential parameters, NetworkPrecision precision, string? description = null, TableSettings? tables = null, int threads = 1) : IPotential
{
    private readonly Lazy<IReadOnlyDictionary<DenseNet, EmbeddingTable<float>>> _tables32 = new(() => Tables<float>(parameters, tables));
    private readonly Lazy<IReadOnlyDictionary<DenseNet, EmbeddingTable<double>>> _tables64 = new(() => Tables<double>(parameters, tables));

    private long _pairsOutsideTables;

    /// <summary>Extra radius of the neighbour lists, Å.</summary>
    public const double DefaultSkinA = 1.0;

    public DeepPotential Parameters => parameters;

    public NetworkPrecision Precision => precision;

    public string Description { get; } = description ?? "Deep Potential";

    public IReadOnlyList<string> TypeMap => parameters.TypeMap;

    public double CutoffA => parameters.Descriptor.CutoffA;

    /// <summary>Pairs that lay outside the tables and went through the nets themselves, over all calculators that are disposed of.</summary>
    public long PairsOutsideTables => Interlocked.Read(ref _pairsOutsideTables);

    public ICalculator CreateCalculator(Structure structure) => CreateDeepCalculator(structure);

    /// <summary>A calculator that can also tell the energy of every atom.</summary>
    /// <exception cref="ArgumentException">A species of the structure is unknown to the model.</exception>
    public IDeepCalculator CreateDeepCalculator(Structure structure, double skinA = DefaultSkinA)
    {
        int[] types = MapTypes(structure);
        return precision == NetworkPrecision.Float32
            ? new DeepPotentialCalculator<float>(parameters, types, skinA, _tables32.Value, threads, Count)
            : new DeepPotentialCalculator<double>(parameters, types, skinA, _tables64.Value, threads, Count);
    }

    private void Count(long pairsOutsideTables) => Interlocked.Add(ref _pairsOutsideTables, pairsOutsideTables);

    private static IReadOnlyDictionary<DenseNet, EmbeddingTable<T>> Tables<T>(DeepPotential parameters, TableSettings? settings)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        settings is null ? new Dictionary<DenseNet, EmbeddingTable<T>>() : EmbeddingTables.Build<T>(parameters, settings);

    /// <summary>As simulations use a model: with tables that are as good as the precision.</summary>
    public static DeepPotentialModel Fast(DeepPotential parameters, NetworkPrecision precision = NetworkPrecision.Float32, int threads = 1) => new(
        parameters, precision, tables: precision == NetworkPrecision.Float32 ? TableSettings.Float32 : TableSettings.Float64, threads: threads);

    /// <summary>As everything uses it that is checked against other programs: float64, through the nets themselves.</summary>
    public static DeepPotentialModel Exact(DeepPotential parameters) => new(parameters, NetworkPrecision.Float64);

    private int[] MapTypes(Structure structure)
    {
        var map = new int[structure.TypeMap.Count];
        for (int t = 0; t < map.Length; t++)
        {
            map[t] = TypeMap.ToList().IndexOf(structure.TypeMap[t]);
            if (map[t] < 0 && Array.IndexOf(structure.Types, t) >= 0)
                throw new ArgumentException($"The Deep Potential knows {string.Join(", ", TypeMap)}, but the structure contains {structure.TypeMap[t]}. Take a model trained with it, or check the structure's species.");
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
    : ArgumentException(
        $"Atom {atom} ({centre}) has {found} {neighbor} neighbours within the cutoff, but the model was made for at most {sel}. "
        + $"Train with sel >= {found} for {neighbor} and a margin (in a campaign: a larger train.network.selMargin), or look for a collapsed structure.")
{
    /// <summary>The number of neighbours that was found.</summary>
    public int Found => found;
}
