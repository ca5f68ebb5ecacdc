namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>The part of an INCAR that a level of theory gives: functional, cutoff, spin, Hubbard terms, electronic convergence.</summary>
internal static class LevelTags
{
    /// <summary>Up to here exact projectors are cheap; beyond, real-space ones are worth their error of about 1 meV per atom.</summary>
    private const int MostAtomsOfExactProjectors = 30;

    private static readonly HashSet<string> FShell =
        [.. "La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ac Th Pa U".Split(' ')];

    private static readonly HashSet<string> DShell =
        [.. "Sc Ti V Cr Mn Fe Co Ni Cu Zn Y Zr Nb Mo Tc Ru Rh Pd Ag Cd Hf Ta W Re Os Ir Pt Au Hg".Split(' ')];

    /// <exception cref="InvalidDataException">The settings do not go together, or VASP lacks them; the message says what to do.</exception>
    public static IEnumerable<(string Tag, string Value)> Of(VaspLevel level, VaspCalculation calculation, IReadOnlyList<(string Species, int Count)> blocks)
    {
        if (blocks.Count == 0 || blocks.Any(b => b.Count < 1))
            throw new InvalidDataException("A structure without atoms, or with an empty block of them, cannot be given to VASP. Give each species at least one atom.");
        VaspFunctional functional = VaspFunctional.Of(level.Functional);
        int smearing = Ismear(level);
        return
        [
            (functional.Tag, functional.Value),
            .. functional.IsMeta ? [("LMIXTAU", IncarText.Of(true))] : ((string, string)[])[],
            ("ENCUT", IncarText.Of(level.EncutEv)),
            .. Precision(level, calculation, functional, smearing, blocks.Sum(b => b.Count)),
            ("ISMEAR", IncarText.Of(smearing)),
            ("SIGMA", IncarText.Of(level.SigmaEv)),
            ("LASPH", IncarText.Of(true)),
            .. Spin(level, blocks),
            .. Hubbard(level, blocks),
            .. Mixing(level, blocks),
            .. Dispersion(level, functional),
            ("LWAVE", IncarText.Of(false)),
            ("LCHARG", IncarText.Of(false)),
        ];
    }

    private static IEnumerable<(string Tag, string Value)> Precision(VaspLevel level, VaspCalculation calculation, VaspFunctional functional, int smearing, int atoms)
    {
        bool dynamics = calculation is VaspCalculation.Dynamics or VaspCalculation.SinglePoint { AsInDynamics: true }, moves = dynamics || calculation is not VaspCalculation.SinglePoint;
        yield return ("PREC", dynamics ? "Normal" : "Accurate");
        yield return ("EDIFF", IncarText.Of(level.EdiffEv));
        // density mixing is slow for meta-GGAs, but the alternative fails with the tetrahedron method
        yield return ("ALGO", functional.IsMeta && smearing >= -1 ? "All" : "Normal");
        yield return ("NELM", "200");
        if (moves)
            yield return ("NELMIN", "4"); // forces lag behind the energy
        yield return ("LREAL", dynamics || moves && atoms > MostAtomsOfExactProjectors ? "Auto" : IncarText.Of(false));
    }

    private static int Ismear(VaspLevel level)
    {
        int value = level.Smearing switch
        {
            "gaussian" => 0,
            "fermi" => -1,
            "methfessel-paxton" or "methfesselPaxton" => 1,
            "tetrahedron" => -5,
            var other => throw new InvalidDataException($"The smearing '{other}' is not known for VASP. Write gaussian, fermi, methfessel-paxton or tetrahedron."),
        };
        return value != -5 || level.KMesh.Aggregate(1L, (points, n) => points * n) >= 4
            ? value
            : throw new InvalidDataException($"The tetrahedron method needs at least four k-points, and the mesh is {string.Join("x", level.KMesh)}. Write smearing: gaussian, or a denser mesh.");
    }

    private static IEnumerable<(string Tag, string Value)> Spin(VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks)
    {
        yield return ("ISPIN", level.Spin ? "2" : "1");
        if (level.FixedMoment && !(level.Spin && level.InitialMoments.Count > 0))
            throw new InvalidDataException("A fixed total moment needs spin: true and initialMoments, whose sum it is.");
        if (!level.Spin)
            yield break;
        // without a line VASP begins every atom at 1; all zero would keep the moments zero
        if (level.InitialMoments.Count > 0)
            yield return ("MAGMOM", string.Join(' ', blocks.Select(b => $"{b.Count}*{IncarText.Of(Moment(b.Species))}")));
        if (level.FixedMoment)
        {
            double total = blocks.Sum(b => b.Count * Moment(b.Species));
            if (total < 0)
                throw new InvalidDataException($"The initial moments add up to {IncarText.Of(total)}, and VASP fixes only totals from 0 on. Change the sign of all initialMoments: nothing else changes.");
            yield return ("NUPDOWN", IncarText.Of(total));
        }
        yield return ("LORBIT", "11");

        double Moment(string species) => level.InitialMoments.GetValueOrDefault(species);
    }

    private static IEnumerable<(string Tag, string Value)> Hubbard(VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks)
    {
        HubbardU?[] terms = [.. blocks.Select(b => Term(level, b.Species))];
        if (Array.TrueForAll(terms, t => t is null))
            yield break;
        yield return ("LDAU", IncarText.Of(true));
        yield return ("LDAUTYPE", "2");
        yield return ("LDAUL", string.Join(' ', terms.Select(t => t is null ? "-1" : IncarText.Of(Shell(t)))));
        yield return ("LDAUU", string.Join(' ', terms.Select(t => IncarText.Of(t?.UMinusJEv ?? 0))));
        yield return ("LDAUJ", string.Join(' ', terms.Select(_ => "0")));
        yield return ("LDAUPRINT", "1");
    }

    /// <summary>The density is mixed up to twice the l of an open shell.</summary>
    private static IEnumerable<(string Tag, string Value)> Mixing(VaspLevel level, IReadOnlyList<(string Species, int Count)> blocks)
    {
        int open = blocks.Max(b => Math.Max(
            Term(level, b.Species) is { } term ? Shell(term) : 0,
            !level.Spin ? 0 : FShell.Contains(b.Species) ? 3 : DShell.Contains(b.Species) ? 2 : 0));
        if (open >= 2)
            yield return ("LMAXMIX", open == 3 ? "6" : "4");
    }

    private static IEnumerable<(string Tag, string Value)> Dispersion(VaspLevel level, VaspFunctional functional)
    {
        if (level.Dispersion == "none")
            yield break;
        string method = level.Dispersion switch
        {
            "d3" => "11",
            "d3bj" => "12",
            var other => throw new InvalidDataException($"The dispersion correction '{other}' is not known for VASP. Write none, d3 or d3bj."),
        };
        if (!functional.HasDispersion && !level.Extra.Any(l => IncarStatements.In(l).Any(s => s.Tag == "VDW_S8")))
            throw new InvalidDataException($"VASP has no parameters of {level.Dispersion} for {functional.Name}. Write dispersion: none, or give the published ones as extra lines (VDW_S8 and, for d3, VDW_SR; for d3bj, VDW_A1 and VDW_A2).");
        yield return ("IVDW", method);
    }

    private static HubbardU? Term(VaspLevel level, string species) =>
        level.Hubbard.TryGetValue(species, out HubbardU? term) && term.UMinusJEv != 0 ? term : null;

    private static int Shell(HubbardU term) => "spdf".IndexOf(term.L, StringComparison.Ordinal) is var l and >= 0 && term.L.Length == 1
        ? l
        : throw new InvalidDataException($"'{term.L}' is no shell for a Hubbard term. Write s, p, d or f.");
}
