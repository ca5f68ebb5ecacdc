namespace Campaign.Compute.Paths;

/// <summary>One image of a relaxed band.</summary>
/// <param name="PathLengthA">Distance along the band from the first image, in all coordinates together (Å).</param>
/// <param name="Reaction">The same as a fraction of the whole band, 0 to 1.</param>
/// <param name="EnergyEv">Energy above the first image (eV).</param>
/// <param name="TangentForceEvPerA">True force along the tangent, positive towards the last image (eV/Å).</param>
/// <param name="MaxForceEvPerA">Largest nudged force on an atom; at the ends the largest true force (eV/Å).</param>
/// <param name="SpacingA">Distance to the previous image (Å); 0 for the first.</param>
public sealed record NebImage(double PathLengthA, double Reaction, double EnergyEv, double TangentForceEvPerA, double MaxForceEvPerA, double SpacingA);

/// <summary>A relaxed band. Forward minus reverse barrier is the energy difference of the ends by construction.</summary>
/// <param name="Images">Both ends and the movable images.</param>
/// <param name="Spline">Force-based interpolation of the energy along the band.</param>
/// <param name="HighestImage">Index of the image of highest energy (an end, when the band has no inner maximum).</param>
/// <param name="Converged">Whether the largest nudged force fell below the limit (with climbing, when asked for).</param>
/// <param name="Iterations">FIRE steps of the band.</param>
/// <param name="MaxForceEvPerA">Largest nudged force per atom at the end.</param>
/// <param name="InitialEnergyEv">Absolute energy of the first image.</param>
/// <param name="Points">The points themselves.</param>
/// <param name="Notes">What a reader must know to judge the numbers.</param>
public sealed record NebResult(
    IReadOnlyList<NebImage> Images,
    HermiteProfile Spline,
    int HighestImage,
    bool Converged,
    int Iterations,
    double MaxForceEvPerA,
    double InitialEnergyEv,
    double[][] Points,
    IReadOnlyList<string> Notes)
{
    /// <summary>Makes the result of images as they are.</summary>
    /// <param name="points">All points, both ends included.</param>
    /// <param name="energies">One per point; absolute.</param>
    /// <param name="forces">True forces, one component per coordinate.</param>
    /// <param name="particleDimension">Coordinates of one particle.</param>
    /// <param name="converged">Whether the band has come to rest.</param>
    public static NebResult Of(
        double[][] points, double[] energies, double[][] forces, int particleDimension, NebOptions options, ClimbPhase phase, bool converged, int iterations)
    {
        int n = points[0].Length, highest = Array.IndexOf(energies, energies.Max());
        bool inner = highest > 0 && highest < points.Length - 1;
        var nudged = new double[points.Length * n];
        BandForces.Nudge(points, energies, forces, options.SpringEvPerA2, phase == ClimbPhase.Climbing && inner ? highest : -1, nudged);
        double largest = Particles.LargestNorm(nudged, particleDimension);
        var tangent = new double[n];
        var images = new NebImage[points.Length];
        var lengths = new double[points.Length];
        for (int i = 1; i < points.Length; i++)
            lengths[i] = lengths[i - 1] + Particles.Distance(points[i], points[i - 1]);
        for (int i = 0; i < points.Length; i++)
        {
            BandForces.Tangent(points, energies, i, tangent);
            bool end = i == 0 || i == points.Length - 1;
            images[i] = new NebImage(
                lengths[i],
                lengths[i] / lengths[^1],
                energies[i] - energies[0],
                Particles.Dot(forces[i], tangent),
                Particles.LargestNorm(end ? forces[i] : nudged.AsSpan(i * n, n), particleDimension),
                i == 0 ? 0 : lengths[i] - lengths[i - 1]);
        }
        var spline = new HermiteProfile(lengths, [.. images.Select(x => x.EnergyEv)], [.. images.Select(x => x.TangentForceEvPerA)]);

        var notes = new List<string>();
        if (!converged)
            notes.Add(FormattableString.Invariant($"not converged: largest force {largest:F3} eV/Å after {iterations} iterations, limit {options.MaxForceEvPerA:F3}"));
        if (options.Climb && !inner)
            notes.Add("no image is higher than both ends: no image climbed, the barrier is the higher end point or lies between images (see the spline)");
        else if (phase == ClimbPhase.GivenUp)
            notes.Add("the climbing image ran up a wall and was held: the barrier of the images is a lower bound (see the spline)");
        if (options.Images % 2 == 0)
            notes.Add("even number of images: none lies on the midpoint of a symmetric path");
        bool saddleFound = !options.Climb || !inner || phase == ClimbPhase.Climbing;
        return new NebResult(images, spline, highest, converged && saddleFound, iterations, largest, energies[0], points, notes);
    }

    /// <summary>Energy of the last image above the first (eV).</summary>
    public double EnergyDifferenceEv => Images[^1].EnergyEv;

    /// <summary>Highest image above the first (eV).</summary>
    public double BarrierForwardEv => Images[HighestImage].EnergyEv;

    /// <summary>Highest image above the last (eV).</summary>
    public double BarrierReverseEv => BarrierForwardEv - EnergyDifferenceEv;

    /// <summary>Maximum of the spline above the first image (eV).</summary>
    public double SplineBarrierForwardEv => Spline.Maximum.EnergyEv;

    /// <summary>Maximum of the spline above the last image (eV).</summary>
    public double SplineBarrierReverseEv => SplineBarrierForwardEv - EnergyDifferenceEv;

    /// <summary>Whether an inner image is higher than both ends.</summary>
    public bool HasInnerMaximum => HighestImage > 0 && HighestImage < Images.Count - 1;
}
