using System.Globalization;

namespace Campaign.Workflows.Specs.Reading;

/// <summary>The range of values a number may take, and the words for being outside it.</summary>
internal sealed record Bounds(double Min, double Max, bool OpenMin = false, bool OpenMax = false, string? Advice = null)
{
    public static readonly Bounds Positive = new(0, double.MaxValue, OpenMin: true);
    public static readonly Bounds NotNegative = new(0, double.MaxValue);
    public static readonly Bounds Fraction = new(0, 1);
    public static readonly Bounds Any = new(-double.MaxValue, double.MaxValue);

    /// <summary>Kelvin. Values below 200 are almost surely degrees Celsius.</summary>
    public static readonly Bounds TemperatureK = new(200, 5000, Advice: "Temperatures are in kelvin; a value in °C needs 273.15 added.");

    /// <summary>Femtoseconds.</summary>
    public static readonly Bounds TimeStepFs = new(0.05, 10, Advice: "Time steps are in femtoseconds: 2e-15 s is 2; 0.5 to 2 is usual.");

    /// <summary>Picoseconds of dynamics; a microsecond is out of reach of everything here.</summary>
    public static readonly Bounds LengthPs = new(0, 1e6, OpenMin: true, Advice: "Lengths are in picoseconds: 5000 fs is 5, 5 ns is 5000.");

    /// <summary>Ångström, of a lattice.</summary>
    public static readonly Bounds LatticeA = new(1, 200, Advice: "Lengths are in Å; 1 nm is 10 Å.");

    /// <summary>Å, of a cutoff.</summary>
    public static readonly Bounds CutoffA = new(1, 20, Advice: "Cutoffs are in Å (0.7 nm is 7 Å); 6 to 8 is usual.");

    /// <summary>Degrees, of a cell.</summary>
    public static readonly Bounds AngleDeg = new(20, 160, Advice: "Angles are in degrees; 1.92 rad is 110.");

    /// <summary>eV, of a plane-wave cutoff.</summary>
    public static readonly Bounds PlaneWaveEv = new(100, 2000, Advice: "Cutoffs are in eV; 1 Ry is 13.606 eV.");

    /// <summary>eV, of an activation energy.</summary>
    public static readonly Bounds ActivationEv = new(0, 5, OpenMin: true, Advice: "Energies are in eV; 1 eV is 96.5 kJ/mol, and 320 meV is 0.32.");

    public string Mend => Advice ?? $"Give a value {this}.";

    /// <summary>Something in range, to go on with after an error.</summary>
    public double Usable => Min > 0 ? Min : Max >= 1 ? 1 : Max;

    public string? Refuse(double value)
    {
        bool low = value < Min || (OpenMin && value == Min);
        bool high = value > Max || (OpenMax && value == Max);
        return low || high ? $"{Text(value)} is outside the allowed range ({this})." : null;
    }

    public override string ToString() => (Min > -double.MaxValue, Max < double.MaxValue) switch
    {
        (true, true) => $"{(OpenMin ? "above" : "from")} {Text(Min)} {(OpenMax ? "and below" : "to")} {Text(Max)}",
        (true, false) => OpenMin ? $"above {Text(Min)}" : $"at least {Text(Min)}",
        (false, true) => OpenMax ? $"below {Text(Max)}" : $"at most {Text(Max)}",
        _ => "finite",
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
