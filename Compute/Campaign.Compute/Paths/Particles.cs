namespace Campaign.Compute.Paths;

/// <summary>Small vector arithmetic on flat points.</summary>
internal static class Particles
{
    /// <summary>The largest length among consecutive groups of <paramref name="particleDimension"/> components.</summary>
    public static double LargestNorm(ReadOnlySpan<double> vector, int particleDimension)
    {
        double largest = 0;
        for (int start = 0; start < vector.Length; start += particleDimension)
        {
            double sum = 0;
            for (int k = start; k < start + particleDimension; k++)
                sum += vector[k] * vector[k];
            if (!(sum <= largest))
                largest = sum; // NaN must not pass for converged
        }
        return Math.Sqrt(largest);
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
