namespace Campaign.Compute.Structures;

/// <summary>Equivalent positions of a site under a set of operations.</summary>
public static class SiteOrbit
{
    /// <summary>
    /// Images closer than this (Å) are one position: wide enough for special positions printed as 0.333, far below any atomic distance.
    /// </summary>
    public const double MergeToleranceA = 0.05;

    /// <summary>
    /// Expands a fractional position. Images that coincide within <paramref name="toleranceA"/>, periodic images included, are merged
    /// into their mean, which puts an atom printed as 0.33333 exactly on its special position. The first entry belongs to the
    /// given position; all lie in [0, 1).
    /// </summary>
    public static IReadOnlyList<Vec3> Expand(
        Vec3 fractional, IReadOnlyList<SymmetryOperation> operations, Cell cell, double toleranceA = MergeToleranceA)
    {
        var anchors = new List<Vec3>();
        var sums = new List<Vec3>();
        var counts = new List<int>();
        foreach (SymmetryOperation operation in operations)
        {
            Vec3 image = operation.Apply(fractional);
            int home = anchors.FindIndex(p => Coincide(p, image, cell, toleranceA));
            if (home < 0)
            {
                anchors.Add(WrapUnit(image));
                sums.Add(Vec3.Zero);
                counts.Add(1);
                continue;
            }
            sums[home] += NearestDifference(image, anchors[home]);
            counts[home]++;
        }
        return [.. anchors.Select((p, i) => WrapUnit(p + sums[i] / counts[i]))];
    }

    /// <summary>True when two fractional positions are the same point of the crystal within a distance in Å.</summary>
    public static bool Coincide(Vec3 p, Vec3 q, Cell cell, double toleranceA = MergeToleranceA) =>
        cell.ToCartesian(NearestDifference(p, q)).NormSquared <= toleranceA * toleranceA;

    /// <summary>Fractional coordinates in [0, 1); values within rounding of 1 become 0.</summary>
    public static Vec3 WrapUnit(Vec3 f)
    {
        return new Vec3(Unit(f.X), Unit(f.Y), Unit(f.Z));

        static double Unit(double x)
        {
            double w = x - Math.Floor(x);
            return w >= 1 - 1e-12 || w < 1e-12 ? 0 : w;
        }
    }

    private static Vec3 NearestDifference(Vec3 p, Vec3 q)
    {
        Vec3 d = p - q;
        return new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z));
    }
}
