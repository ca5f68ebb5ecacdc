using System.Text;
using Campaign.Compute.Structures;
using static Campaign.StandInVasp.Fortran;

namespace Campaign.StandInVasp;

/// <summary>An ionic step as OUTCAR tells it.</summary>
internal static class OutcarStep
{
    private const string Dashes = " -----------------------------------------------------------------------------------\n";

    /// <summary>Its electronic steps up to one of them (from 1).</summary>
    public static string Electronic(IonicStep step, InputDeck deck, int upTo)
    {
        var t = new StringBuilder();
        foreach (ElectronicStep e in step.Electrons.Steps.Take(upTo))
        {
            t.Append($"--------------------------------------- Iteration {I(step.Number, 6)}({I(e.Number, 4)})  ---------------------------------------\n\n\n");
            t.Append("    POTLOK:  cpu time      0.0001: real time      0.0001\n    --------------------------------------------\n      LOOP:  cpu time      0.0001: real time      0.0001\n\n");
            t.Append($" eigenvalue-minimisations  : {I(e.Bands, 5)}\n");
            t.Append($" total energy-change (2. order) :{E(e.ChangeEv, 14, 7)}  ({E(e.EigenvalueChangeEv, 14, 7)})\n");
            t.Append($" number of electron {F(deck.Electrons, 15, 7)} magnetization {(step.Moments is { } m ? F(Magnetism.Total(deck, m), 15, 7) : "")}\n");
            t.Append($" augmentation part  {F(0.1 * deck.Electrons, 15, 7)} magnetization {(step.Moments is { } n ? F(0.9 * Magnetism.Total(deck, n), 15, 7) : "")}\n\n");
            FreeEnergy(t, step, e.EnergyEv);
            t.Append(OutcarHeader.Rule);
        }
        return t.ToString();
    }

    /// <summary>What follows the electronic steps.</summary>
    public static string Results(IonicStep step, InputDeck deck)
    {
        var t = new StringBuilder();
        VaspSettings s = deck.Settings;
        t.Append(" average (electrostatic) potential at core\n\n E-fermi :   0.0000     XC(G=0):   0.0000     alpha+bet :  0.0000\n\n\n");
        t.Append(step.Electrons.End switch
        {
            ElectronicEnd.Converged => "------------------------ aborting loop because EDIFF is reached ----------------------------------------\n\n\n",
            ElectronicEnd.Unconverged => "------------------------ aborting loop EDIFF was not reached (unconverged)  ----------------------------\n\n\n",
            _ => "------------------------ aborting loop because hard stop was set ---------------------------------------\n\n\n",
        });
        if (step.Moments is { } moments && s.Lorbit >= 10)
            Moments(t, moments, deck);
        if (s.Isif > 0)
            Stress(t, step.Point);
        t.Append(" VOLUME and BASIS-vectors are now :\n -----------------------------------------------------------------------------\n");
        OutcarHeader.Cell(t, step.Structure, "direct lattice vectors                 reciprocal lattice vectors", deck.CutoffEv);
        t.Append("\n POSITION                                       TOTAL-FORCE (eV/Angst)\n").Append(Dashes);
        Vec3[] wrapped = step.Wrapped();
        Vec3 drift = Vec3.Zero;
        for (int i = 0; i < wrapped.Length; i++)
        {
            t.Append($"{OutcarHeader.Row(step.Structure.Cell.ToCartesian(wrapped[i]), 13, 5)}   {OutcarHeader.Row(step.Point.Forces[i], 14, 6)}\n");
            drift += step.Point.Forces[i];
        }
        t.Append($"{Dashes}    total drift:                          {OutcarHeader.Row(drift, 14, 6)}\n").Append(OutcarHeader.Rule);
        t.Append($"\n  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n  ---------------------------------------------------\n  free  energy   TOTEN  = {F(step.FreeEnergyEv, 18, 8)} eV\n\n");
        t.Append($"  energy  without entropy={F(step.Electrons.WithoutEntropyEv(step.FreeEnergyEv), 18, 8)}  energy(sigma->0) ={F(step.Electrons.SigmaZeroEv(step.FreeEnergyEv), 18, 8)}\n \n");
        t.Append(OutcarHeader.Rule).Append("    POTLOK:  cpu time      0.0001: real time      0.0001\n").Append(OutcarHeader.Rule);
        if (step.Ions is { } ions)
            Ions(t, step, ions, s);
        else if (step.BandText is { } band)
            t.Append(band);
        else if (s.IsRelaxation)
            Convergence(t, step.Point.Forces, step.Point.VirialEv);
        return t.ToString();
    }

    /// <summary>Largest and mean force, as VASP sums them up below a relaxation's step.</summary>
    public static void Convergence(StringBuilder t, ReadOnlySpan<Vec3> forces, Mat3 virial)
    {
        double largest = 0, sum = 0;
        foreach (Vec3 f in forces)
        {
            largest = Math.Max(largest, f.Norm);
            sum += f.NormSquared;
        }
        t.Append(" stress matrix after NEB project (eV)\n");
        t.Append($"  {OutcarHeader.Row(new Vec3(virial.XX, virial.XY, virial.XZ), 13, 5)}\n  {OutcarHeader.Row(new Vec3(virial.YX, virial.YY, virial.YZ), 13, 5)}\n  {OutcarHeader.Row(new Vec3(virial.ZX, virial.ZY, virial.ZZ), 13, 5)}\n");
        t.Append($"  FORCES: max atom, RMS {F(largest, 12, 6)}{F(Math.Sqrt(sum / forces.Length), 12, 6)}\n  FORCE total and by dimension{F(Math.Sqrt(sum), 12, 6)}{F(forces.Length == 0 ? 0 : Largest(forces), 12, 6)}\n").Append(OutcarHeader.Rule);
    }

    private static double Largest(ReadOnlySpan<Vec3> forces)
    {
        double largest = 0;
        foreach (Vec3 f in forces)
            largest = Math.Max(largest, Math.Max(Math.Abs(f.X), Math.Max(Math.Abs(f.Y), Math.Abs(f.Z))));
        return largest;
    }

    private static void FreeEnergy(StringBuilder t, IonicStep step, double energyEv)
    {
        t.Append(" Free energy of the ion-electron system (eV)\n  ---------------------------------------------------\n");
        t.Append($"  entropy T*S    EENTRO = {F(step.Electrons.EntropyEv, 18, 8)}\n  eigenvalues    EBANDS = {F(energyEv - step.Electrons.EntropyEv, 18, 8)}\n  ---------------------------------------------------\n");
        t.Append($"  free energy    TOTEN  = {F(energyEv, 18, 8)} eV\n\n");
        t.Append($"  energy without entropy ={F(step.Electrons.WithoutEntropyEv(energyEv), 18, 8)}  energy(sigma->0) ={F(step.Electrons.SigmaZeroEv(energyEv), 18, 8)}\n");
    }

    /// <summary>All of it in the d column of atoms with a moment; the charges are those of the valence.</summary>
    private static void Moments(StringBuilder t, double[] moments, InputDeck deck)
    {
        int[] blocks = deck.BlockOf;
        Table("total charge", [.. blocks.Select(b => 0.9 * deck.Blocks[b].Zval)]);
        Table("magnetization (x)", moments);
        t.Append('\n');

        void Table(string title, double[] values)
        {
            t.Append($"\n\n {title}{(title.StartsWith('t') ? "     " : "")}\n \n# of ion       s       p       d       tot\n------------------------------------------\n");
            for (int i = 0; i < values.Length; i++)
                t.Append($"{I(i + 1, 5)}     {F(0, 8, 3)}{F(0, 8, 3)}{F(values[i], 8, 3)}{F(values[i], 8, 3)}\n");
            if (values.Length > 1)
                t.Append($"--------------------------------------------------\ntot       {F(0, 8, 3)}{F(0, 8, 3)}{F(values.Sum(), 8, 3)}{F(values.Sum(), 8, 3)}\n");
        }
    }

    private static void Stress(StringBuilder t, ModelPoint point)
    {
        Mat3 w = point.VirialEv, kb = point.StressKb;
        t.Append("  FORCE on cell =-STRESS in cart. coord.  units (eV):\n  Direction    XX          YY          ZZ          XY          YZ          ZX\n");
        t.Append("  --------------------------------------------------------------------------------------\n");
        t.Append($"  Total  {Six(w)}\n  in kB  {Six(kb)}\n  external pressure = {F(kb.Trace / 3, 11, 2)} kB  Pullay stress =        0.00 kB\n\n\n");
    }

    private static string Six(Mat3 m) => F(m.XX, 12, 5) + F(m.YY, 12, 5) + F(m.ZZ, 12, 5) + F(m.XY, 12, 5) + F(m.YZ, 12, 5) + F(m.ZX, 12, 5);

    private static void Ions(StringBuilder t, IonicStep step, IonEnergies ions, VaspSettings s)
    {
        if (s.Mdalgo > 0)
            t.Append($"           RANDOM_SEED = {I(s.RandomSeed, 17)}{I(0, 17)}{I(0, 17)}\n");
        t.Append("   IONSTEP:  cpu time      0.0001: real time      0.0001\n\n");
        t.Append("  ENERGY OF THE ELECTRON-ION-THERMOSTAT SYSTEM (eV)\n  ---------------------------------------------------\n");
        t.Append($"% ion-electron   TOTEN  ={F(step.FreeEnergyEv, 17, 6)}  see above\n  kinetic energy EKIN   ={F(ions.KineticEv, 17, 6)}\n");
        t.Append($"  kin. lattice  EKIN_LAT={F(0, 17, 6)}  (temperature{F(ions.TemperatureK, 8, 2)} K)\n");
        t.Append($"  nose potential ES     ={F(ions.NosePotentialEv, 17, 6)}\n  nose kinetic   EPS    ={F(ions.NoseKineticEv, 17, 6)}\n  ---------------------------------------------------\n");
        t.Append($"  total energy   ETOTAL ={F(step.TotalEv, 17, 6)} eV\n\n  maximum distance moved by ions : {E(ions.LargestMoveA, 13, 2)}\n\n");
    }
}
