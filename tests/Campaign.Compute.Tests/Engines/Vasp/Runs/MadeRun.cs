using System.Globalization;
using System.Text;

namespace Campaign.Compute.Tests.Engines.Vasp.Runs;

/// <param name="PlaceA">Of the moving atom, along x.</param>
/// <param name="EnergyEv">F.</param>
/// <param name="ElectronicSteps">60 are all that are allowed.</param>
internal sealed record MadeStep(double PlaceA, double EnergyEv, int ElectronicSteps = 5);

/// <summary>A run of two Li atoms in a cube, of which one moves along x: OUTCAR and CONTCAR as VASP lays them out.</summary>
internal static class MadeRun
{
    public const double EdgeA = 10;
    public const int MostElectronicSteps = 60;

    /// <param name="finished">VASP ended by itself.</param>
    /// <returns>The directory.</returns>
    public static string Write(string directory, IReadOnlyList<MadeStep> steps, double timeStepFs = 1, bool finished = true, int nsw = 1000)
    {
        Directory.CreateDirectory(directory);
        var text = new StringBuilder(" vasp.6.4.3 test\n   VRHFIN =Li: s1p0\n   TITEL  = PAW_PBE Li 17Jan2003\n   number of dos      NEDOS =    301   number of ions     NIONS =      2\n   ions per type =               2\n");
        text.Append(CultureInfo.InvariantCulture, $"   NSW    = {nsw}    number of steps for IOM\n   IBRION =      0    ionic relax\n   ISIF   =      2    stress and relaxation\n   NELM   = {MostElectronicSteps,6};   NELMIN=  4\n   EDIFF  = 0.1E-05   stopping-criterion for ELM\n");
        text.Append(CultureInfo.InvariantCulture, $"   POTIM  = {timeStepFs:0.0000}    time-step for ionic-motion\n");
        for (int step = 1; step <= steps.Count; step++)
            Step(text, step, steps[step - 1]);
        if (finished)
            text.Append("\n General timing and accounting informations for this job:\n");
        File.WriteAllText(Path.Combine(directory, "OUTCAR"), text.ToString());
        if (steps.Count > 0)
            File.WriteAllText(Path.Combine(directory, "CONTCAR"), string.Create(CultureInfo.InvariantCulture, $"""
                made
                1.0
                {EdgeA} 0 0
                0 {EdgeA} 0
                0 0 {EdgeA}
                Li
                2
                Direct
                {(steps[^1].PlaceA + 0.1) / EdgeA:0.0000000} 0.2 0.3
                0.5 0.5 0.5

                0.1 0 0
                0 0 0

                """));
        return directory;
    }

    private static void Step(StringBuilder text, int step, MadeStep made)
    {
        for (int electronic = 1; electronic <= made.ElectronicSteps; electronic++)
            text.Append(CultureInfo.InvariantCulture, $"{new string('-', 40)} Iteration {step,6}({electronic,4})  {new string('-', 40)}\n  total energy-change (2. order) :-0.1000000E+00  (-0.1000000E+00)\n");
        text.Append("  in kB       1.0 1.0 1.0 0.0 0.0 0.0\n  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n");
        text.Append(CultureInfo.InvariantCulture, $"  free  energy   TOTEN  = {made.EnergyEv:0.00000000} eV\n\n  energy  without entropy= {made.EnergyEv:0.00000000}  energy(sigma->0) = {made.EnergyEv:0.00000000}\n");
        text.Append("      direct lattice vectors                 reciprocal lattice vectors\n");
        for (int row = 0; row < 3; row++)
            text.Append(CultureInfo.InvariantCulture, $"{(row == 0 ? EdgeA : 0),14:0.000000000}{(row == 1 ? EdgeA : 0),14:0.000000000}{(row == 2 ? EdgeA : 0),14:0.000000000}   0.1 0.0 0.0\n");
        text.Append(" POSITION                                       TOTAL-FORCE (eV/Angst)\n -----------------------------------------------------------------------------------\n");
        text.Append(CultureInfo.InvariantCulture, $"{made.PlaceA,13:0.00000}{2.0,13:0.00000}{3.0,13:0.00000}    0.1 0.0 0.0\n{5.0,13:0.00000}{5.0,13:0.00000}{5.0,13:0.00000}   -0.1 0.0 0.0\n");
        text.Append(" -----------------------------------------------------------------------------------\n");
    }
}
