using System.Globalization;

namespace Campaign.Cli.Report;

/// <summary>Numbers as people read them: error in parentheses on the last digits, unit, or "not resolved" with the bound.</summary>
public static class QuantityText
{
    private static readonly CultureInfo Inv = CultureInfo.InvariantCulture;

    /// <summary>"0.294(21) eV", "5.3(12)×10⁻⁷ cm²/s", "not resolved (< 0.9 eV)".</summary>
    public static string Full(Q? q)
    {
        if (q is null)
            return "—";
        string unit = UnitSuffix(q.Unit);
        if (!q.IsUsable)
            return Unresolved(q, unit);
        return Plain(q) + unit;
    }

    /// <summary>As <see cref="Full"/>, without the unit (for tables that carry it in the heading).</summary>
    public static string Cell(Q? q) => q is null ? "—" : q.IsUsable ? Plain(q) : Unresolved(q, "");

    /// <summary>The unit as it follows a number, with its leading space; empty for pure numbers and unresolved ones.</summary>
    public static string UnitAfter(Q q) => q.IsUsable ? UnitSuffix(q.Unit) : "";

    /// <summary>The 95 % interval in words, empty when there is none: "95 %: 0.25 to 0.34".</summary>
    public static string Range(Q q) => q.IsUsable && q.Ci95 is { Low: double lo, High: double hi }
        ? $"95 %: {Significant(lo, 3)} to {Significant(hi, 3)}{UnitSuffix(q.Unit)}"
        : "";

    /// <summary>Value with its standard error in parentheses.</summary>
    public static string Plain(Q q) => q.Value is double v && double.IsFinite(v)
        ? q.Stderr is double e && double.IsFinite(e) && e > 0 ? WithError(v, e) : Significant(v, Math.Abs(v) < 1 ? 3 : 4)
        : "—";

    /// <summary>Two significant digits of the error; the value cut to the same place.</summary>
    public static string WithError(double value, double error)
    {
        double scale = Math.Max(Math.Abs(value), error);
        int exponent = (int)Math.Floor(Math.Log10(scale));
        bool scientific = exponent < -3 || exponent > 4;
        double factor = scientific ? Math.Pow(10, -exponent) : 1;
        (double v, double e) = (value * factor, error * factor);
        int decimals = Math.Max(0, 1 - (int)Math.Floor(Math.Log10(e)));
        if (decimals > 0 && Math.Round(e, Math.Min(decimals, 15)) >= Math.Pow(10, 2 - decimals))
            decimals--;
        decimals = Math.Min(decimals, 15);
        string digits = v.ToString("F" + decimals, Inv);
        double rounded = Math.Round(e, decimals);
        string inParentheses = rounded >= 1 && decimals > 0
            ? rounded.ToString("F" + decimals, Inv)
            : (rounded * Math.Pow(10, decimals)).ToString("F0", Inv);
        return Sign(digits) + "(" + inParentheses + ")" + (scientific ? PowerOfTen(exponent) : "");
    }

    /// <summary>A number with so many significant digits, in powers of ten where zeros would have to be counted.</summary>
    public static string Significant(double value, int digits)
    {
        if (!double.IsFinite(value))
            return "—";
        if (value == 0)
            return "0";
        int exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        double mantissa = value * Math.Pow(10, -exponent);
        if (Math.Abs(Math.Round(mantissa, digits - 1)) >= 10)
            (exponent, mantissa) = (exponent + 1, mantissa / 10);
        return exponent is < -3 or > 5
            ? Sign(mantissa.ToString("F" + (digits - 1), Inv)) + PowerOfTen(exponent)
            : Sign(value.ToString("F" + Math.Max(0, digits - 1 - exponent), Inv));
    }

    /// <summary>A duration: "8.1 s", "12 min", "3.4 h".</summary>
    public static string Seconds(double? seconds) => seconds switch
    {
        null => "—",
        < 120 => seconds.Value.ToString("0.#", Inv) + " s",
        < 7200 => (seconds.Value / 60).ToString("0.#", Inv) + " min",
        _ => (seconds.Value / 3600).ToString("0.#", Inv) + " h",
    };

    public static string Words(Mover mover) => mover == Mover.Potential ? "Deep Potential" : "teacher";

    private static string Unresolved(Q q, string unit)
    {
        string bound = q.Ci95 switch
        {
            { Low: > 0 and double lo, High: double hi } => $"between {Significant(lo, 2)} and {Significant(hi, 2)}{unit}",
            { High: double hi } => $"< {Significant(hi, 2)}{unit}",
            { Low: double lo } => $"> {Significant(lo, 2)}{unit}",
            _ => q.Note ?? "no estimate",
        };
        return $"not resolved ({bound})";
    }

    private static string UnitSuffix(string unit) => unit is "" or "1" ? "" : unit is "%" or "°" ? (unit == "°" ? "°" : " %") : " " + UnitName(unit);

    /// <summary>A unit as it is printed: cm²/s for cm2/s.</summary>
    public static string UnitName(string unit) => unit.Replace("cm2", "cm²", StringComparison.Ordinal);

    private static string Sign(string digits) => digits.StartsWith('-') ? "−" + digits[1..] : digits;

    private static string PowerOfTen(int exponent)
    {
        const string superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        string digits = string.Concat(Math.Abs(exponent).ToString(Inv).Select(c => superscripts[c - '0']));
        return "×10" + (exponent < 0 ? "⁻" : "") + digits;
    }
}
