using System.Numerics;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Inference;

/// <summary>How embedding nets are tabulated.</summary>
/// <param name="Tolerance">
/// Largest difference of G and of dG/ds between table and net, at a quarter, a half and three quarters of every interval; intervals are halved
/// until it holds.
/// </param>
/// <param name="NearestA">Distance in Å down to which the tables reach; nearer pairs go through the net itself.</param>
public sealed record TableSettings(double Tolerance, double NearestA = 1.0)
{
    /// <summary>Below what float32 itself takes away.</summary>
    public static TableSettings Float32 { get; } = new(1e-6);

    public static TableSettings Float64 { get; } = new(1e-10);
}

/// <summary>
/// An embedding net as quintic pieces over s~ that meet in value, slope and curvature (Lu et al., PPoPP 2022, arXiv 2201.01446, section on
/// tabulated embedding). An interval's row holds, for every register of outputs, its six coefficients by rising power of the place in the
/// interval, 0 to 1: a pair reads one row from front to back.
/// </summary>
internal sealed unsafe class EmbeddingTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Powers = 6, FewestIntervals = 32, MostIntervals = 16384;
    private readonly Pinned<T> _rows;

    private EmbeddingTable(DenseNet net, double lower, double step, double[][,] pieces)
    {
        Net = net;
        Width = Simd<T>.Pad(net.Outputs);
        RowLength = Width * Powers;
        Intervals = pieces.Length;
        Lower = T.CreateTruncating(lower);
        IntervalsPerUnit = T.CreateTruncating(1 / step);
        _rows = new Pinned<T>(Intervals * RowLength);
        for (int k = 0; k < Intervals; k++)
            for (int m = 0; m < net.Outputs; m++)
                for (int power = 0; power < Powers; power++)
                    Row(k)[(m / Simd<T>.Lanes * Powers + power) * Simd<T>.Lanes + m % Simd<T>.Lanes] = T.CreateTruncating(pieces[k][m, power]);
    }

    public DenseNet Net { get; }

    /// <summary>M1 padded to the register width.</summary>
    public int Width { get; }

    public int Intervals { get; }

    /// <summary>Numbers of a row.</summary>
    public int RowLength { get; }

    /// <summary>Where the first interval begins.</summary>
    public T Lower { get; }

    public T IntervalsPerUnit { get; }

    public T* Row(int interval) => _rows.Pointer + (long)interval * RowLength;

    /// <summary>A table from <paramref name="lower"/> to <paramref name="upper"/>; null where no number of intervals within reason is fine enough.</summary>
    public static EmbeddingTable<T>? Build(DenseNet net, double lower, double upper, TableSettings settings)
    {
        for (int intervals = FewestIntervals; intervals <= MostIntervals; intervals *= 2)
        {
            double step = (upper - lower) / intervals;
            double[][,]? pieces = Pieces(net, lower, step, intervals, settings.Tolerance);
            if (pieces is not null)
                return new EmbeddingTable<T>(net, lower, step, pieces);
        }
        return null;
    }

    /// <summary>What a row holds for a pair outside the table: G and its slope at the pair's own place, which is 0.</summary>
    public void WriteExact(double s, T* row)
    {
        (double[] value, double[] slope, _) = EmbeddingJet.At(Net, s);
        new Span<T>(row, RowLength).Clear();
        for (int m = 0; m < value.Length; m++)
        {
            T* first = row + m / Simd<T>.Lanes * Powers * Simd<T>.Lanes + m % Simd<T>.Lanes;
            first[0] = T.CreateTruncating(value[m]);
            first[Simd<T>.Lanes] = T.CreateTruncating(slope[m]) / IntervalsPerUnit;
        }
    }

    private static double[][,]? Pieces(DenseNet net, double lower, double step, int intervals, double tolerance)
    {
        var pieces = new double[intervals][,];
        var left = EmbeddingJet.At(net, lower);
        for (int k = 0; k < intervals; k++)
        {
            var right = EmbeddingJet.At(net, lower + (k + 1) * step);
            pieces[k] = Quintics(left, right, step);
            foreach (double u in (ReadOnlySpan<double>)[0.25, 0.5, 0.75])
                if (Error(pieces[k], u, EmbeddingJet.At(net, lower + (k + u) * step), step) > tolerance)
                    return null;
            left = right;
        }
        return pieces;
    }

    /// <summary>Hermite's quintics between two jets, of the place u from 0 to 1.</summary>
    private static double[,] Quintics((double[] Y, double[] D, double[] C) left, (double[] Y, double[] D, double[] C) right, double step)
    {
        var a = new double[left.Y.Length, Powers];
        for (int m = 0; m < left.Y.Length; m++)
        {
            double h = right.Y[m] - left.Y[m], d0 = left.D[m] * step, d1 = right.D[m] * step, c0 = left.C[m] * step * step, c1 = right.C[m] * step * step;
            a[m, 0] = left.Y[m];
            a[m, 1] = d0;
            a[m, 2] = c0 / 2;
            a[m, 3] = (20 * h - 8 * d1 - 12 * d0 + c1 - 3 * c0) / 2;
            a[m, 4] = (-30 * h + 14 * d1 + 16 * d0 - 2 * c1 + 3 * c0) / 2;
            a[m, 5] = (12 * h - 6 * (d1 + d0) + c1 - c0) / 2;
        }
        return a;
    }

    private static double Error(double[,] a, double u, (double[] Value, double[] Slope, double[] Curvature) exact, double step)
    {
        double worst = 0;
        for (int m = 0; m < exact.Value.Length; m++)
        {
            double value = 0, slope = 0;
            for (int power = Powers - 1; power >= 0; power--)
            {
                slope = slope * u + value;
                value = value * u + a[m, power];
            }
            worst = Math.Max(worst, Math.Max(Math.Abs(value - exact.Value[m]), Math.Abs(slope / step - exact.Slope[m])));
        }
        return worst;
    }
}
