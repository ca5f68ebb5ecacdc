namespace Campaign.Compute.Potentials;

/// <summary>A pair energy in eV with its first and second derivative in eV/Å and eV/Å² at one distance.</summary>
public readonly record struct PairValue(double EnergyEv, double Slope, double Curvature)
{
    public static PairValue operator +(PairValue a, PairValue b) =>
        new(a.EnergyEv + b.EnergyEv, a.Slope + b.Slope, a.Curvature + b.Curvature);

    public static PairValue operator *(double s, PairValue a) => new(s * a.EnergyEv, s * a.Slope, s * a.Curvature);
}

/// <summary>Energy of a pair of atoms as a function of their distance in Å.</summary>
public delegate PairValue PairFunction(double distanceA);

/// <summary>Ways to end a pair function at the cutoff.</summary>
public static class PairFunctions
{
    /// <summary>φ(r) - φ(rc) - (r - rc) φ'(rc): energy and force go to zero at the cutoff.</summary>
    public static PairFunction ShiftedForce(PairFunction phi, double cutoffA)
    {
        PairValue end = phi(cutoffA);
        return r => phi(r) + new PairValue(-end.EnergyEv - (r - cutoffA) * end.Slope, -end.Slope, 0);
    }

    /// <summary>Born-Mayer repulsion and dispersion, A exp(-r/ρ) - C/r⁶, unsmoothed.</summary>
    public static PairFunction BornMayer(double aEv, double rhoA, double cEvA6) => r =>
    {
        double repulsion = aEv == 0 ? 0 : aEv * Math.Exp(-r / rhoA);
        double dispersion = cEvA6 / Math.Pow(r, 6);
        return new PairValue(
            repulsion - dispersion,
            (aEv == 0 ? 0 : -repulsion / rhoA) + 6 * dispersion / r,
            (aEv == 0 ? 0 : repulsion / (rhoA * rhoA)) - 42 * dispersion / (r * r));
    };

    /// <summary>
    /// Damped shifted-force Coulomb of two unit charges (Fennell and Gezelter, JCP 124, 234104 (2006)):
    /// K [erfc(αr)/r - erfc(αrc)/rc + f (r - rc)], f = erfc(αrc)/rc² + (2α/√π) exp(-α²rc²)/rc.
    /// </summary>
    public static PairFunction DampedCoulomb(double alphaPerA, double cutoffA, double coulombEvA)
    {
        double g = 2 * alphaPerA / Math.Sqrt(Math.PI);
        return ShiftedForce(r =>
        {
            double screened = MathNet.Numerics.SpecialFunctions.Erfc(alphaPerA * r), gauss = g * Math.Exp(-alphaPerA * alphaPerA * r * r);
            return coulombEvA * new PairValue(
                screened / r,
                -(screened / r + gauss) / r,
                2 * ((screened / r + gauss) / (r * r) + alphaPerA * alphaPerA * gauss));
        }, cutoffA);
    }
}
