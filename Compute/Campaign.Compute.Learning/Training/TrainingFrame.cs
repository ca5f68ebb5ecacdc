using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Training;

/// <summary>
/// Labelled frames of one composition. Arrays as in DeePMD's npy files: boxes (F, 9), coordinates and forces (F, 3N),
/// energies (F), virials (F, 9) or null; eV, Å, eV/Å, virial = -dE/dstrain in eV.
/// </summary>
public sealed record TrainingSystem(
    string Name, IReadOnlyList<string> TypeMap, int[] Types, double[][] Boxes, double[][] Coordinates,
    double[] EnergiesEv, double[][] ForcesEvPerA, double[][]? VirialsEv)
{
    public int Frames => EnergiesEv.Length;

    /// <summary>The same frames with types of another map, matched by name.</summary>
    /// <exception cref="ArgumentException">A species is not in the map, or array lengths disagree.</exception>
    public TrainingSystem Remapped(IReadOnlyList<string> typeMap)
    {
        int n = Types.Length;
        if (Boxes.Length != Frames || Coordinates.Length != Frames || ForcesEvPerA.Length != Frames || (VirialsEv is not null && VirialsEv.Length != Frames)
            || Boxes.Any(b => b.Length != 9) || Coordinates.Any(c => c.Length != 3 * n) || ForcesEvPerA.Any(f => f.Length != 3 * n) || VirialsEv?.Any(v => v.Length != 9) == true)
            throw new ArgumentException($"System {Name}: the arrays do not hold {Frames} frames of {n} atoms.");
        int[] map = [.. TypeMap.Select(s => typeMap.ToList().IndexOf(s))];
        int unknown = Array.Find(Types, t => map[t] < 0);
        return map[unknown] < 0 && Array.IndexOf(Types, unknown) >= 0
            ? throw new ArgumentException($"System {Name} contains {TypeMap[unknown]}, which is not among {string.Join(", ", typeMap)}.")
            : this with { TypeMap = typeMap, Types = Array.ConvertAll(Types, t => map[t]) };
    }
}

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

    /// <summary>Frames of a system whose types already follow the model's map.</summary>
    public static IEnumerable<TrainingFrame> Of(TrainingSystem system, double cutoffA)
    {
        for (int f = 0; f < system.Frames; f++)
        {
            double[] c = system.Coordinates[f];
            var positions = new Vec3[system.Types.Length];
            for (int i = 0; i < positions.Length; i++)
                positions[i] = new Vec3(c[3 * i], c[3 * i + 1], c[3 * i + 2]);
            yield return Build(system.Types, system.TypeMap.Count, Cell.FromRowMajor(system.Boxes[f]), positions, cutoffA,
                system.EnergiesEv[f], system.ForcesEvPerA[f], system.VirialsEv?[f]);
        }
    }

    /// <summary>One frame; labels as in <see cref="TrainingSystem"/>.</summary>
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
