using Campaign.Compute.Structures;

namespace Campaign.Compute.Transport;

/// <summary>
/// Mean of Δr ⊗ Δr per lag (index = lag in frames, lag 0 included), in Å².
/// </summary>
public sealed record MsdTensor(double[] XX, double[] YY, double[] ZZ, double[] XY, double[] XZ, double[] YZ)
{
    public int LagCount => XX.Length;

    /// <summary>The mean squared displacement: the trace.</summary>
    public double[] Trace() => Combine(1, 1, 1, 0, 0, 0);

    /// <summary>The mean squared displacement along a direction (need not be normalised).</summary>
    public double[] Along(Vec3 direction)
    {
        Vec3 u = direction / direction.Norm;
        return Combine(u.X * u.X, u.Y * u.Y, u.Z * u.Z, 2 * u.X * u.Y, 2 * u.X * u.Z, 2 * u.Y * u.Z);
    }

    /// <summary>Along a, b and c* (the normal of a and b) of a cell: the natural axes of a layered crystal.</summary>
    public (double[] A, double[] B, double[] CStar) AlongCrystal(Cell cell) =>
        (Along(cell.A), Along(cell.B), Along(Vec3.Cross(cell.A, cell.B)));

    /// <summary>Mean over replicas, each lag weighted with the number of time origins; the shortest sets the number of lags.</summary>
    public static MsdTensor Average(IReadOnlyList<MsdTensor> replicas)
    {
        int lags = replicas.Min(r => r.LagCount);
        double[] Mean(Func<MsdTensor, double[]> part)
        {
            var mean = new double[lags];
            for (int m = 0; m < lags; m++)
            {
                double sum = 0, weight = 0;
                foreach (MsdTensor r in replicas)
                {
                    sum += (r.LagCount - m) * part(r)[m];
                    weight += r.LagCount - m;
                }
                mean[m] = sum / weight;
            }
            return mean;
        }
        return new MsdTensor(Mean(r => r.XX), Mean(r => r.YY), Mean(r => r.ZZ), Mean(r => r.XY), Mean(r => r.XZ), Mean(r => r.YZ));
    }

    private double[] Combine(double xx, double yy, double zz, double xy, double xz, double yz)
    {
        var sum = new double[LagCount];
        for (int m = 0; m < sum.Length; m++)
            sum[m] = xx * XX[m] + yy * YY[m] + zz * ZZ[m] + xy * XY[m] + xz * XZ[m] + yz * YZ[m];
        return sum;
    }
}

/// <summary>
/// Mean squared displacements averaged over all time origins, O(F log F) per atom: S1 - 2 S2 with running
/// sums and zero-padded Fourier transforms. Memory O(F), whatever the number of atoms.
/// </summary>
public static class MeanSquaredDisplacement
{
    /// <summary>1/N Σ_i &lt;Δr_i ⊗ Δr_i&gt; of the paths [atom][frame] (Å), for lags 0 ... F-1.</summary>
    public static MsdTensor Self(IReadOnlyList<Vec3[]> paths)
    {
        int frames = paths.Count == 0 ? 0 : paths[0].Length;
        if (frames == 0)
            return new MsdTensor([], [], [], [], [], []);
        int n = Fft.PaddedLength(frames);
        var fft = new Fft(n);
        double[][] re = [new double[n], new double[n], new double[n]];
        double[][] im = [new double[n], new double[n], new double[n]];
        double[][] spectra = [.. Enumerable.Range(0, 6).Select(_ => new double[n])];
        double[][] products = [.. Enumerable.Range(0, 6).Select(_ => new double[frames])];
        // Two atoms share one complex transform; the mixed terms are odd in frequency and vanish from the real correlation.
        for (int i = 0; i < paths.Count; i += 2)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                Array.Clear(re[axis]);
                Array.Clear(im[axis]);
            }
            Load(paths[i], re, products);
            if (i + 1 < paths.Count)
                Load(paths[i + 1], im, products);
            for (int axis = 0; axis < 3; axis++)
                fft.Forward(re[axis], im[axis]);
            for (int c = 0; c < 6; c++)
            {
                (int a, int b) = Components[c];
                double[] s = spectra[c], ra = re[a], ia = im[a], rb = re[b], ib = im[b];
                for (int k = 0; k < n; k++)
                    s[k] += ra[k] * rb[k] + ia[k] * ib[k];
            }
        }
        var parts = new double[6][];
        var zero = new double[n];
        for (int c = 0; c < 6; c++)
        {
            Array.Clear(zero);
            fft.Forward(spectra[c], zero);
            parts[c] = Combine(products[c], spectra[c], n, paths.Count);
        }
        return new MsdTensor(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
    }

    /// <summary>1/N &lt;|Σ_i Δr_i|²&gt; as a tensor: the collective displacement, one power of N, never N².</summary>
    public static MsdTensor Total(IReadOnlyList<Vec3[]> paths) => Self([CollectivePath(paths)]);

    /// <summary>Σ_i r_i / sqrt(N): its squared displacement is the total MSD.</summary>
    public static Vec3[] CollectivePath(IReadOnlyList<Vec3[]> paths)
    {
        var sum = new Vec3[paths.Count == 0 ? 0 : paths[0].Length];
        double scale = 1 / Math.Sqrt(Math.Max(1, paths.Count));
        foreach (Vec3[] path in paths)
            for (int k = 0; k < sum.Length; k++)
                sum[k] += scale * path[k];
        return sum;
    }

    /// <summary>From frame 0 only, 1/N Σ_i |r_i(m) - r_i(0)|² in Å²: what a program prints while it runs. For comparison, not for D.</summary>
    public static double[] SingleOrigin(IReadOnlyList<Vec3[]> paths)
    {
        var msd = new double[paths.Count == 0 ? 0 : paths[0].Length];
        foreach (Vec3[] path in paths)
            for (int m = 0; m < msd.Length; m++)
                msd[m] += (path[m] - path[0]).NormSquared / paths.Count;
        return msd;
    }

    private static readonly (int A, int B)[] Components = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)];

    /// <summary>Copies a path with its mean removed (S1 and 2 S2 are nearly equal large numbers) and adds its products.</summary>
    private static void Load(Vec3[] path, double[][] into, double[][] products)
    {
        Vec3 mean = Vec3.Zero;
        foreach (Vec3 r in path)
            mean += r;
        mean /= path.Length;
        for (int k = 0; k < path.Length; k++)
        {
            Vec3 r = path[k] - mean;
            (into[0][k], into[1][k], into[2][k]) = (r.X, r.Y, r.Z);
            products[0][k] += r.X * r.X;
            products[1][k] += r.Y * r.Y;
            products[2][k] += r.Z * r.Z;
            products[3][k] += r.X * r.Y;
            products[4][k] += r.X * r.Z;
            products[5][k] += r.Y * r.Z;
        }
    }

    private static double[] Combine(double[] product, double[] correlation, int n, int atoms)
    {
        int frames = product.Length;
        var msd = new double[frames];
        double s1 = 2 * product.Sum();
        for (int m = 0; m < frames; m++)
        {
            if (m > 0)
                s1 -= product[m - 1] + product[frames - m];
            msd[m] = m == 0 ? 0 : (s1 - 2 * correlation[m] / n) / ((double)(frames - m) * atoms);
        }
        return msd;
    }
}
