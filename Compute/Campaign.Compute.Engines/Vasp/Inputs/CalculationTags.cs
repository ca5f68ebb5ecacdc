namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>The part of an INCAR that says how ions move.</summary>
internal static class CalculationTags
{
    /// <summary>VASP takes anything below for an optimisation.</summary>
    private const double LowestTemperatureK = 0.1;

    /// <summary>Of the damped dynamics that move a band where there are no VTST tools. Small: images must not jump.</summary>
    private const double BandStep = 0.1;

    /// <exception cref="InvalidDataException">Numbers that VASP would take for something else; the message says what to do.</exception>
    public static IEnumerable<(string Tag, string Value)> Of(VaspCalculation calculation, IReadOnlyList<(string Species, int Count)> blocks) => calculation switch
    {
        VaspCalculation.Relaxation r =>
        [
            ("IBRION", "2"),
            ("ISIF", r.Cell ? "3" : "2"),
            ("NSW", IncarText.Of(r.MaxSteps)),
            ("EDIFFG", ForceLimit(r.MaxForceEvPerA)),
        ],
        VaspCalculation.Dynamics d => Dynamics(d, blocks.Count),
        VaspCalculation.SinglePoint =>
        [
            ("IBRION", "-1"),
            ("ISIF", "2"),
            ("NSW", "0"),
            ("ISYM", "0"),
        ],
        VaspCalculation.Band b => Band(b),
        _ => throw new ArgumentOutOfRangeException(nameof(calculation)),
    };

    private static IEnumerable<(string Tag, string Value)> Dynamics(VaspCalculation.Dynamics d, int blocks)
    {
        if (!(d.TemperatureK >= LowestTemperatureK))
            throw new InvalidDataException($"VASP takes dynamics at {IncarText.Of(d.TemperatureK)} K for an optimisation. Give a temperature of at least {IncarText.Of(LowestTemperatureK)} K.");
        string temperature = IncarText.Of(d.TemperatureK);
        return
        [
            ("IBRION", "0"),
            ("ISIF", "2"), // with 0 there would be no stress
            ("NSW", IncarText.Of(d.Steps)),
            ("POTIM", IncarText.Of(d.TimeStepFs)),
            ("TEBEG", temperature),
            ("TEEND", temperature),
            .. d.Thermostat == VaspThermostat.Nose
                ? [("MDALGO", "2"), ("SMASS", "0")]
                : ((string, string)[])[("MDALGO", "3"), ("LANGEVIN_GAMMA", string.Join(' ', Enumerable.Repeat(IncarText.Of(d.FrictionPerPs), blocks)))],
            ("RANDOM_SEED", RandomSeed(d.Seed)),
            ("ISYM", "0"),
            ("NBLOCK", "1"),
        ];
    }

    private static IEnumerable<(string Tag, string Value)> Band(VaspCalculation.Band b)
    {
        if (b.Images < 1)
            throw new InvalidDataException($"A band with {b.Images} images between its ends has no path. Give at least one image.");
        return
        [
            ("IMAGES", IncarText.Of(b.Images)),
            ("SPRING", IncarText.Of(-Math.Abs(b.SpringEvPerA2))), // positive would be an elastic band that is not nudged
            .. b.Vtst ? [("ICHAIN", "0"), ("LCLIMB", IncarText.Of(true)), ("IOPT", "1")] : ((string, string)[])[],
            ("IBRION", "3"),
            ("POTIM", b.Vtst ? "0" : IncarText.Of(BandStep)), // the tools' optimiser asks for 0
            ("ISIF", "2"),
            ("NSW", IncarText.Of(b.MaxSteps)),
            ("EDIFFG", ForceLimit(b.MaxForceEvPerA)),
            ("ISYM", "0"),
        ];
    }

    /// <summary>Negative: a limit of forces. Positive would be one of the energy.</summary>
    private static string ForceLimit(double evPerA) => evPerA > 0
        ? IncarText.Of(-evPerA)
        : throw new InvalidDataException($"A limit of {IncarText.Of(evPerA)} eV/Å for the forces is never reached. Give a positive one, such as 0.01.");

    /// <summary>VASP wants three numbers: the first below 900 000 000, the second below 1 000 000.</summary>
    private static string RandomSeed(long seed)
    {
        const ulong First = 900_000_000, Second = 1_000_000;
        ulong bits = unchecked((ulong)seed);
        return $"{bits % First} {bits / First % Second} {bits / First / Second}";
    }
}
