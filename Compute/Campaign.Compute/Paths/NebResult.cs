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
