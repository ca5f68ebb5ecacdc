using Campaign.Compute.Paths;

namespace Campaign.Compute.Tests.Paths;

/// <summary>The Mueller-Brown model surface, in its own units.</summary>
internal sealed class MuellerBrown : IEnergySurface
{
    private static readonly double[] Amplitude = [-200, -100, -170, 15];
    private static readonly double[] A = [-1, -1, -6.5, 0.7], B = [0, 0, 11, 0.6], C = [-10, -10, -6.5, 0.7];
    private static readonly double[] X0 = [1, 0, -0.5, -1], Y0 = [0, 0.5, 1.5, 1];

    public int Dimension => 2;

    public int ParticleDimension => 2;

    public double Evaluate(ReadOnlySpan<double> point, Span<double> force)
    {
        double energy = 0;
        force.Clear();
        for (int k = 0; k < 4; k++)
        {
            double x = point[0] - X0[k], y = point[1] - Y0[k];
            double v = Amplitude[k] * Math.Exp(A[k] * x * x + B[k] * x * y + C[k] * y * y);
            energy += v;
            force[0] -= v * (2 * A[k] * x + B[k] * y);
            force[1] -= v * (B[k] * x + 2 * C[k] * y);
        }
        return energy;
    }

    public void Dispose()
    {
    }
}
