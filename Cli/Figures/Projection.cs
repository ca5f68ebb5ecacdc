using Campaign.Compute.Structures;

namespace Campaign.Cli.Figures;

/// <summary>A parallel projection of a crystal: right and up on the paper, and towards the eye, as unit vectors.</summary>
internal sealed record Projection(Vec3 Right, Vec3 Up, Vec3 Eye)
{
    /// <summary>The longer of the two cell vectors across an axis (0, 1, 2 for a*, b*, c*).</summary>
    public static (int Long, int Short) Across(Cell cell, int axis)
    {
        (int u, int v) = ((axis + 1) % 3, (axis + 2) % 3);
        return cell[u].Norm >= cell[v].Norm ? (u, v) : (v, u);
    }

    /// <summary>Down a reciprocal axis; the longer vector across it lies along the paper's width.</summary>
    public static Projection AlongNormal(Cell cell, int axis)
    {
        Vec3 eye = Normal(cell, axis), right = Unit(cell[Across(cell, axis).Long]);
        return new Projection(right, Vec3.Cross(eye, right), eye);
    }

    /// <summary>Along the longer vector across a reciprocal axis, which points up the paper.</summary>
    public static Projection AcrossNormal(Cell cell, int axis)
    {
        (int along, int side) = Across(cell, axis);
        Vec3 up = Normal(cell, axis), eye = Unit(cell[along]);
        Vec3 right = Vec3.Cross(up, eye);
        return Vec3.Dot(right, cell[side]) >= 0 ? new Projection(right, up, eye) : new Projection(-right, up, -eye);
    }

    public (double X, double Y) Of(Vec3 r) => (Vec3.Dot(r, Right), Vec3.Dot(r, Up));

    public double Depth(Vec3 r) => Vec3.Dot(r, Eye);

    private static Vec3 Normal(Cell cell, int axis)
    {
        (Vec3 a, Vec3 b, Vec3 c) = cell.Reciprocal;
        Vec3 normal = Unit(axis switch { 0 => a, 1 => b, _ => c });
        return Vec3.Dot(normal, cell[axis]) >= 0 ? normal : -normal;
    }

    private static Vec3 Unit(Vec3 v) => v / v.Norm;
}
