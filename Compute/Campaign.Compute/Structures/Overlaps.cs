using Campaign.Compute.Potentials;

namespace Campaign.Compute.Structures;

/// <summary>Two atoms of an average structure that cannot both be where the file puts them.</summary>
public sealed record Overlap(string First, string Second, double DistanceA, double LimitA);

/// <summary>Finds atoms on top of each other: a misprint, a wrong unit or a wrong symmetry operation.</summary>
public static class Overlaps
{
    /// <summary>Shorter than any bond between atoms heavier than hydrogen.</summary>
    public const double LimitA = 1.0;

    /// <summary>Shorter than any bond of hydrogen.</summary>
    public const double HydrogenLimitA = 0.6;

    private const int MaximumPositions = 200_000;

    /// <summary>Positions per Å³, ten times denser than diamond: no crystal, and too many pairs to look at.</summary>
    private const double HighestDensityPerA3 = 2;

    /// <summary>
    /// The closest pair below the limit, or null. Positions that exclude each other, occupied together by at most one atom, may be
    /// close: that is how files describe split sites.
    /// </summary>
    public static Overlap? Closest(AverageStructure structure)
    {
        (AverageSite Site, Vec3 Position)[] all = [.. structure.Sites.SelectMany(s => s.Orbit.Select(p => (s, structure.Cell.ToCartesian(p)))).Take(MaximumPositions)];
        if (all.Length == 0)
            return null;
        Vec3 w = structure.Cell.PerpendicularWidths;
        double widthA = Math.Min(w.X, Math.Min(w.Y, w.Z)), spacingA = Math.Cbrt(structure.Cell.Volume / all.Length);
        if (widthA < LimitA)
            return new Overlap(all[0].Site.Label, "its own image", widthA, LimitA);
        if (all.Length / structure.Cell.Volume > HighestDensityPerA3)
            return new Overlap(all[0].Site.Label, all[^1].Site.Label, spacingA, LimitA);
        // A longer range keeps the grid of a nearly empty, huge cell small.
        double rangeA = Math.Clamp(Math.Max(w.X, Math.Max(w.Y, w.Z)) / 64, LimitA, widthA);
        var list = new NeighborList(LimitA, rangeA - LimitA);
        list.Update(structure.Cell, [.. all.Select(a => a.Position)]);
        Overlap? closest = null;
        for (int i = 0; i < all.Length; i++)
            for (int k = list.Start[i]; k < list.Start[i + 1]; k++)
            {
                int j = list.Neighbors[k];
                double distanceA = (all[j].Position + list.Shifts[k] - all[i].Position).Norm;
                (AverageSite a, AverageSite b) = (all[i].Site, all[j].Site);
                double limitA = HasHydrogen(a) || HasHydrogen(b) ? HydrogenLimitA : LimitA;
                if (distanceA < limitA && distanceA < (closest?.DistanceA ?? double.PositiveInfinity) && a.TotalOccupancy + b.TotalOccupancy > 1.001)
                    closest = new Overlap(a.Label, b.Label, distanceA, limitA);
            }
        return closest;
    }

    private static bool HasHydrogen(AverageSite site) => site.Species.Any(s => s.Symbol == "H");
}
