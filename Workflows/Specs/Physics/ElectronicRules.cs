using Campaign.Workflows.Operations;
using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Settings of the electronic structure.</summary>
internal static class ElectronicRules
{
    /// <summary>Recommended cutoffs in eV of PAW data sets that matter here (OUTCAR headers, sets PBE.52 and PBE.54).</summary>
    private static readonly Dictionary<string, double> EnmaxEv = new(StringComparer.Ordinal)
    {
        ["Li"] = 140.000,
        ["Li_sv"] = 499.034,
        ["Ti_pv"] = 222.335,
        ["Ti_sv"] = 274.610,
    };

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        foreach (LevelSpec level in c.Spec.Levels)
        {
            if (level.Electronic is not { } e)
                continue;
            string path = $"levels.{level.Name}";
            foreach ((string element, string set) in e.Potcars)
                if (EnmaxEv.TryGetValue(set, out double enmax) && e.EncutEv < enmax)
                    yield return c.Warn("encutBelowEnmax", $"{path}.encutEv", Invariant($"ENCUT {e.EncutEv} eV is below ENMAX {enmax} eV of {set} ({element}); stress and cell are not converged."),
                        Invariant($"Use at least {Math.Ceiling(enmax / 10) * 10} eV (1.3 x ENMAX = {1.3 * enmax:0} for cell relaxation), or a softer data set{(set == "Li_sv" ? " (Li: 140 eV)" : "")}."));
            if (e.Functional == "PW91")
                yield return c.Warn("functionalAmbiguous", $"{path}.functional", "PW91 and PBE are two functionals although both are called 'GGA of Perdew'; PW91 needs PW91 POTCARs, and GGA=91 on PBE POTCARs mixes them.",
                    "Use PBE unless PW91 data sets are at hand.");
            if (!e.Spin && e.Hubbard.Count > 0)
                yield return c.Warn("spinOff", $"{path}.spin", $"Without spin polarisation an open d shell ({string.Join(", ", e.Hubbard.Keys)} with U) is forced to half-filled pairs.", "Write spin: true with initialMoments.");
            foreach ((string element, HubbardTerm term) in e.Hubbard)
                if (term.UMinusJEv < 0)
                    yield return c.Warn("negativeHubbard", $"{path}.hubbard.{element}.uMinusJEv", Invariant($"U-J of {term.UMinusJEv} eV delocalises instead of localising."), "Check the sign.");
        }
    }
}
