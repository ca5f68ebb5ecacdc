using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>REPORT, which VASP writes with MDALGO above 0.</summary>
internal static class ReportText
{
    public static string Header(VaspSettings s) => $"           MDALGO = {s.Mdalgo}\n           POTIM  = {F(s.Potim, 10, 4)}\n           TEBEG  = {F(s.TebegK, 10, 3)}\n           TEEND  = {F(s.TeendK, 10, 3)}\n # {Banner.Confession}\n\n";

    public static string Step(IonicStep step, double targetK) =>
        $"""
        ========================================
                 MD step No. {step.Number}
        ========================================

           >Temperature
                          T_sim      T_inst
           tmprt>    {F(targetK, 10, 3)}  {F(step.Ions!.TemperatureK, 10, 3)}

           >Energies
                    E_tot             E_pot             E_kin             E_nose
            e_b> {E(step.TotalEv, 16, 8)}  {E(step.FreeEnergyEv, 16, 8)}  {E(step.Ions.KineticEv, 16, 8)}  {E(step.Ions.NosePotentialEv + step.Ions.NoseKineticEv, 16, 8)}


        """;
}
