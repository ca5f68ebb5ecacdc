using System.Globalization;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What tells two levels of theory apart. Meshes are compared by their spacing, since cells differ in size.</summary>
internal static class LevelDifferences
{
    /// <summary>Meshes are whole numbers: the same wish gives spacings that differ by less.</summary>
    private const double RelativeTolerance = 0.10;

    private const string Untold = "not told";

    /// <summary>ENCUT is printed with one decimal.</summary>
    private const double CutoffToleranceEv = 0.051;

    public static IReadOnlyList<string> Between(LevelOfTheory a, LevelOfTheory b)
    {
        var differences = new List<string>();
        Same("version of VASP", Text(a.VaspMajor), Text(b.VaspMajor));
        Same("functional", a.Functional, b.Functional);
        Near("cutoff (ENCUT)", a.EncutEv, b.EncutEv, CutoffToleranceEv, v => $"{Text(v)} eV", Untold);
        Same("precision (PREC)", a.Precision, b.Precision);
        Same("space that projectors act in (LREAL)", Space(a.RealSpaceProjectors), Space(b.RealSpaceProjectors));
        Same("use of aspherical terms (LASPH)", OnOff(a.Aspherical), OnOff(b.Aspherical));
        Same("dispersion correction (IVDW)", Method(a.Dispersion), Method(b.Dispersion));
        Same("spin polarisation (ISPIN)", OnOff(a.Spin), OnOff(b.Spin));
        Near("total moment (NUPDOWN)", a.FixedMomentPerAtom, b.FixedMomentPerAtom, RelativeTolerance * Math.Max(a.FixedMomentPerAtom ?? 0, b.FixedMomentPerAtom ?? 0), v => $"fixed at {Text(Math.Round(v, 6))} per atom", "free");
        Same("smearing (ISMEAR)", Text(a.Ismear), Text(b.Ismear));
        if (!(a.Ismear <= -4 && b.Ismear <= -4)) // tetrahedra have no width
            Near("width of the smearing (SIGMA)", a.SigmaEv, b.SigmaEv, 1e-6, v => $"{Text(v)} eV", Untold);
        if (a.Potcars.Count == 0 != (b.Potcars.Count == 0))
            Same("list of potentials", a.Potcars.Count == 0 ? null : "told", b.Potcars.Count == 0 ? null : "told");
        foreach (string element in a.Potcars.Keys.Intersect(b.Potcars.Keys))
        {
            Same($"potential of {element}", a.Potcars[element], b.Potcars[element]);
            Same($"Hubbard term of {element}", a.Hubbard.GetValueOrDefault(element)?.ToString() ?? "none", b.Hubbard.GetValueOrDefault(element)?.ToString() ?? "none");
        }
        Spacings();
        return differences;

        void Same(string what, string? mine, string? theirs)
        {
            if (mine != theirs)
                Say(what, mine ?? Untold, theirs ?? Untold);
        }

        void Near(string what, double? mine, double? theirs, double tolerance, Func<double, string> text, string otherwise)
        {
            if (mine is null != theirs is null || Math.Abs((mine ?? 0) - (theirs ?? 0)) > tolerance)
                Say(what, mine is { } m ? text(m) : otherwise, theirs is { } t ? text(t) : otherwise);
        }

        void Spacings()
        {
            if (a.KSpacingPerA.Count != b.KSpacingPerA.Count)
            {
                Same("spacing of k-points", a.KSpacingPerA.Count == 0 ? null : "told", b.KSpacingPerA.Count == 0 ? null : "told");
                return;
            }
            for (int i = 0; i < a.KSpacingPerA.Count; i++)
            {
                (double m, double t) = (a.KSpacingPerA[i], b.KSpacingPerA[i]);
                if (!(Math.Abs(m - t) <= RelativeTolerance * Math.Max(m, t)))
                    Say($"spacing of k-points along {(char)('a' + i)}*", $"{Text(Math.Round(m, 4))} 1/Å", $"{Text(Math.Round(t, 4))} 1/Å");
            }
        }

        void Say(string what, string mine, string theirs) => differences.Add($"The {what} is {mine}, the other's {theirs}.");
    }

    private static string? OnOff(bool? on) => on switch { true => "on", false => "off", null => null };

    private static string? Space(bool? real) => real switch { true => "the real one", false => "the reciprocal one", null => null };

    private static string Method(int ivdw) => ivdw == 0 ? "none" : ivdw.ToString(CultureInfo.InvariantCulture);

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
