using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>How like pairs are normalised.</summary>
public enum LikePairs
{
    /// <summary>N_b - 1 partners, as LAMMPS: an atom is not its own neighbour.</summary>
    ExcludeSelf,

    /// <summary>N_b partners, as MDAnalysis.</summary>
    IncludeSelf,
}

/// <summary>g(r) and running coordination number of one ordered pair: species B round species A.</summary>
/// <param name="RA">Bin centres in Å.</param>
/// <param name="Coordination">Number of B within the outer edge of each bin round one A.</param>
public sealed record PairDistribution(string A, string B, double[] RA, double[] G, double[] Coordination)
{
    /// <summary>Position (Å) and height of the first peak: the highest bin before g falls below half of it.</summary>
    public (double PositionA, double Height) FirstPeak()
    {
        int best = 0;
        for (int k = 0; k < G.Length; k++)
        {
            if (G[k] > G[best])
                best = k;
            else if (G[best] > 1 && G[k] < 0.5 * G[best])
                break;
        }
        return (RA.Length == 0 ? 0 : RA[best], G.Length == 0 ? 0 : G[best]);
    }

    /// <summary>Coordination number within a radius (Å).</summary>
    public double CoordinationWithin(double radiusA)
    {
        double width = RA.Length > 1 ? RA[1] - RA[0] : 0, cn = 0;
        for (int k = 0; k < RA.Length && RA[k] + 0.5 * width <= radiusA + 1e-9; k++)
            cn = Coordination[k];
        return cn;
    }

    /// <summary>This curve against another on the same bins.</summary>
    public DistributionDifference Compare(PairDistribution other, double coordinationRadiusA)
    {
        if (other.G.Length != G.Length || G.Length < 2 || Math.Abs(other.RA[^1] - RA[^1]) > 1e-9)
            throw new ArgumentException("Two distributions are compared on the same bins.");
        double width = RA[1] - RA[0], area = 0, common = 0;
        for (int k = 0; k < G.Length; k++)
        {
            area += Math.Abs(G[k] - other.G[k]) * width;
            common += 0.5 * (G[k] + other.G[k]) * width;
        }
        (double r1, double h1) = FirstPeak();
        (double r2, double h2) = other.FirstPeak();
        return new DistributionDifference(
            area, common > 0 ? area / common : 0, r1 - r2, h1 - h2, CoordinationWithin(coordinationRadiusA) - other.CoordinationWithin(coordinationRadiusA));
    }
}

/// <summary>Differences of two radial distributions, first minus second.</summary>
/// <param name="IntegralA">∫|g1 - g2| dr in Å.</param>
/// <param name="Relative">That integral over ∫(g1 + g2)/2 dr.</param>
/// <param name="PeakShiftA">First-peak position.</param>
/// <param name="PeakHeight">First-peak height.</param>
/// <param name="Coordination">Coordination number within the given radius.</param>
public sealed record DistributionDifference(double IntegralA, double Relative, double PeakShiftA, double PeakHeight, double Coordination);

/// <summary>
/// Radial distribution functions of all pairs of species in one pass over the neighbours, with explicit periodic images (the
/// radius may exceed half the cell) and each frame's own volume.
/// g_ab(r) = V/(N_a N_b')·count/(4π/3 ((r+dr)³ - r³)), N_b' = N_b - 1 for like pairs by default.
/// </summary>
public static class RadialDistribution
{
    /// <param name="frames">Frames with equal species; cells may vary.</param>
    /// <param name="maximumA">Largest distance in Å.</param>
    /// <param name="bins">Number of bins from 0 to it.</param>
    /// <returns>One curve per ordered pair (a, b) and its mirror, keyed "A-B"; both orders share g and differ in coordination.</returns>
    public static IReadOnlyDictionary<string, PairDistribution> Compute(
        IEnumerable<Structure> frames, double maximumA, int bins, LikePairs like = LikePairs.ExcludeSelf)
    {
        double width = maximumA / bins;
        string[] names = [];
        int[] type = [], counts = [];
        double[][] g = [], neighbours = [];
        int frameCount = 0;
        foreach (Structure frame in frames)
        {
            if (frameCount == 0)
            {
                names = [.. Enumerable.Range(0, frame.Count).Select(frame.SpeciesOf).Distinct().Order(StringComparer.Ordinal)];
                type = [.. Enumerable.Range(0, frame.Count).Select(i => Array.IndexOf(names, frame.SpeciesOf(i)))];
                counts = [.. names.Select((_, t) => type.Count(x => x == t))];
                g = [.. Enumerable.Range(0, names.Length * names.Length).Select(_ => new double[bins])];
                neighbours = [.. g.Select(_ => new double[bins])];
            }
            else if (frame.Count != type.Length)
                throw new FormatException($"Frame {frameCount} has {frame.Count} atoms, the first has {type.Length}.");
            long[][] histogram = Histogram(frame, type, names.Length, maximumA, width, bins);
            for (int pair = 0; pair < g.Length; pair++)
            {
                int a = pair / names.Length, b = pair % names.Length;
                double partners = counts[b] - (a == b && like == LikePairs.ExcludeSelf ? 1 : 0);
                double scale = partners > 0 ? frame.Cell.Volume / (counts[a] * partners) : 0;
                for (int k = 0; k < bins; k++)
                {
                    g[pair][k] += scale * histogram[pair][k];
                    neighbours[pair][k] += (double)histogram[pair][k] / counts[a];
                }
            }
            frameCount++;
        }
        var result = new Dictionary<string, PairDistribution>();
        double[] r = [.. Enumerable.Range(0, bins).Select(k => (k + 0.5) * width)];
        for (int pair = 0; pair < g.Length; pair++)
        {
            double running = 0;
            var coordination = new double[bins];
            for (int k = 0; k < bins; k++)
            {
                double inner = k * width, outer = inner + width;
                g[pair][k] /= frameCount * 4 * Math.PI / 3 * (outer * outer * outer - inner * inner * inner);
                coordination[k] = running += neighbours[pair][k] / frameCount;
            }
            string a = names[pair / names.Length], b = names[pair % names.Length];
            result[$"{a}-{b}"] = new PairDistribution(a, b, r, g[pair], coordination);
        }
        return result;
    }

    private static long[][] Histogram(Structure frame, int[] type, int species, double maximumA, double width, int bins)
    {
        long[][] histogram = [.. Enumerable.Range(0, species * species).Select(_ => new long[bins])];
        var list = new NeighborList(maximumA, 0);
        list.Update(frame.Cell, frame.Positions);
        ReadOnlySpan<int> start = list.Start, neighbour = list.Neighbors;
        ReadOnlySpan<Vec3> shift = list.Shifts;
        for (int i = 0; i < frame.Count; i++)
        {
            Vec3 ri = frame.Positions[i];
            int row = type[i] * species;
            for (int e = start[i]; e < start[i + 1]; e++)
            {
                int j = neighbour[e];
                int bin = (int)((frame.Positions[j] + shift[e] - ri).Norm / width);
                if (bin < bins)
                    histogram[row + type[j]][bin]++;
            }
        }
        return histogram;
    }
}
