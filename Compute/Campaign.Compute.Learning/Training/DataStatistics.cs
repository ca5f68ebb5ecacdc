using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Structures;
using MathNet.Numerics.LinearAlgebra;

namespace Campaign.Compute.Learning.Training;

/// <summary>What a model takes from its training data before the first step.</summary>
public static class DataStatistics
{
    private const double SmallestStd = 0.01;
    private const double StdWithoutAtoms = 0.1;

    /// <summary>
    /// davg and dstd per centre type over all Nsel slots, the empty ones counting as zeros, as DeePMD-kit takes them:
    /// mean and spread of s, and the spread of s·x/r pooled over directions. Spreads below 0.01 become 0.01.
    /// </summary>
    public static EnvironmentStatistics[] Environment(IEnumerable<TrainingFrame> frames, int types, double cutoffA, double smoothFromA, int slots)
    {
        var rows = new long[types];
        double[] sum = new double[types], squares = new double[types], angular = new double[types], angularSquares = new double[types];
        foreach (TrainingFrame frame in frames)
            for (int i = 0; i < frame.Atoms; i++)
            {
                int t = frame.Types[i];
                rows[t] += slots;
                for (int k = frame.Start[i * types]; k < frame.Start[(i + 1) * types]; k++)
                {
                    Vec3 d = frame.PairVector(i, k);
                    double r = d.Norm, u = Math.Clamp((r - smoothFromA) / (cutoffA - smoothFromA), 0, 1);
                    double s = (u * u * u * (-6 * u * u + 15 * u - 10) + 1) / r;
                    sum[t] += s;
                    squares[t] += s * s;
                    angular[t] += s / r * (d.X + d.Y + d.Z);
                    angularSquares[t] += s * s;
                }
            }
        return [.. Enumerable.Range(0, types).Select(t =>
        {
            if (rows[t] == 0)
                return new EnvironmentStatistics(0, StdWithoutAtoms, StdWithoutAtoms);
            double mean = sum[t] / rows[t], meanAngular = angular[t] / (3 * rows[t]);
            return new EnvironmentStatistics(mean, Spread(squares[t] / rows[t], mean), Spread(angularSquares[t] / (3 * rows[t]), meanAngular));
        })];
    }

    /// <summary>
    /// Energy per atom of each type, eV: least squares of total energies against compositions, the shortest solution where
    /// compositions do not determine it.
    /// </summary>
    public static double[] EnergyBias(IReadOnlyList<double[]> counts, IReadOnlyList<double> energiesEv)
    {
        const double RelativeRank = 1e-12;
        Matrix<double> a = Matrix<double>.Build.DenseOfRowArrays(counts);
        var svd = (a.RowCount < a.ColumnCount ? a.TransposeThisAndMultiply(a) : a.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).R).Svd();
        Vector<double> energies = Vector<double>.Build.DenseOfEnumerable(energiesEv);
        Vector<double> right = a.RowCount < a.ColumnCount
            ? a.TransposeThisAndMultiply(energies)
            : a.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Q.TransposeThisAndMultiply(energies);
        Vector<double> inU = svd.U.TransposeThisAndMultiply(right);
        for (int k = 0; k < inU.Count; k++)
            inU[k] = svd.S[k] > RelativeRank * svd.S[0] ? inU[k] / svd.S[k] : 0;
        return [.. svd.VT.TransposeThisAndMultiply(inU)];
    }

    /// <summary>
    /// Slots per neighbour type: the largest number of neighbours seen, times a margin for configurations not seen, rounded up to a multiple of four.
    /// </summary>
    public static int[] Sel(IEnumerable<TrainingFrame> frames, int types, double margin) =>
        Array.ConvertAll(MostNeighbors(frames, types), m => Math.Max(4, ((int)Math.Ceiling(margin * m) + 3) / 4 * 4));

    /// <summary>The largest number of neighbours of each type that any atom has.</summary>
    public static int[] MostNeighbors(IEnumerable<TrainingFrame> frames, int types)
    {
        var most = new int[types];
        foreach (TrainingFrame frame in frames)
            for (int k = 0; k < frame.Atoms * types; k++)
                most[k % types] = Math.Max(most[k % types], frame.Start[k + 1] - frame.Start[k]);
        return most;
    }

    private static double Spread(double meanSquare, double mean) => Math.Max(SmallestStd, Math.Sqrt(Math.Max(0, meanSquare - mean * mean)));
}
