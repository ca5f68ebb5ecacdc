using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Campaign.Compute.Paths;

/// <summary>The two lowest curvatures at a point; a first-order saddle has exactly one negative.</summary>
/// <param name="LowestEvPerA2">Smallest eigenvalue of the Hessian (eV/Å²).</param>
/// <param name="SecondEvPerA2">Second smallest (eV/Å²); NaN on a one-dimensional surface.</param>
/// <param name="Negative">Curvatures below -0.01 eV/Å² among those found (a lower bound unless converged).</param>
/// <param name="LowestMode">Unit eigenvector of the smallest.</param>
/// <param name="SecondMode">Unit eigenvector of the second; empty on a one-dimensional surface.</param>
/// <param name="Converged">Whether the residuals of both fell below the limit.</param>
/// <param name="Evaluations">Force evaluations spent.</param>
public sealed record Curvatures(
    double LowestEvPerA2, double SecondEvPerA2, int Negative, double[] LowestMode, double[] SecondMode, bool Converged, int Evaluations);

/// <summary>Lowest eigenvalues of a Hessian from force differences, by Lanczos with full reorthogonalisation.</summary>
public static class SaddleCheck
{
    private const double NegativeBelowEvPerA2 = -0.01;

    /// <summary>Finds the two lowest curvatures at a point.</summary>
    /// <param name="surface">The surface; its forces are differenced symmetrically.</param>
    /// <param name="point">Where, normally the climbing image.</param>
    /// <param name="towards">A direction that is likely to curve downwards, such as the tangent of the path.</param>
    /// <param name="atoms">True removes the three rigid translations, which have no curvature.</param>
    /// <param name="displacementA">Length of the difference step in all coordinates together.</param>
    /// <param name="maxIterations">Limit of Lanczos vectors; two evaluations each.</param>
    /// <param name="tolerance">Residual limit, relative to the magnitude of the eigenvalue plus 1 eV/Å².</param>
    public static Curvatures LowestCurvatures(
        IEnergySurface surface, double[] point, ReadOnlySpan<double> towards, bool atoms, double displacementA = 0.01, int maxIterations = 100, double tolerance = 0.02)
    {
        int n = point.Length;
        List<double[]> excluded = atoms ? Translations(n) : [];
        var basis = new List<double[]>();
        List<double> diagonal = [], offDiagonal = [];
        double[] next = Start(towards, n);
        double[] plus = new double[n], minus = new double[n], shifted = new double[n];
        int limit = Math.Min(maxIterations, n - excluded.Count);

        while (true)
        {
            Orthogonalise(next, excluded);
            Orthogonalise(next, basis);
            double beta = Particles.Norm(next);
            int m = basis.Count;
            bool exhausted = m == limit || (m > 0 && beta < 1e-6);
            if (m > 0 && (exhausted || m % 5 == 0))
            {
                (double[] values, Matrix<double> vectors) = Ritz(diagonal, offDiagonal);
                int second = Math.Min(1, m - 1);
                bool Settled(int k) => beta * Math.Abs(vectors[m - 1, k]) < tolerance * (Math.Abs(values[k]) + 1);
                bool converged = (exhausted && m == n - excluded.Count) || beta < 1e-6 || (m > 1 && Settled(0) && Settled(1));
                if (exhausted || converged)
                {
                    return new Curvatures(
                        values[0],
                        second == 1 ? values[1] : double.NaN,
                        values.Count(v => v < NegativeBelowEvPerA2),
                        Combine(basis, vectors.Column(0)),
                        second == 1 ? Combine(basis, vectors.Column(1)) : [],
                        converged,
                        2 * m);
                }
            }
            for (int k = 0; k < n; k++)
                next[k] /= beta;
            if (m > 0)
                offDiagonal.Add(beta);
            double[] v = next;
            basis.Add(v);

            Displace(v, displacementA);
            surface.Evaluate(shifted, plus);
            Displace(v, -displacementA);
            surface.Evaluate(shifted, minus);
            next = new double[n];
            for (int k = 0; k < n; k++)
                next[k] = (minus[k] - plus[k]) / (2 * displacementA);
            diagonal.Add(Particles.Dot(v, next));
        }

        void Displace(double[] v, double length)
        {
            for (int k = 0; k < n; k++)
                shifted[k] = point[k] + length * v[k];
        }
    }

    /// <summary>The given direction plus a fixed vector without any symmetry, so that no mode is out of reach.</summary>
    private static double[] Start(ReadOnlySpan<double> towards, int n)
    {
        var start = new double[n];
        double norm = Particles.Norm(towards), share = 0.5 / Math.Sqrt(n);
        for (int k = 0; k < n; k++)
        {
            double golden = (k + 1) * 0.6180339887498949;
            start[k] = (norm > 0 ? towards[k] / norm : 0) + share * (golden - Math.Floor(golden) - 0.5);
        }
        return start;
    }

    private static List<double[]> Translations(int n)
    {
        var result = new List<double[]>();
        double unit = 1 / Math.Sqrt(n / 3.0);
        for (int axis = 0; axis < 3; axis++)
        {
            var v = new double[n];
            for (int k = axis; k < n; k += 3)
                v[k] = unit;
            result.Add(v);
        }
        return result;
    }

    private static void Orthogonalise(double[] vector, List<double[]> against)
    {
        for (int pass = 0; pass < 2; pass++) // twice is enough (Kahan)
            foreach (double[] b in against)
            {
                double overlap = Particles.Dot(vector, b);
                for (int k = 0; k < vector.Length; k++)
                    vector[k] -= overlap * b[k];
            }
    }

    private static (double[] Values, Matrix<double> Vectors) Ritz(List<double> diagonal, List<double> offDiagonal)
    {
        int m = diagonal.Count;
        Matrix<double> t = Matrix<double>.Build.Dense(m, m);
        for (int k = 0; k < m; k++)
        {
            t[k, k] = diagonal[k];
            if (k > 0)
                t[k, k - 1] = t[k - 1, k] = offDiagonal[k - 1];
        }
        Evd<double> evd = t.Evd(Symmetricity.Symmetric);
        return ([.. evd.EigenValues.Select(z => z.Real)], evd.EigenVectors);
    }

    private static double[] Combine(List<double[]> basis, Vector<double> weights)
    {
        var mode = new double[basis[0].Length];
        for (int b = 0; b < basis.Count; b++)
            for (int k = 0; k < mode.Length; k++)
                mode[k] += weights[b] * basis[b][k];
        return mode;
    }
}
