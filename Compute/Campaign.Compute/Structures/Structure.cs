namespace Campaign.Compute.Structures;

/// <summary>
/// An ordered configuration: cell, one type per atom (index into <see cref="TypeMap"/>) and Cartesian
/// positions in Å, which may lie outside the cell (unwrapped).
/// </summary>
public sealed record Structure(Cell Cell, IReadOnlyList<string> TypeMap, int[] Types, Vec3[] Positions)
{
    public int Count => Positions.Length;

    /// <summary>Element symbol of one atom.</summary>
    public string SpeciesOf(int atom) => TypeMap[Types[atom]];

    /// <summary>Number of atoms of each type, in the order of the type map.</summary>
    public int[] CountsByType()
    {
        var counts = new int[TypeMap.Count];
        foreach (int t in Types)
            counts[t]++;
        return counts;
    }

    /// <summary>Fractional coordinates, not wrapped.</summary>
    public Vec3[] FractionalPositions() => Array.ConvertAll(Positions, Cell.ToFractional);
}
