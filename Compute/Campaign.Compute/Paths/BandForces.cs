namespace Campaign.Compute.Paths;

/// <summary>
/// Nudged forces of a band of images: improved tangent (Henkelman and Jónsson, J. Chem. Phys. 113, 9978, eqs. 8-12)
/// and climbing image (Henkelman, Uberuaga and Jónsson, J. Chem. Phys. 113, 9901, eq. 5).
/// Images are continuous: an atom is never wrapped between one image and the next.
/// </summary>
public static class BandForces
{
    /// <summary>
    /// Writes the unit tangent at image <paramref name="i"/>; at the two ends the direction to the only neighbour.
    /// </summary>
    /// <param name="images">Points, all of length n.</param>
    /// <param name="energies">One energy per image.</param>
    /// <param name="i">Image index.</param>
    /// <param name="tangent">Receives n components.</param>
    public static void Tangent(double[][] images, ReadOnlySpan<double> energies, int i, Span<double> tangent)
    {
        int last = images.Length - 1;
        double forward, backward;
        if (i == 0)
            (forward, backward) = (1, 0);
        else if (i == last)
            (forward, backward) = (0, 1);
        else
            (forward, backward) = Weights(energies[i - 1], energies[i], energies[i + 1]);

        double[] here = images[i], next = images[Math.Min(i + 1, last)], previous = images[Math.Max(i - 1, 0)];
        for (int k = 0; k < tangent.Length; k++)
            tangent[k] = forward * (next[k] - here[k]) + backward * (here[k] - previous[k]);
        double norm = Particles.Norm(tangent);
        if (norm == 0)
            throw new InvalidOperationException($"Image {i} of the band has no tangent: it coincides with its neighbours.");
        foreach (ref double t in tangent)
            t /= norm;
    }

    /// <summary>Overwrites the true forces of the inner images by nudged ones; the ends get zero.</summary>
    /// <param name="images">Points, all of length n.</param>
    /// <param name="energies">One energy per image.</param>
    /// <param name="trueForces">Force -∂E/∂x per image, n components each.</param>
    /// <param name="springConstant">Energy per squared length (eV/Å²).</param>
    /// <param name="climbing">Index of the image that climbs, or -1.</param>
    /// <param name="nudged">Receives images x n components, image by image.</param>
    public static void Nudge(double[][] images, ReadOnlySpan<double> energies, double[][] trueForces, double springConstant, int climbing, Span<double> nudged)
    {
        int n = images[0].Length;
        nudged.Clear();
        var tangent = new double[n];
        for (int i = 1; i < images.Length - 1; i++)
        {
            Tangent(images, energies, i, tangent);
            double along = Particles.Dot(trueForces[i], tangent);
            double added = i == climbing
                ? -2 * along
                : -along + springConstant * (Particles.Distance(images[i + 1], images[i]) - Particles.Distance(images[i], images[i - 1]));
            Span<double> target = nudged.Slice(i * n, n);
            for (int k = 0; k < n; k++)
                target[k] = trueForces[i][k] + added * tangent[k];
        }
    }

    private static (double Forward, double Backward) Weights(double previous, double here, double next)
    {
        if (next > here && here > previous)
            return (1, 0);
        if (next < here && here < previous)
            return (0, 1);
        double up = Math.Abs(next - here), down = Math.Abs(previous - here);
        double larger = Math.Max(up, down), smaller = Math.Min(up, down);
        if (larger == 0)
            return (1, 1);
        return next > previous ? (larger, smaller) : (smaller, larger);
    }
}
