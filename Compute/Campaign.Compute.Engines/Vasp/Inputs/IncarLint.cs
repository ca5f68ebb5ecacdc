namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>
/// Looks at the INCAR lines that a user adds to a level of theory. Refused is what the campaign's own keys say, so that reports and
/// fingerprints cannot name one thing and VASP do another, and what the program reads its results by.
/// </summary>
public static class IncarLint
{
    private static readonly Dictionary<string, string> Instead = new(StringComparer.Ordinal)
    {
        ["ENCUT"] = Key("levels: encutEv"),
        ["GGA"] = Key("levels: functional"),
        ["METAGGA"] = Key("levels: functional"),
        ["IVDW"] = Key("levels: dispersion"),
        ["ISPIN"] = Key("levels: spin"),
        ["MAGMOM"] = Key("levels: initialMoments"),
        ["NUPDOWN"] = Key("levels: fixedMoment"),
        ["LDAU"] = Key("levels: hubbard"),
        ["LDAUTYPE"] = "Dudarev's scheme (LDAUTYPE = 2) is the only one used; write levels: hubbard with U-J.",
        ["LDAUL"] = Key("levels: hubbard"),
        ["LDAUU"] = Key("levels: hubbard"),
        ["LDAUJ"] = Key("levels: hubbard"),
        ["EDIFF"] = Key("levels: ediffEv"),
        ["ISMEAR"] = Key("levels: smearing"),
        ["SIGMA"] = Key("levels: sigmaEv"),
        ["KSPACING"] = Key("material: kSpacingPerA, or kMesh"),
        ["KGAMMA"] = Key("levels: gammaCentred"),

        ["NSW"] = Key("relax: maxSteps, aimd: lengthPs"),
        ["EDIFFG"] = Key("relax: maxForceEvPerA, neb: maxForceEvPerA"),
        ["POTIM"] = Key("aimd: timeStepFs"),
        ["TEBEG"] = Key("aimd: temperaturesK"),
        ["TEEND"] = Key("aimd: temperaturesK"),
        ["SMASS"] = Key("aimd: thermostat"),
        ["MDALGO"] = Key("aimd: thermostat"),
        ["LANGEVIN_GAMMA"] = Key("aimd: dampingFs"),
        ["RANDOM_SEED"] = "Random numbers follow from the campaign's own seeds, so that a run can be repeated.",
        ["IMAGES"] = Key("neb: images"),
        ["SPRING"] = Key("neb: springEvPerA2"),
        ["NCORE"] = Key("engines: vasp: ncore in the site's file"),
        ["NPAR"] = Key("engines: vasp: ncore in the site's file"),
        ["KPAR"] = Key("engines: vasp: kpar in the site's file"),

        ["IBRION"] = Chosen,
        ["ISIF"] = "Every calculation chooses its own, and labels need the stress.",
        ["ISYM"] = Chosen,
        ["ICHAIN"] = Chosen,
        ["LCLIMB"] = Chosen,
        ["IOPT"] = Chosen,
        ["NBLOCK"] = "Every step is read; how many become labels says aimd: frameStrideFs.",
        ["NWRITE"] = "The forces of every step must be in the output.",
        ["ISTART"] = Begins,
        ["ICHARG"] = Begins,
        ["NELECT"] = "The number of electrons follows from the potentials and the charge of the cell.",
        ["PSTRESS"] = "It adds to energies and stress, and labels would be those of another system. Strain the cells instead (aimd: strains).",
        ["LHFCALC"] = Hybrid,
        ["LUSE_VDW"] = "A non-local functional is another functional than the campaign names; write levels: dispersion.",
        ["LNONCOLLINEAR"] = Collinear,
        ["LSORBIT"] = Collinear,
    };

    private const string Chosen = "Every calculation (relaxation, dynamics, single point, band) chooses its own.";
    private const string Begins = "Every run begins without WAVECAR and CHGCAR.";
    private const string Hybrid = "A hybrid is another functional than the campaign names, and is not supported.";
    private const string Collinear = "Moments are collinear here.";

    /// <param name="extra">Lines as the user wrote them.</param>
    /// <returns>A sentence or two on each problem: what, why, what to write instead. None: the lines can be used.</returns>
    public static IReadOnlyList<string> Problems(IReadOnlyList<string> extra)
    {
        var problems = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in extra)
        {
            IncarStatement[] statements = [.. IncarStatements.In(line)];
            if (statements.Length == 0)
                problems.Add($"'{line}' sets nothing. Write it like 'AMIX = 0.2', or remove it.");
            foreach (IncarStatement s in statements)
            {
                if (s.Tag is not { } tag)
                    problems.Add($"'{s.Text}' sets nothing. Write it like 'AMIX = 0.2'.");
                else if (Instead.TryGetValue(tag, out string? why))
                    problems.Add($"{tag} cannot be set here. {why}");
                else if (tag.StartsWith("ML_", StringComparison.Ordinal))
                    problems.Add($"{tag} cannot be set here. Energies and forces of VASP's own force fields are no labels.");
                else if (!seen.Add(tag))
                    problems.Add($"{tag} is set twice. Keep one.");
            }
        }
        return problems;
    }

    private static string Key(string key) => $"Write {key}.";
}
