using System.Runtime.InteropServices;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>
/// The objective of image-dependent pair potentials (Smidstrup et al., J. Chem. Phys. 140, 214106):
/// S = Σ_{i&lt;j} (d_ij - d_ij^0)² / d_ij⁴ with target distances d^0 interpolated between the end points.
/// </summary>
internal sealed class ImageDependentPairPotential(ContactPairs pairs, double[] targetsA, int atoms) : IEnergySurface
{
    public int Dimension => 3 * atoms;

    public int ParticleDimension => 3;

    public double Evaluate(ReadOnlySpan<double> point, Span<double> force)
    {
        ReadOnlySpan<Vec3> r = MemoryMarshal.Cast<double, Vec3>(point);
        Span<Vec3> f = MemoryMarshal.Cast<double, Vec3>(force);
        f.Clear();
        double sum = 0;
        for (int p = 0; p < pairs.Count; p++)
        {
            (int i, int j) = (pairs.First[p], pairs.Second[p]);
            Vec3 rij = r[j] + pairs.Shifts[p] - r[i];
            double d = rij.Norm, off = d - targetsA[p], weight = 1 / (d * d * d * d);
            sum += weight * off * off;
            Vec3 pull = (weight * (2 * off - 4 * off * off / d) / d) * rij;
            f[i] += pull;
            f[j] -= pull;
        }
        return sum;
    }

    public void Dispose()
    {
    }
}
