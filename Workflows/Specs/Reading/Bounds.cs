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
