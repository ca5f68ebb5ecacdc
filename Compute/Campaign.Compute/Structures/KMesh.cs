namespace Campaign.Compute.Structures;

/// <summary>A Γ-centred or Monkhorst-Pack mesh by its divisions.</summary>
public sealed record KMesh(int A, int B, int C)
{
    /// <summary>
    /// Default spacing in 1/Å, 2π included: gives 4x2x4 for the 2x2x2 and 4x2x2 for the 2x2x4 cell of Li3TiCl6 (spacing reached 0.131 to 0.143).
    /// </summary>
    public const double DefaultSpacingPerA = 0.15;

    /// <summary>
    /// The smallest mesh whose spacing 2π|b_i|/n_i does not exceed a target in 1/Å (2π included, the convention of VASP's KSPACING).
    /// </summary>
    public static KMesh Propose(Cell cell, double spacingPerA = DefaultSpacingPerA)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spacingPerA);
        Vec3 w = cell.PerpendicularWidths;
        return new KMesh(Divisions(w.X), Divisions(w.Y), Divisions(w.Z));

        int Divisions(double width) => Math.Max(1, (int)Math.Ceiling(2 * Math.PI / (width * spacingPerA) - 1e-9));
    }

    /// <summary>Spacing reached along the reciprocal vectors in 1/Å, 2π included.</summary>
    public Vec3 SpacingPerA(Cell cell)
    {
        Vec3 w = cell.PerpendicularWidths;
        return 2 * Math.PI * new Vec3(1 / (w.X * A), 1 / (w.Y * B), 1 / (w.Z * C));
    }

    public int[] ToArray() => [A, B, C];

    public override string ToString() => $"{A}x{B}x{C}";
}
