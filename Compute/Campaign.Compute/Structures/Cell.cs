namespace Campaign.Compute.Structures;

/// <summary>A periodic cell with rows a, b, c in Å. Right- or left-handed; the volume is positive either way.</summary>
public sealed record Cell
{
    private readonly Vec3 _ra, _rb, _rc; // columns of the inverse: fractional_i = r · r_i
    private readonly double _safeLength; // a rounded image shorter than this is the shortest

    public Cell(Vec3 a, Vec3 b, Vec3 c)
    {
        (A, B, C) = (a, b, c);
        double det = Vec3.Dot(a, Vec3.Cross(b, c));
        if (!HasVolume(a, b, c))
            throw new ArgumentException($"The cell vectors span no volume (determinant {det:g3} Å³).");
        _ra = Vec3.Cross(b, c) / det;
        _rb = Vec3.Cross(c, a) / det;
        _rc = Vec3.Cross(a, b) / det;
        Volume = Math.Abs(det);
        PerpendicularWidths = new Vec3(1 / _ra.Norm, 1 / _rb.Norm, 1 / _rc.Norm);
        _safeLength = 0.5 * Math.Min(PerpendicularWidths.X, Math.Min(PerpendicularWidths.Y, PerpendicularWidths.Z));
    }

    public Vec3 A { get; }

    public Vec3 B { get; }

    public Vec3 C { get; }

    /// <summary>Volume in Å³.</summary>
    public double Volume { get; }

    public Vec3 this[int row] => row switch { 0 => A, 1 => B, 2 => C, _ => throw new ArgumentOutOfRangeException(nameof(row)) };

    /// <summary>|a|, |b|, |c| in Å.</summary>
    public Vec3 Lengths => new(A.Norm, B.Norm, C.Norm);

    /// <summary>α (b∧c), β (a∧c), γ (a∧b) in degrees.</summary>
    public Vec3 AnglesDeg => new(AngleDeg(B, C), AngleDeg(A, C), AngleDeg(A, B));

    /// <summary>Distances between opposite faces in Å: the widths that bound minimum-image lengths.</summary>
    public Vec3 PerpendicularWidths { get; }

    /// <summary>Reciprocal vectors without 2π, rows a*, b*, c* in 1/Å.</summary>
    public (Vec3 A, Vec3 B, Vec3 C) Reciprocal => (_ra, _rb, _rc);

    /// <summary>
    /// Cell from lengths (Å) and angles (degrees): a along x,
    /// a = (a,0,0), b in the xy plane, c with positive z (the lower-triangular form LAMMPS uses).
    /// </summary>
    public static Cell FromParameters(double a, double b, double c, double alphaDeg, double betaDeg, double gammaDeg)
    {
        double ca = CosDeg(alphaDeg), cb = CosDeg(betaDeg), cg = CosDeg(gammaDeg);
        double sg = Math.Sqrt(1 - cg * cg);
        double cy = (ca - cb * cg) / sg;
        double cz2 = 1 - cb * cb - cy * cy;
        if (!(cz2 > 0))
            throw new ArgumentException($"Angles {alphaDeg}, {betaDeg}, {gammaDeg} degrees do not close a cell.");
        return new Cell(new Vec3(a, 0, 0), new Vec3(b * cg, b * sg, 0), new Vec3(c * cb, c * cy, c * Math.Sqrt(cz2)));
    }

    public Vec3 ToFractional(Vec3 r) => new(Vec3.Dot(r, _ra), Vec3.Dot(r, _rb), Vec3.Dot(r, _rc));

    public Vec3 ToCartesian(Vec3 f) => f.X * A + f.Y * B + f.Z * C;

    /// <summary>Maps a Cartesian position into the cell, fractional coordinates in [0, 1).</summary>
    public Vec3 Wrap(Vec3 r)
    {
        Vec3 f = ToFractional(r);
        return r - ToCartesian(f.Floor());
    }

    /// <summary>
    /// The shortest periodic image of a displacement, exact for any cell shape. The rounded image is it when it is shorter than half the
    /// smallest width; otherwise every image that could be shorter is tried, those whose fractional coordinates stay below length/width.
    /// </summary>
    public Vec3 MinimumImage(Vec3 d)
    {
        Vec3 f = ToFractional(d);
        Vec3 start = d - ToCartesian(new Vec3(Math.Round(f.X), Math.Round(f.Y), Math.Round(f.Z)));
        double length2 = start.NormSquared;
        if (length2 <= _safeLength * _safeLength)
            return start;
        double length = Math.Sqrt(length2);
        Vec3 w = PerpendicularWidths;
        int na = Reach(w.X), nb = Reach(w.Y), nc = Reach(w.Z);
        Vec3 best = start;
        for (int i = -na; i <= na; i++)
            for (int j = -nb; j <= nb; j++)
                for (int k = -nc; k <= nc; k++)
                {
                    Vec3 trial = start + i * A + j * B + k * C;
                    if (trial.NormSquared < best.NormSquared)
                        best = trial;
                }
        return best;

        int Reach(double width) => (int)(length / width + 0.5);
    }

    /// <summary>The cell after a homogeneous deformation: every row times (1 + strain).</summary>
    public Cell Strained(Mat3 strain)
    {
        Mat3 f = Mat3.Identity + strain;
        return new Cell(A * f, B * f, C * f);
    }

    /// <summary>Whether three vectors make a cell: not when they are flat or hold what is no number.</summary>
    public static bool HasVolume(Vec3 a, Vec3 b, Vec3 c) => Math.Abs(Vec3.Dot(a, Vec3.Cross(b, c))) > 1e-12;

    /// <summary>Repeats the cell n times along each vector.</summary>
    public Cell Repeated(int na, int nb, int nc) => new(na * A, nb * B, nc * C);

    /// <summary>Rows a, b, c as nine numbers.</summary>
    public double[] ToRowMajor() => [A.X, A.Y, A.Z, B.X, B.Y, B.Z, C.X, C.Y, C.Z];

    public static Cell FromRowMajor(ReadOnlySpan<double> m) =>
        new(new Vec3(m[0], m[1], m[2]), new Vec3(m[3], m[4], m[5]), new Vec3(m[6], m[7], m[8]));

    private static double AngleDeg(Vec3 u, Vec3 v) =>
        Math.Acos(Math.Clamp(Vec3.Dot(u, v) / (u.Norm * v.Norm), -1, 1)) * 180 / Math.PI;

    private static double CosDeg(double degrees) => degrees == 90 ? 0 : Math.Cos(degrees * Math.PI / 180);
}
