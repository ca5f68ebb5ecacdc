using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Learning.Inference;

/// <summary>A neighbour list whose rows are grouped by the neighbours' type.</summary>
/// <param name="atomTypes">Of every atom.</param>
/// <param name="types">How many there are.</param>
internal sealed class NeighborGroups(int[] atomTypes, int types, double cutoffA, double skinA)
{
    private readonly NeighborList _list = new(cutoffA, skinA);

    /// <summary>Neighbours of type t of atom i are the entries from [i · types + t] to the next.</summary>
    public int[] Start { get; } = new int[atomTypes.Length * types + 1];

    /// <summary>Atom j of every entry.</summary>
    public int[] Atom { get; private set; } = [];

    /// <summary>Lattice translation of every entry, Å.</summary>
    public Vec3[] Shift { get; private set; } = [];

    /// <summary>Entries of the atom that has the most.</summary>
    public int Longest { get; private set; }

    /// <summary>True when the list was built anew.</summary>
    public bool Update(Cell cell, ReadOnlySpan<Vec3> positions)
    {
        if (!_list.Update(cell, positions))
            return false;
        ReadOnlySpan<int> start = _list.Start, neighbors = _list.Neighbors;
        ReadOnlySpan<Vec3> shifts = _list.Shifts;
        if (Atom.Length < neighbors.Length)
        {
            Atom = new int[neighbors.Length * 5 / 4];
            Shift = new Vec3[Atom.Length];
        }
        int at = 0;
        Longest = 0;
        for (int i = 0; i < atomTypes.Length; i++)
        {
            for (int t = 0; t < types; t++)
            {
                Start[i * types + t] = at;
                for (int k = start[i]; k < start[i + 1]; k++)
                    if (atomTypes[neighbors[k]] == t)
                    {
                        Atom[at] = neighbors[k];
                        Shift[at++] = shifts[k];
                    }
            }
            Longest = Math.Max(Longest, start[i + 1] - start[i]);
        }
        Start[^1] = at;
        return true;
    }
}
