using System.Globalization;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>Values as INCAR has them.</summary>
internal static class IncarText
{
    public static string Of(bool flag) => flag ? ".TRUE." : ".FALSE.";

    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The shortest text that reads back as the same number.</summary>
    /// <exception cref="InvalidDataException">Not finite.</exception>
    public static string Of(double number) => double.IsFinite(number)
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : throw new InvalidDataException("A setting of VASP is no finite number. Check the numbers of the level of theory.");
}
