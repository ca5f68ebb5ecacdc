using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>
/// The parent crystal as seen in a supercell: its cell vectors in the supercell's Cartesian axes, the directions its point
/// group makes equivalent, and its layers. A disordered supercell has no symmetry of its own, so equivalence of directions
/// is that of the parent.
/// </summary>
public sealed class ParentFrame
{
    /// <summary>How far cosines and length ratios of a strained cell may be off the exact symmetry.</summary>
    private const double MetricTolerance = 0.05;

    private readonly IReadOnlyList<Func<Vec3, Vec3>> _pointGroup;

    /// <param name="cell">Conventional parent cell (Å) in the axes of the supercell.</param>
    /// <param name="layerNormal">Normal of the layers; any length.</param>
    /// <param name="layerSpacingA">Distance between layers (Å); null for a crystal without layers.</param>
    /// <param name="rotations">
    /// Rotation parts of the parent's symmetry operations, acting on fractional columns (rows of the matrix are the rows of W). Null: the sign
    /// changes of u, v, w that the metric of the cell allows, which is the full group of directions for
    /// triclinic, monoclinic and orthorhombic parents and a subgroup otherwise. The inversion is always added: a path has no sense.
    /// </param>
    public ParentFrame(Cell cell, Vec3 layerNormal, double? layerSpacingA, IReadOnlyList<Mat3>? rotations = null)
    {
        if (!(layerNormal.Norm > 0) || layerSpacingA is not (null or > 0))
            throw new ArgumentException("Layers need a normal and a positive spacing.");
        (Cell, LayerNormal, LayerSpacingA) = (cell, layerNormal / layerNormal.Norm, layerSpacingA);
        _pointGroup = rotations is null ? SignChanges(cell) : [.. rotations.Select(w => (Func<Vec3, Vec3>)(d => Times(w, d)))];
    }

    public Cell Cell { get; }

    /// <summary>Unit normal of the layers.</summary>
    public Vec3 LayerNormal { get; }

    /// <summary>Distance between layers (Å); null for a crystal without layers.</summary>
    public double? LayerSpacingA { get; }

    /// <summary>
    /// The frame of a parent cell inside a (relaxed) supercell that repeats it na x nb x nc times.
    /// </summary>
    /// <param name="supercell">Cell of the supercell.</param>
    /// <param name="repeats">Repeats along a, b, c.</param>
    /// <param name="layerAxis">Reciprocal axis along which layers stack: 0, 1, 2 for a*, b*, c*.</param>
    /// <param name="layersPerCell">Layers per parent cell along it; null for a crystal without layers.</param>
    /// <param name="rotations">See the constructor.</param>
    public static ParentFrame InSupercell(Cell supercell, (int A, int B, int C) repeats, int layerAxis, int? layersPerCell, IReadOnlyList<Mat3>? rotations = null)
    {
        var cell = new Cell(supercell.A / repeats.A, supercell.B / repeats.B, supercell.C / repeats.C);
        Vec3 normal = layerAxis switch
        {
            0 => cell.Reciprocal.A,
            1 => cell.Reciprocal.B,
            2 => cell.Reciprocal.C,
            _ => throw new ArgumentOutOfRangeException(nameof(layerAxis), "Layers stack along axis 0, 1 or 2."),
        };
        return new ParentFrame(cell, normal, 1 / normal.Norm / layersPerCell, rotations);
    }

    /// <summary>How many layers a displacement crosses, by geometry alone; null for a crystal without layers.</summary>
    public int? LayerChange(Vec3 displacementA) =>
        LayerSpacingA is { } spacing ? (int)Math.Round(Vec3.Dot(displacementA, LayerNormal) / spacing) : null;

    /// <summary>Cosine of the angle between a displacement and the nearest direction equivalent to [u v w]; 0 to 1.</summary>
    public double Cosine(Miller direction, Vec3 displacementA)
    {
        double length = displacementA.Norm;
        double best = _pointGroup
            .Select(operation => Cell.ToCartesian(operation(new Vec3(direction.U, direction.V, direction.W))))
            .Max(d => Math.Abs(Vec3.Dot(d, displacementA)) / (d.Norm * length));
        return Math.Min(best, 1); // rounding
    }

    private static List<Func<Vec3, Vec3>> SignChanges(Cell cell)
    {
        var operations = new List<Func<Vec3, Vec3>>();
        foreach ((int u, int v, int w) in new[] { (1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1) }) // the rest follow by inversion
        {
            bool kept = Allowed(u * v, cell.A, cell.B) && Allowed(u * w, cell.A, cell.C) && Allowed(v * w, cell.B, cell.C);
            if (kept)
                operations.Add(d => new Vec3(u * d.X, v * d.Y, w * d.Z));
        }
        return operations;

        static bool Allowed(int sign, Vec3 a, Vec3 b) => sign > 0 || Math.Abs(Vec3.Dot(a, b)) < MetricTolerance * a.Norm * b.Norm;
    }

    private static Vec3 Times(Mat3 w, Vec3 d) => new(
        w.XX * d.X + w.XY * d.Y + w.XZ * d.Z,
        w.YX * d.X + w.YY * d.Y + w.YZ * d.Z,
        w.ZX * d.X + w.ZY * d.Y + w.ZZ * d.Z);
}
