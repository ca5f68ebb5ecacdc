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
            foreach ((string element, double state) in c.Spec.Material.OxidationStates)
            {
                if (OpenShells.DElectrons(element, state) is not { } electrons || c.Facts.Sites.Count > 0 && !c.Facts.Species.Contains(element))
                    continue;
                if (!e.Spin)
                    yield return c.Warn("spinOff", $"{path}.spin", Invariant($"{element}{state:0.##}+ has {electrons:0.##} d electrons, but spin is off: every orbital would hold pairs, and U-J would act on the wrong occupations."),
                        Invariant($"Write spin: true and initialMoments: {{ {element}: {Math.Min(electrons, 10 - electrons):0.##} }}."));
                else if (!e.InitialMoments.ContainsKey(element))
                    yield return c.Warn("momentsMissing", $"{path}.initialMoments", Invariant($"{element}{state:0.##}+ has {electrons:0.##} d electrons and no initial moment; the run may end in the state without moment, eV away per {element}."),
                        Invariant($"Write initialMoments: {{ {element}: {Math.Min(electrons, 10 - electrons):0.##} }}."));
            }
            if (!e.Spin && e.Hubbard.Count > 0 && c.Spec.Material.OxidationStates.Count == 0)
                yield return c.Warn("spinOff", $"{path}.spin", $"Without spin polarisation an open d shell ({string.Join(", ", e.Hubbard.Keys)} with U) is forced to half-filled pairs.", "Write spin: true with initialMoments.");
            if (e.FixedMoment && c.Spec.Neb is { NeutralVacancy: true })
                yield return c.Error("fixedMomentNeutral", $"{path}.fixedMoment", "A neutral vacancy takes an electron of the host along, so the total moment is not the sum of the initial ones; held there, the barrier would be that of another spin state.",
                    "Write fixedMoment: false, or neb: { vacancy: charged }.");
            foreach ((string element, HubbardTerm term) in e.Hubbard)
            {
                if (OpenShells.ShellOf(element) is { } shell && shell != term.L)
                    yield return c.Warn("hubbardShell", $"{path}.hubbard.{element}.l", Invariant($"U-J of {term.UMinusJEv} eV acts on the {term.L} states of {element}, whose open shell is {shell}."), $"Write l: {shell}.");
                if (term.UMinusJEv > 0)
                    yield return c.Note("hubbardScheme", $"{path}.hubbard.{element}.uMinusJEv", Invariant($"{term.UMinusJEv} eV is the effective U-J of Dudarev's scheme (LDAUTYPE = 2) on {element} {term.L}; a U and J fitted for Liechtenstein's scheme give other energies."), "State the scheme with the number.");
                if (term.UMinusJEv < 0)
                    yield return c.Warn("negativeHubbard", $"{path}.hubbard.{element}.uMinusJEv", Invariant($"U-J of {term.UMinusJEv} eV delocalises instead of localising."), "Check the sign.");
            }
            string[] unnamed = [.. c.Facts.Species.Where(s => !e.Potcars.ContainsKey(s))];
            if (level.Engine == "vasp" && unnamed.Length > 0)
                yield return c.Warn("potcarNotSaid", $"{path}.potcars", $"The PAW data set of {string.Join(", ", unnamed)} is not said, and the cutoffs differ: Li needs 140 eV, Li_sv 499 eV.", $"Write potcars: {{ {string.Join(", ", unnamed.Select(s => $"{s}: {s}"))} }} with the names of the sets.");
        }
    }
}
