using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>
/// The variables of a relaxation: positions in the starting cell, and, where the cell moves, three rows of a symmetric strain ε scaled by √N Å,
/// so that r = x (1 + ε) and the cell cannot rotate.
/// </summary>
internal sealed class RelaxationSpace(Structure start, bool moveCell)
{
    private readonly double _scale = Math.Sqrt(start.Count);

    public Vec3[] Start => [.. start.Positions, Vec3.Zero, Vec3.Zero, Vec3.Zero];

    public Structure At(Vec3[] x)
    {
        Mat3 strain = Strain(x), f = Mat3.Identity + strain;
        return start with { Cell = start.Cell.Strained(strain), Positions = [.. x.Take(start.Count).Select(r => r * f)] };
    }

    /// <summary>dE/dx = -F (1 + ε) and dE/dε = -(1 + ε)⁻¹ W, symmetrised.</summary>
    public Vec3[] Gradient(Vec3[] x, ModelPoint point)
    {
        Mat3 f = Mat3.Identity + Strain(x), w = point.VirialEv;
        Vec3[] positions = [.. point.Forces.Select(force => -(force * f))]; // f is symmetric
        if (!moveCell)
            return [.. positions, Vec3.Zero, Vec3.Zero, Vec3.Zero];
        var frame = new Cell(new Vec3(f.XX, f.XY, f.XZ), new Vec3(f.YX, f.YY, f.YZ), new Vec3(f.ZX, f.ZY, f.ZZ));
        Vec3 a = frame.ToFractional(new Vec3(w.XX, w.YX, w.ZX)), b = frame.ToFractional(new Vec3(w.XY, w.YY, w.ZY)), c = frame.ToFractional(new Vec3(w.XZ, w.YZ, w.ZZ));
        double s = -1 / _scale;
        double xy = 0.5 * s * (b.X + a.Y), xz = 0.5 * s * (c.X + a.Z), yz = 0.5 * s * (c.Y + b.Z);
        return [.. positions, new Vec3(s * a.X, xy, xz), new Vec3(xy, s * b.Y, yz), new Vec3(xz, yz, s * c.Z)];
    }

    private Mat3 Strain(Vec3[] x)
    {
        Vec3 a = x[^3] / _scale, b = x[^2] / _scale, c = x[^1] / _scale;
        return new Mat3(a.X, a.Y, a.Z, b.X, b.Y, b.Z, c.X, c.Y, c.Z);
    }
}
