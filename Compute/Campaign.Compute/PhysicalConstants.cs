namespace Campaign.Compute;

/// <summary>CODATA 2018 constants and the conversions used at the edges. Inside: eV, Å, fs, K, amu.</summary>
public static class PhysicalConstants
{
    /// <summary>Boltzmann constant in eV/K.</summary>
    public const double BoltzmannEvPerK = 8.617333262e-5;

    /// <summary>Boltzmann constant in J/K.</summary>
    public const double BoltzmannJPerK = 1.380649e-23;

    /// <summary>Elementary charge in C.</summary>
    public const double ElementaryChargeC = 1.602176634e-19;

    /// <summary>Coulomb constant e²/(4πε0) in eV Å (CODATA 2018).</summary>
    public const double CoulombEvA = 14.399645478;

    /// <summary>Acceleration in Å/fs² of 1 amu under 1 eV/Å : multiply force/mass by it.</summary>
    public const double AccelerationPerEvPerAAmu = 9.64853321233e-3;

    /// <summary>1 eV/Å³ in kbar.</summary>
    public const double KbarPerEvPerA3 = 1602.176634;

    /// <summary>1 Å²/fs in cm²/s.</summary>
    public const double Cm2PerSPerA2PerFs = 0.1;
}
