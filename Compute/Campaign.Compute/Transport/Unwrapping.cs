using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>Continuous trajectories from folded ones.</summary>
public static class Unwrapping
{
    /// <summary>Above this fraction of half the smallest cell width a step may have been folded the wrong way.</summary>
    public const double UnsafeStepFraction = 0.8;

    /// <summary>
    /// Toroidal-view unwrapping: every step is added as its image nearest in fractional coordinates of the
    /// current frame's cell, so a varying cell does not stretch the path already travelled
    /// (TOR scheme, doi 10.1021/acs.jctc.3c00308). Right while each true step is shorter than half the smallest
    /// perpendicular width; the largest step found, over that limit, is returned beside the positions.
    /// </summary>
    public static (List<Vec3[]> Positions, double LargestStepFraction) Unwrap(
        IReadOnlyList<Vec3[]> wrapped, IReadOnlyList<Cell> cells)
    {
        var result = new List<Vec3[]>(wrapped.Count);
        double largest = 0;
        for (int k = 0; k < wrapped.Count; k++)
        {
            if (k == 0)
            {
                result.Add((Vec3[])wrapped[0].Clone());
                continue;
            }
            Cell cell = cells[cells.Count == 1 ? 0 : k];
            Vec3 w = cell.PerpendicularWidths;
            double limit = 0.5 * Math.Min(w.X, Math.Min(w.Y, w.Z));
            Vec3[] now = wrapped[k], before = wrapped[k - 1], last = result[k - 1];
            var next = new Vec3[now.Length];
            for (int i = 0; i < now.Length; i++)
            {
                Vec3 d = now[i] - before[i];
                Vec3 f = cell.ToFractional(d);
                Vec3 step = d - cell.ToCartesian(new Vec3(f.X + 0.5, f.Y + 0.5, f.Z + 0.5).Floor());
                largest = Math.Max(largest, step.Norm / limit);
                next[i] = last[i] + step;
            }
            result.Add(next);
        }
        return (result, largest);
    }
}
