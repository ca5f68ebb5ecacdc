using System.Globalization;

namespace Campaign.StandInVasp;

/// <summary>Numbers as the edit descriptors of Fortran write them: of fixed width, stars where a number does not fit.</summary>
internal static class Fortran
{
    /// <summary>Iw; I0 is as wide as the number.</summary>
    public static string I(long value, int width) => value.ToString(CultureInfo.InvariantCulture) is var text && width == 0 ? text : Fit(text, width);

    /// <summary>Fw.d.</summary>
    public static string F(double value, int width, int decimals)
    {
        string text = double.IsFinite(value) ? value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "*";
        return Fit(text.Length > width ? text.Replace("0.", ".", StringComparison.Ordinal) : text, width);
    }

    /// <summary>Ew.d: a mantissa below 1, whose zero gives way to a sign where it is tight.</summary>
    public static string E(double value, int width, int digits)
    {
        if (!double.IsFinite(value))
            return new string('*', width);
        if (Math.Abs(value) < 1e-98)
            value = 0;
        string[] parts = value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Split('E');
        int exponent = value == 0 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture) + 1;
        string sign = parts[0][0] == '-' ? "-" : "";
        string mantissa = "." + parts[0].Replace(".", "", StringComparison.Ordinal).TrimStart('-') + (exponent < 0 ? "E-" : "E+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        string whole = sign + "0" + mantissa;
        return Fit(whole.Length > width ? sign + mantissa : whole, width);
    }

    /// <summary>Lw with the two blanks that VASP's XML puts behind: <c> T  </c>.</summary>
    public static string L(bool value) => value ? " T  " : " F  ";

    /// <summary>Aw: cut or filled up on the right.</summary>
    public static string A(string text, int width) => text.Length > width ? text[..width] : text.PadRight(width);

    private static string Fit(string text, int width) => text.Length > width || text == "*" ? new string('*', width) : text.PadLeft(width);
}
