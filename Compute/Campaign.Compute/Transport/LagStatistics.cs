using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>Moments of the squared displacement at one lag, over all atoms and time origins.</summary>
/// <param name="Lag">Lag in frames.</param>
/// <param name="Msd">&lt;|Δr|²&gt; in Å².</param>
/// <param name="Variance">Var(|Δr|²) over atoms and origins in Å⁴.</param>
/// <param name="OriginVariance">
/// Variance over time origins of the atom-averaged |Δr|², Å⁴: Variance/N for independent atoms, larger when atoms move together.
/// </param>
public sealed record LagMoments(int Lag, double Msd, double Variance, double OriginVariance)
{
    /// <summary>Non-Gaussian parameter α2 = 3&lt;r⁴&gt;/(5&lt;r²&gt;²) - 1; zero for Gaussian steps.</summary>
    public double Alpha2 => Msd > 0 ? 3 * (Variance + Msd * Msd) / (5 * Msd * Msd) - 1 : 0;
}

/// <summary>Fourth-moment statistics on a sparse lag grid, by direct sums: O(N F) per lag.</summary>
public static class LagStatistics
{
    /// <summary>
    /// Lags growing by about 10 %, from <paramref name="first"/> to <paramref name="last"/> frames inclusive.
    /// Neighbouring lags of a mean squared displacement are so correlated that a finer grid adds rounding, not information.
    /// </summary>
    public static int[] Grid(int first, int last, double ratio = 1.1)
    {
        var lags = new List<int>();
        for (double m = Math.Max(1, first); m <= last; m = Math.Max(m * ratio, lags[^1] + 1))
            lags.Add((int)Math.Round(m));
        return [.. lags];
    }

    /// <summary>Moments over all replicas (each [atom][frame], Å) at each lag; lags no replica reaches are left out.</summary>
    public static LagMoments[] Compute(IReadOnlyList<IReadOnlyList<Vec3[]>> replicas, IReadOnlyList<int> lags)
    {
        var result = new List<LagMoments>(lags.Count);
        int longest = replicas.Max(r => r[0].Length);
        var perOrigin = new double[longest];
        foreach (int lag in lags.Where(l => l < longest))
        {
            double sum2 = 0, sum4 = 0, originSum = 0, originSquares = 0;
            long samples = 0, origins = 0;
            foreach (IReadOnlyList<Vec3[]> paths in replicas)
            {
                int count = paths[0].Length - lag;
                if (count <= 0)
                    continue;
                Array.Clear(perOrigin, 0, count);
                foreach (Vec3[] path in paths)
                    for (int k = 0; k < count; k++)
                    {
                        double d2 = (path[k + lag] - path[k]).NormSquared;
                        perOrigin[k] += d2;
                        sum4 += d2 * d2;
                    }
                for (int k = 0; k < count; k++)
                {
                    double mean = perOrigin[k] / paths.Count;
                    sum2 += perOrigin[k];
                    originSum += mean;
                    originSquares += mean * mean;
                }
                samples += (long)count * paths.Count;
                origins += count;
            }
            double msd = sum2 / samples, originMean = originSum / origins;
            result.Add(new LagMoments(
                lag, msd, Math.Max(0, sum4 / samples - msd * msd), Math.Max(0, originSquares / origins - originMean * originMean)));
        }
        return [.. result];
    }
}
