using System.Text;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>What OSZICAR and the standard output say of an ionic step.</summary>
internal static class OszicarText
{
    public static string Electronic(IonicStep step, int upTo)
    {
        var t = new StringBuilder("       N       E                     dE             d eps       ncg     rms          rms(c)\n");
        foreach (ElectronicStep e in step.Electrons.Steps.Take(upTo))
            t.Append($"DAV:{I(e.Number, 4)}{E(e.EnergyEv, 23, 12)}{E(e.ChangeEv, 15, 5)}{E(e.EigenvalueChangeEv, 15, 5)}{I(e.Bands, 6)}{E(e.Rms, 12, 3)}{(e.RmsCharge is { } c ? E(c, 13, 3) : "")}\n");
        return t.ToString();
    }

    public static string Ionic(IonicStep step, double? energyBeforeEv, InputDeck deck)
    {
        double e0 = step.Electrons.SigmaZeroEv(step.FreeEnergyEv);
        string moment = step.Moments is { } m ? $" mag={F(Magnetism.Total(deck, m), 11, 4)}" : "";
        return step.Ions is { } ions
            ? $"{I(step.Number, 7)} T={F(ions.TemperatureK, 6, 0)}. E= {E(step.TotalEv, 14, 8)} F= {E(step.FreeEnergyEv, 14, 8)} E0= {E(e0, 14, 8)}  EK= {E(ions.KineticEv, 11, 5)} SP= {E(ions.NosePotentialEv, 8, 2)} SK= {E(ions.NoseKineticEv, 8, 2)}{moment}\n"
            : $"{I(step.Number, 4)} F= {E(step.FreeEnergyEv, 14, 8)} E0= {E(e0, 14, 8)}  d E ={E(step.FreeEnergyEv - (energyBeforeEv ?? 0), 12, 6)}{(moment.Length > 0 ? " " + moment : "")}\n";
    }
}
