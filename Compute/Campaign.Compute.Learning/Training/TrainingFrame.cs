using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// One labelled frame with its pairs within the cutoff, found once: the gradient's graph begins at pair vectors.
/// Pairs of atom i with neighbours of type t are entries Start[i·types + t] … Start[i·types + t + 1] - 1.
/// </summary>
public sealed class TrainingFrame
{
    private readonly Vec3[] _positions, _shifts;
    private readonly short[] _shiftOf;

    private TrainingFrame(int[] types, Vec3[] positions, int[] start, int[] neighbor, Vec3[] shifts, short[] shiftOf, double energy, double[] forces, double[]? virial)
    {
        (Types, _positions, Start, Neighbor, _shifts, _shiftOf) = (types, positions, start, neighbor, shifts, shiftOf);
        (EnergyEv, ForcesEvPerA, VirialEv) = (energy, forces, virial);
    }

    public int[] Types { get; }

    public int Atoms => Types.Length;

    public int[] Start { get; }

    /// <summary>Atom j of every pair.</summary>
    public int[] Neighbor { get; }

    public double EnergyEv { get; }

    /// <summary>3N numbers.</summary>
    public double[] ForcesEvPerA { get; }

    /// <summary>Nine numbers, row-major, or null.</summary>
    public double[]? VirialEv { get; }

    /// <summary>r_j - r_i of a pair of atom i, in Å.</summary>
    public Vec3 PairVector(int i, int pair) => _positions[Neighbor[pair]] + _shifts[_shiftOf[pair]] - _positions[i];

    /// <summary>Why a system cannot be trained on, and what to do; null when it can.</summary>
    public static string? Refusal(DeepMdSystem system, IReadOnlyList<string> typeMap, double cutoffA) =>
        system.EnergiesEv is null ? "It has no energies (energy.npy). Label its frames first."
        : system.ForcesEvPerA is null ? "It has no forces (force.npy). Label its frames first."
        : !system.Periodic && cutoffA > DeepMdSystem.VacuumA ? $"Frames that are not periodic lie {DeepMdSystem.VacuumA} Å apart; a cutoff of {cutoffA} Å reaches from one to the next. Take a smaller cutoff."
        : system.Types.Select(t => system.TypeMap[t]).FirstOrDefault(species => !typeMap.Contains(species)) is { } unknown ? $"It contains {unknown}, which is not among {string.Join(", ", typeMap)}. Name it in type_map, or leave the system out."
        : null;

    /// <summary>Frames of a system, its types matched to the model's by name.</summary>
    /// <exception cref="ArgumentException">Energies or forces are missing, or a species is unknown.</exception>
    public static IEnumerable<TrainingFrame> Of(DeepMdSystem system, IReadOnlyList<string> typeMap, double cutoffA)
    {
        if (Refusal(system, typeMap, cutoffA) is { } refusal)
            throw new ArgumentException($"A system cannot be trained on: {refusal}");
        int[] map = [.. system.TypeMap.Select(species => typeMap.ToList().IndexOf(species))];
        int[] types = Array.ConvertAll(system.Types, t => map[t]);
        int n3 = 3 * types.Length;
        for (int f = 0; f < system.FrameCount; f++)
            yield return Build(types, typeMap.Count, Cell.FromRowMajor(system.BoxesA.AsSpan(9 * f, 9)), system.FrameAt(f).Structure.Positions, cutoffA,
                system.EnergiesEv![f], system.ForcesEvPerA![(f * n3)..((f + 1) * n3)], system.VirialsEv?[(9 * f)..(9 * f + 9)]);
    }

    /// <summary>One frame; 3N forces, nine numbers of the virial -dE/dstrain or null.</summary>
    public static TrainingFrame Build(
        int[] atomTypes, int types, Cell cell, Vec3[] positions, double cutoffA, double energyEv, double[] forcesEvPerA, double[]? virialEv)
    {
        int n = atomTypes.Length;
        var list = new NeighborList(cutoffA, 0);
        list.Update(cell, positions);
        var start = new int[n * types + 1];
        var neighbor = new List<int>();
        var shiftOf = new List<short>();
        var shiftIndex = new Dictionary<Vec3, short>();
        var shifts = new List<Vec3>();
        for (int i = 0; i < n; i++)
            for (int t = 0; t < types; t++)
            {
                start[i * types + t] = neighbor.Count;
                for (int k = list.Start[i]; k < list.Start[i + 1]; k++)
                {
                    int j = list.Neighbors[k];
                    if (atomTypes[j] != t || (positions[j] + list.Shifts[k] - positions[i]).NormSquared >= cutoffA * cutoffA)
                        continue;
                    if (!shiftIndex.TryGetValue(list.Shifts[k], out short index))
                    {
                        shiftIndex[list.Shifts[k]] = index = checked((short)shifts.Count);
                        shifts.Add(list.Shifts[k]);
                    }
                    neighbor.Add(j);
                    shiftOf.Add(index);
                }
            }
        start[^1] = neighbor.Count;
        return new TrainingFrame(atomTypes, positions, start, [.. neighbor], [.. shifts], [.. shiftOf], energyEv, forcesEvPerA, virialEv);
    }
}
