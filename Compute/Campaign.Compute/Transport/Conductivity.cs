namespace Campaign.Compute.Transport;

/// <summary>Conductivities from diffusion coefficients.</summary>
public static class Conductivity
{
    public const string Unit = "mS/cm";

    /// <summary>
    /// σ/D in (mS/cm)/(cm²/s): 1000·n·z²·e²/(k_B T), n in 1/cm³. With D_total it is the conductivity, with D_self the
    /// Nernst-Einstein (uncorrelated) one.
    /// </summary>
    public static double MsPerCmPerCm2PerS(int carriers, double volumeA3, double charge, double temperatureK)
    {
        double perCm3 = carriers / (volumeA3 * 1e-24);
        return 1000 * perCm3 * charge * charge * PhysicalConstants.ElementaryChargeC * PhysicalConstants.ElementaryChargeC
            / (PhysicalConstants.BoltzmannJPerK * temperatureK);
    }
}
