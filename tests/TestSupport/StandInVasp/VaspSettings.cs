namespace Campaign.StandInVasp;

/// <summary>What an INCAR asks for, with VASP's defaults for the rest.</summary>
internal sealed record VaspSettings
{
    private VaspSettings()
    {
    }

    public required string System { get; init; }

    public required string Precision { get; init; }

    public required string Algorithm { get; init; }

    public required int Spin { get; init; }

    /// <summary>eV; null: the largest ENMAX of the potentials.</summary>
    public required double? CutoffEv { get; init; }

    public required int Nelm { get; init; }

    public required int Nelmin { get; init; }

    public required double EdiffEv { get; init; }

    /// <summary>Positive: a change of energy, eV. Negative: a force, eV/Å.</summary>
    public required double Ediffg { get; init; }

    public required int Nsw { get; init; }

    public required int Ibrion { get; init; }

    public required int Isif { get; init; }

    public required int Isym { get; init; }

    public required int Nblock { get; init; }

    public required double Potim { get; init; }

    public required double TebegK { get; init; }

    public required double TeendK { get; init; }

    public required double Smass { get; init; }

    public required int Mdalgo { get; init; }

    /// <summary>1/ps, one per species of POSCAR; null when it is not given.</summary>
    public required double[]? LangevinGamma { get; init; }

    public required int RandomSeed { get; init; }

    public required int Ismear { get; init; }

    public required double SigmaEv { get; init; }

    public required bool Lreal { get; init; }

    public required bool Lasph { get; init; }

    public required int Lmaxmix { get; init; }

    public required int Lorbit { get; init; }

    public required bool Lwave { get; init; }

    public required bool Lcharg { get; init; }

    public required string? Gga { get; init; }

    public required int Ivdw { get; init; }

    /// <summary>-1: the difference of spins is free.</summary>
    public required double Nupdown { get; init; }

    /// <summary>Null: neutral.</summary>
    public required double? Nelect { get; init; }

    public required double[]? Magmom { get; init; }

    /// <summary>Null without LDAU.</summary>
    public required HubbardBlock? Hubbard { get; init; }

    public required int Images { get; init; }

    /// <summary>eV/Å²; negative in INCAR for a nudged band.</summary>
    public required double Spring { get; init; }

    public required bool Lclimb { get; init; }

    public required double Kspacing { get; init; }

    public bool IsDynamics => Ibrion == 0 && Nsw > 0;

    public bool IsRelaxation => Ibrion is 1 or 2 or 3 && Nsw > 0;

    public static VaspSettings From(Incar incar)
    {
        int nsw = incar.Integer("NSW", 0);
        int ibrion = incar.Integer("IBRION", nsw > 0 ? 0 : -1);
        double ediff = incar.Number("EDIFF", 1e-4), tebeg = incar.Number("TEBEG", 0);
        return new VaspSettings
        {
            System = incar.Word("SYSTEM") ?? "unknown system",
            Precision = (incar.Word("PREC") ?? "normal").ToLowerInvariant(),
            Algorithm = incar.Word("ALGO") ?? "Normal",
            Spin = incar.Integer("ISPIN", 1),
            CutoffEv = incar.Word("ENCUT") is null ? null : incar.Number("ENCUT", 0),
            Nelm = incar.Integer("NELM", 60),
            Nelmin = incar.Integer("NELMIN", 2),
            EdiffEv = ediff,
            Ediffg = incar.Number("EDIFFG", 10 * ediff),
            Nsw = nsw,
            Ibrion = ibrion,
            Isif = incar.Integer("ISIF", ibrion == 0 ? 0 : 2),
            Isym = incar.Integer("ISYM", ibrion == 0 ? 0 : 2),
            Nblock = Math.Max(1, incar.Integer("NBLOCK", 1)),
            Potim = incar.Number("POTIM", 0.5),
            TebegK = tebeg,
            TeendK = incar.Number("TEEND", tebeg),
            Smass = incar.Number("SMASS", -3),
            Mdalgo = incar.Integer("MDALGO", 0),
            LangevinGamma = incar.Numbers("LANGEVIN_GAMMA"),
            RandomSeed = (int)(incar.Numbers("RANDOM_SEED")?[0] ?? 0),
            Ismear = incar.Integer("ISMEAR", 1),
            SigmaEv = incar.Number("SIGMA", 0.2),
            Lreal = incar.Word("LREAL") is { } lreal && lreal.TrimStart('.') is [not ('f' or 'F'), ..], // Auto and On are words for T
            Lasph = incar.Flag("LASPH", false),
            Lmaxmix = incar.Integer("LMAXMIX", 2),
            Lorbit = incar.Integer("LORBIT", 0),
            Lwave = incar.Flag("LWAVE", true),
            Lcharg = incar.Flag("LCHARG", true),
            Gga = incar.Word("GGA")?.ToUpperInvariant(),
            Ivdw = incar.Integer("IVDW", 0),
            Nupdown = incar.Number("NUPDOWN", -1),
            Nelect = incar.Word("NELECT") is null ? null : incar.Number("NELECT", 0),
            Magmom = incar.Numbers("MAGMOM"),
            Hubbard = incar.Flag("LDAU", false) ? HubbardBlock.From(incar) : null,
            Images = incar.Integer("IMAGES", 0),
            Spring = Math.Abs(incar.Number("SPRING", -5)),
            Lclimb = incar.Flag("LCLIMB", false),
            Kspacing = incar.Number("KSPACING", 0.5),
        };
    }
}

/// <summary>DFT+U, one number per species of POSCAR.</summary>
internal sealed record HubbardBlock(int Type, double[] L, double[] UEv, double[] JEv)
{
    public static HubbardBlock From(Incar incar) =>
        new(incar.Integer("LDAUTYPE", 2), incar.Numbers("LDAUL") ?? [], incar.Numbers("LDAUU") ?? [], incar.Numbers("LDAUJ") ?? []);
}
