namespace Campaign.Compute.Structures;

/// <summary>
/// The cation layers of a crystal stacked along the normal of two cell vectors (c* for axis 2). A layer index is the nearest integer of the height
/// r·n over the layer spacing, measured in the current cell, so it survives relaxation and grows without bound for unwrapped positions.
/// Even and odd layers alternate as in the parent cell; a hop is inter-layer when its index changes.
/// </summary>
/// <param name="Axis">Stacking axis: 0, 1, 2 for a*, b*, c*.</param>
/// <param name="PerParentCell">Layers in one parent cell.</param>
/// <param name="OriginFraction">Height of layer 0 as a fraction of the parent cell.</param>
public sealed record LayerStack(int Axis, int PerParentCell, double OriginFraction)
{
    /// <summary>Heights within this distance in Å belong to one layer.</summary>
    private const double PlaneThicknessA = 0.8;

    /// <summary>Planes closer than this in Å are no layers.</summary>
    private const double SmallestSpacingA = 2;

    /// <summary>Unevenness of the spacing, as a fraction of it, beyond which a crystal is not called layered.</summary>
    private const double LargestUnevenness = 0.25;

    /// <summary>
    /// Finds the planes of the given cations in the parent structure. Null when they do not form evenly spaced, well separated planes.
    /// </summary>
    /// <param name="isCation">Species whose sites define the planes, occupied or not.</param>
    public static LayerStack? Find(AverageStructure parent, Func<string, bool> isCation, int axis = 2)
    {
        double width = parent.Cell.PerpendicularWidths[axis];
        double[] heights = [.. parent.Sites.Where(s => s.Species.Any(x => isCation(x.Symbol))).SelectMany(s => s.Orbit).Select(p => p[axis] - Math.Floor(p[axis])).Order()];
        if (heights.Length == 0)
            return null;
        List<List<double>> planes = Clusters(heights, PlaneThicknessA / 2 / width);
        if (planes.Any(p => (p[^1] - p[0]) * width > PlaneThicknessA))
            return null;
        double[] centres = [.. planes.Select(p => p.Average()).Order()];
        double spacing = 1.0 / centres.Length;
        double origin = centres.Select((c, i) => c - i * spacing).Average();
        bool even = centres.Select((c, i) => Math.Abs(c - i * spacing - origin)).All(d => d <= LargestUnevenness * spacing);
        return even && spacing * width >= SmallestSpacingA ? new LayerStack(axis, centres.Length, Math.Abs(origin) < 1e-9 ? 0 : origin) : null;
    }

    /// <summary>Layer spacing in Å of a (super)cell with the given repeats along the axis: c sin(β)/2 for C2/m with two layers.</summary>
    public double SpacingA(Cell supercell, int repeats) => supercell.PerpendicularWidths[Axis] / (repeats * PerParentCell);

    /// <summary>Height of a Cartesian position above layer 0 in units of the layer spacing.</summary>
    public double Height(Vec3 position, Cell supercell, int repeats) =>
        (supercell.ToFractional(position)[Axis] * repeats - OriginFraction) * PerParentCell;

    /// <summary>Layer index of a position.</summary>
    public int Index(Vec3 position, Cell supercell, int repeats) => (int)Math.Round(Height(position, supercell, repeats));

    /// <summary>Unit normal of the layers.</summary>
    public Vec3 Normal(Cell cell)
    {
        (Vec3 a, Vec3 b, Vec3 c) = cell.Reciprocal;
        Vec3 n = Axis switch { 0 => a, 1 => b, _ => c };
        return n / n.Norm;
    }

    /// <summary>Groups sorted fractional heights whose neighbours lie within a gap, across the periodic boundary too (then above 1).</summary>
    private static List<List<double>> Clusters(double[] heights, double gap)
    {
        var clusters = new List<List<double>> { new() { heights[0] } };
        foreach (double h in heights.Skip(1))
        {
            if (h - clusters[^1][^1] > gap)
                clusters.Add([]);
            clusters[^1].Add(h);
        }
        if (clusters.Count > 1 && heights[0] + 1 - heights[^1] <= gap)
        {
            clusters[0] = [.. clusters[^1].Select(h => h - 1), .. clusters[0]];
            clusters.RemoveAt(clusters.Count - 1);
        }
        return clusters;
    }
}
