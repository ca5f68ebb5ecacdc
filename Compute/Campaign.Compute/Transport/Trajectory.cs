using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>
/// A trajectory ready for analysis: unwrapped Cartesian positions in Å, [frame][atom], evenly spaced in time.
/// </summary>
/// <param name="Species">Element symbol of each atom.</param>
/// <param name="Frames">Positions, Frames[k][i].</param>
/// <param name="Cells">One cell per frame (varying cell) or a single one for all.</param>
/// <param name="FrameSpacingFs">Time between two frames.</param>
/// <param name="LargestStepFraction">
/// Largest step between two frames over half the smallest perpendicular width, when the positions had to be
/// unwrapped: near 1 the unwrapping is unsafe. Null when they came unwrapped.
/// </param>
public sealed record Trajectory(
    IReadOnlyList<string> Species,
    IReadOnlyList<Vec3[]> Frames,
    IReadOnlyList<Cell> Cells,
    double FrameSpacingFs,
    double? LargestStepFraction = null)
{
    public int FrameCount => Frames.Count;

    public int AtomCount => Species.Count;

    /// <summary>Time from the first to the last frame in fs.</summary>
    public double LengthFs => Math.Max(0, FrameCount - 1) * FrameSpacingFs;

    public Cell CellOf(int frame) => Cells[Cells.Count == 1 ? 0 : frame];

    /// <summary>Mean volume in Å³.</summary>
    public double MeanVolume => Cells.Average(c => c.Volume);

    /// <summary>Indices of all atoms of a species.</summary>
    public int[] AtomsOf(string species) => [.. Enumerable.Range(0, AtomCount).Where(i => Species[i] == species)];

    /// <summary>
    /// From ordered structures. Set <paramref name="wrapped"/> when positions were folded into the cell;
    /// they are then unwrapped step by step (<see cref="Unwrapping"/>).
    /// </summary>
    public static Trajectory FromStructures(IEnumerable<Structure> frames, double frameSpacingFs, bool wrapped)
    {
        var positions = new List<Vec3[]>();
        var cells = new List<Cell>();
        string[]? species = null;
        foreach (Structure s in frames)
        {
            species ??= [.. Enumerable.Range(0, s.Count).Select(s.SpeciesOf)];
            if (s.Count != species.Length)
                throw new FormatException($"Frame {positions.Count} has {s.Count} atoms, the first frame has {species.Length}.");
            positions.Add(s.Positions);
            cells.Add(s.Cell);
        }
        if (species is null)
            throw new FormatException("The trajectory holds no frame.");
        if (cells.TrueForAll(c => c == cells[0]))
            cells = [cells[0]];
        if (!wrapped)
            return new Trajectory(species, positions, cells, frameSpacingFs);
        (List<Vec3[]> unwrapped, double largest) = Unwrapping.Unwrap(positions, cells);
        return new Trajectory(species, unwrapped, cells, frameSpacingFs, largest);
    }
}
