using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>One completed jump of a mobile atom from one resting place to another.</summary>
/// <param name="Atom">Index into the paths that were given.</param>
/// <param name="Frame">First frame at the new place.</param>
/// <param name="DisplacementA">From the old to the new resting place, Å.</param>
/// <param name="FromSite">Site index, when sites were given.</param>
/// <param name="ToSite">Site index, when sites were given.</param>
public sealed record Hop(int Atom, int Frame, Vec3 DisplacementA, int? FromSite = null, int? ToSite = null);

/// <summary>How many layers hops cross.</summary>
/// <param name="Intra">Hops that stay in their layer.</param>
/// <param name="Inter">Hops that change it.</param>
/// <param name="LayersCrossed">Number of hops by layers crossed (0, 1, 2, ...).</param>
public sealed record LayerCounts(int Intra, int Inter, int[] LayersCrossed);

/// <summary>Counting jumps without a list of sites.</summary>
public static class DisplacementHops
{
    /// <summary>Positions are averaged over this time, so that a vibration or an attempt that falls back is not a jump.</summary>
    public const double ResidenceFs = 500;

    /// <summary>
    /// A hop is counted when the position averaged over <see cref="ResidenceFs"/> has moved by more than half the hop
    /// length from the mean resting place and is still away one residence time later.
    /// </summary>
    /// <param name="paths">[atom][frame] in the host frame, Å.</param>
    public static List<Hop> Find(IReadOnlyList<Vec3[]> paths, double frameSpacingFs, double hopLengthA)
    {
        int window = Math.Max(1, (int)Math.Round(ResidenceFs / frameSpacingFs));
        double threshold = 0.25 * hopLengthA * hopLengthA;
        var hops = new List<Hop>();
        for (int atom = 0; atom < paths.Count; atom++)
        {
            Vec3[] smooth = RunningMean(paths[atom], window);
            if (smooth.Length == 0)
                continue;
            Vec3 rest = smooth[0];
            int samples = 1;
            for (int k = 1; k < smooth.Length; k++)
            {
                if ((smooth[k] - rest).NormSquared <= threshold)
                {
                    samples++;
                    rest += (smooth[k] - rest) / samples;
                    continue;
                }
                int later = k + window;
                if (later >= smooth.Length || (smooth[later] - rest).NormSquared <= threshold)
                    continue;
                hops.Add(new Hop(atom, k + window / 2, smooth[later] - rest));
                rest = smooth[later];
                samples = 1;
                k = later;
            }
        }
        hops.Sort((x, y) => (x.Frame, x.Atom).CompareTo((y.Frame, y.Atom)));
        return hops;
    }

    /// <summary>Layers crossed by hops: displacement along the normal over the layer spacing, rounded.</summary>
    public static LayerCounts CountLayers(IEnumerable<Hop> hops, Vec3 layerNormal, double layerSpacingA)
    {
        Vec3 u = layerNormal / layerNormal.Norm;
        int[] crossed = [.. hops.Select(h => (int)Math.Round(Math.Abs(Vec3.Dot(h.DisplacementA, u)) / layerSpacingA))];
        var histogram = new int[crossed.Length == 0 ? 1 : crossed.Max() + 1];
        foreach (int c in crossed)
            histogram[c]++;
        return new LayerCounts(histogram[0], crossed.Length - histogram[0], histogram);
    }

    /// <summary>Frames within <paramref name="marginFs"/> of a hop: where a potential is asked for transition states.</summary>
    public static int[] FramesWithHops(IEnumerable<Hop> hops, int frameCount, double frameSpacingFs, double marginFs = ResidenceFs / 2)
    {
        int margin = (int)Math.Ceiling(marginFs / frameSpacingFs);
        var frames = new SortedSet<int>();
        foreach (Hop h in hops)
            for (int k = Math.Max(0, h.Frame - margin); k <= Math.Min(frameCount - 1, h.Frame + margin); k++)
                frames.Add(k);
        return [.. frames];
    }

    /// <summary>Mean over <paramref name="window"/> consecutive frames; entry k covers frames k ... k+window-1.</summary>
    internal static Vec3[] RunningMean(Vec3[] path, int window)
    {
        int n = path.Length - window + 1;
        if (n <= 0)
            return [];
        var mean = new Vec3[n];
        Vec3 sum = Vec3.Zero;
        for (int k = 0; k < path.Length; k++)
        {
            sum += path[k];
            if (k >= window)
                sum -= path[k - window];
            if (k >= window - 1)
                mean[k - window + 1] = sum / window;
        }
        return mean;
    }
}
