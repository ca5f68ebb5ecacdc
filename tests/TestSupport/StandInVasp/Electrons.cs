namespace Campaign.StandInVasp;

/// <summary>One electronic step as it is printed.</summary>
/// <param name="EnergyEv">Free energy after it.</param>
/// <param name="Bands">Hamiltonian applications, as OSZICAR counts them.</param>
/// <param name="RmsCharge">Null in the first steps and the last.</param>
internal sealed record ElectronicStep(int Number, double EnergyEv, double ChangeEv, double EigenvalueChangeEv, int Bands, double Rms, double? RmsCharge);

internal enum ElectronicEnd
{
    Converged,

    /// <summary>NELM steps were not enough.</summary>
    Unconverged,

    /// <summary>LABORT: ended after the step under way.</summary>
    HardStop,
}

/// <summary>Electronic steps that nobody computed: they approach the model's energy as a self-consistent loop does, and end at it exactly when they converge.</summary>
/// <param name="EntropyEv">-T S of the smearing, which is part of F.</param>
internal sealed record Electrons(IReadOnlyList<ElectronicStep> Steps, ElectronicEnd End, double EntropyEv)
{
    private const int First = 12, Later = 8, BeforeHardStop = 3, WithoutMixing = 4;

    /// <summary>An energy that is not self-consistent is wrong by this much, eV: nobody can take it for a label without being seen.</summary>
    private const double UnconvergedErrorEv = 0.05;

    private const double EntropyPerAtomEv = -1e-5, AtSigmaEv = 0.05;

    public double EnergyEv => Steps[^1].EnergyEv;

    public double WithoutEntropyEv(double freeEnergyEv) => freeEnergyEv - EntropyEv;

    public double SigmaZeroEv(double freeEnergyEv) => freeEnergyEv - 0.5 * EntropyEv;

    /// <param name="energyEv">Of the model.</param>
    /// <param name="ionicStep">From 1; the first one takes longer.</param>
    public static Electrons Of(double energyEv, int ionicStep, ElectronicEnd wanted, int atoms, VaspSettings settings)
    {
        int normal = Math.Max(settings.Nelmin, ionicStep == 1 ? First : Later);
        ElectronicEnd end = wanted == ElectronicEnd.Converged && settings.Nelm < 3 ? ElectronicEnd.Unconverged : wanted;
        int count = end switch
        {
            ElectronicEnd.Converged => Math.Min(normal, settings.Nelm - 1),
            ElectronicEnd.Unconverged => settings.Nelm,
            _ => Math.Min(BeforeHardStop, settings.Nelm),
        };
        var energies = new double[count];
        double farEv = (ionicStep == 1 ? 3.0 : 0.02) * atoms, nearEv = 0.3 * settings.EdiffEv;
        for (int k = 1; k <= count; k++)
        {
            energies[k - 1] = energyEv + end switch
            {
                ElectronicEnd.Converged => k == count ? 0 : farEv * Math.Pow(nearEv / farEv, (k - 1) / Math.Max(1.0, count - 2)),
                ElectronicEnd.Unconverged => UnconvergedErrorEv * (k % 2 == count % 2 ? 1 : 2),
                _ => farEv * Math.Pow(0.2, k),
            };
        }
        var steps = new ElectronicStep[count];
        for (int k = 1; k <= count; k++)
        {
            double change = k == 1 ? energies[0] : energies[k - 1] - energies[k - 2];
            double rms = Math.Sqrt(Math.Abs(change)) / 10;
            steps[k - 1] = new ElectronicStep(k, energies[k - 1], change, 0.9 * change, 48 * atoms + 4 * k, rms, k > WithoutMixing && k < count ? rms / 2 : null);
        }
        return new Electrons(steps, end, settings.Ismear < -1 ? 0 : EntropyPerAtomEv * atoms * settings.SigmaEv / AtSigmaEv);
    }
}
