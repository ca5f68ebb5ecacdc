namespace Campaign.Compute.Potentials;

/// <summary>
/// Pair functions of every pair of types as quintic splines in r², so that a pair costs neither a root nor an exponential.
/// Nodes carry the exact energy, force and force constant; in between the error is of order 1e-12 of the value at bond
/// distances (tested). Energy, force and virial come from the same polynomial, so they are consistent to rounding.
/// </summary>
public sealed class PairTable
{
    /// <summary>Where the table begins.</summary>
    private const double ClosestA = CollisionException.ClosestA;

    internal const int CoefficientsPerInterval = 6;

    internal const int Intervals = 4096;

    /// <summary>Tabulates phi(typeI, typeJ) for i ≤ j up to the cutoff.</summary>
    public PairTable(int typeCount, double cutoffA, Func<int, int, PairFunction> phi)
    {
        if (!(cutoffA > 2 * ClosestA))
            throw new ArgumentOutOfRangeException(nameof(cutoffA), $"The cutoff must be larger than {2 * ClosestA} Å.");
        TypeCount = typeCount;
        CutoffA = cutoffA;
        Start = ClosestA * ClosestA;
        double width = (cutoffA * cutoffA - Start) / Intervals;
        InverseWidth = 1 / width;
        Coefficients = new double[typeCount * (typeCount + 1) / 2 * Intervals * CoefficientsPerInterval];
        Offsets = new int[typeCount * typeCount];
        int offset = 0;
        for (int i = 0; i < typeCount; i++)
            for (int j = i; j < typeCount; j++)
            {
                Offsets[i * typeCount + j] = Offsets[j * typeCount + i] = offset;
                Tabulate(phi(i, j), Start, width, Coefficients.AsSpan(offset));
                offset += Intervals * CoefficientsPerInterval;
            }
    }

    public int TypeCount { get; }

    public double CutoffA { get; }

    internal double[] Coefficients { get; }

    /// <summary>Where the coefficients of one pair of types begin, index typeI·TypeCount + typeJ.</summary>
    internal int[] Offsets { get; }

    /// <summary>r² of the first node.</summary>
    internal double Start { get; }

    internal double InverseWidth { get; }

    /// <summary>Quintic Hermite pieces of V(s), s = r², from V' = φ'/2r and V'' = (φ'' - φ'/r)/4r².</summary>
    private static void Tabulate(PairFunction phi, double start, double h, Span<double> c)
    {
        (double V, double D1, double D2) left = At(0);
        for (int k = 0; k < Intervals; k++)
        {
            (double V, double D1, double D2) right = At(k + 1);
            double d = right.V - left.V;
            Span<double> p = c.Slice(k * CoefficientsPerInterval, CoefficientsPerInterval);
            p[0] = left.V;
            p[1] = left.D1;
            p[2] = left.D2 / 2;
            p[3] = 10 * d - 6 * left.D1 - 4 * right.D1 - 1.5 * left.D2 + 0.5 * right.D2;
            p[4] = -15 * d + 8 * left.D1 + 7 * right.D1 + 1.5 * left.D2 - right.D2;
            p[5] = 6 * d - 3 * (left.D1 + right.D1) - 0.5 * (left.D2 - right.D2);
            left = right;
        }

        (double, double, double) At(int node)
        {
            double r = Math.Sqrt(start + node * h);
            PairValue v = phi(r);
            double first = v.Slope / (2 * r);
            return (v.EnergyEv, first * h, (v.Curvature - v.Slope / r) / (4 * r * r) * h * h);
        }
    }
}
