namespace Campaign.Compute.Structures;

/// <summary>A 3x3 matrix stored by rows, for virials, strains and rotations.</summary>
public readonly record struct Mat3(
    double XX, double XY, double XZ,
    double YX, double YY, double YZ,
    double ZX, double ZY, double ZZ)
{
    public static readonly Mat3 Zero = default;

    public static readonly Mat3 Identity = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    public double Trace => XX + YY + ZZ;

    public static Mat3 operator +(Mat3 a, Mat3 b) => new(
        a.XX + b.XX, a.XY + b.XY, a.XZ + b.XZ,
        a.YX + b.YX, a.YY + b.YY, a.YZ + b.YZ,
        a.ZX + b.ZX, a.ZY + b.ZY, a.ZZ + b.ZZ);

    public static Mat3 operator *(double s, Mat3 a) => new(
        s * a.XX, s * a.XY, s * a.XZ, s * a.YX, s * a.YY, s * a.YZ, s * a.ZX, s * a.ZY, s * a.ZZ);

    /// <summary>The row vector v times the matrix, the convention of cells whose rows are a, b, c.</summary>
    public static Vec3 operator *(Vec3 v, Mat3 m) => new(
        v.X * m.XX + v.Y * m.YX + v.Z * m.ZX,
        v.X * m.XY + v.Y * m.YY + v.Z * m.ZY,
        v.X * m.XZ + v.Y * m.YZ + v.Z * m.ZZ);

    /// <summary>a ⊗ b: element (i, j) = a_i b_j.</summary>
    public static Mat3 Outer(Vec3 a, Vec3 b) => new(
        a.X * b.X, a.X * b.Y, a.X * b.Z,
        a.Y * b.X, a.Y * b.Y, a.Y * b.Z,
        a.Z * b.X, a.Z * b.Y, a.Z * b.Z);

    /// <summary>Row-major copy: xx, xy, xz, yx, yy, yz, zx, zy, zz.</summary>
    public double[] ToRowMajor() => [XX, XY, XZ, YX, YY, YZ, ZX, ZY, ZZ];

    public static Mat3 FromRowMajor(ReadOnlySpan<double> m) =>
        new(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]);
}
