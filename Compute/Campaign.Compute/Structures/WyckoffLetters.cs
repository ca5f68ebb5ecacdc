namespace Campaign.Compute.Structures;

/// <summary>
/// Wyckoff letters for files that name none, in the one group where campaigns of layered halides need them: C2/m (No. 12), unique axis b,
/// cell choice 1 (International Tables A). Other groups and settings keep the labels of the file.
/// </summary>
internal static class WyckoffLetters
{
    private static readonly SymmetryOperation[] C2m = [.. new[]
        {
            "x,y,z", "-x,y,-z", "-x,-y,-z", "x,-y,z", "x+1/2,y+1/2,z", "-x+1/2,y+1/2,-z", "-x+1/2,-y+1/2,-z", "x+1/2,-y+1/2,z",
        }
        .Select(text => SymmetryOperation.TryParse(text, out SymmetryOperation operation) ? operation : throw new InvalidOperationException(text))];

    private static readonly (string Letter, int Multiplicity, Func<Vec3, Vec3> Nearest)[] Positions =
    [
        ("a", 2, _ => new Vec3(0, 0, 0)), ("b", 2, _ => new Vec3(0, 0.5, 0)), ("c", 2, _ => new Vec3(0, 0, 0.5)), ("d", 2, _ => new Vec3(0, 0.5, 0.5)),
        ("e", 4, _ => new Vec3(0.25, 0.25, 0)), ("f", 4, _ => new Vec3(0.25, 0.25, 0.5)),
        ("g", 4, p => new Vec3(0, p.Y, 0)), ("h", 4, p => new Vec3(0, p.Y, 0.5)), ("i", 4, p => new Vec3(p.X, 0, p.Z)), ("j", 8, p => p),
    ];

    /// <summary>Letter of an orbit, or null when the operations are not those of C2/m in the standard setting.</summary>
    public static string? Find(IReadOnlyList<Vec3> orbit, IReadOnlyList<SymmetryOperation> operations, Cell cell)
    {
        if (!IsC2m(operations))
            return null;
        foreach ((string letter, int multiplicity, Func<Vec3, Vec3> nearest) in Positions)
            if (orbit.Count == multiplicity && orbit.Any(p => SiteOrbit.Coincide(p, nearest(p), cell)))
                return letter;
        return null;
    }

    private static bool IsC2m(IReadOnlyList<SymmetryOperation> operations) =>
        operations.Count == C2m.Length && C2m.All(expected => operations.Any(o => Same(o, expected)));

    private static bool Same(SymmetryOperation a, SymmetryOperation b)
    {
        Vec3 d = a.Translation - b.Translation;
        return a.Rotation == b.Rotation && Whole(d.X) && Whole(d.Y) && Whole(d.Z);

        static bool Whole(double x) => Math.Abs(x - Math.Round(x)) < 1e-4;
    }
}
