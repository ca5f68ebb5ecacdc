using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>Names of PAW data sets, e.g. <c>Ti_pv</c> or <c>H1.25</c>. They become parts of paths.</summary>
public static partial class PotcarSet
{
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <exception cref="InvalidDataException">Not a name.</exception>
    internal static string Check(string text) => IsName(text)
        ? text
        : throw new InvalidDataException($"'{text}' is no name of a PAW data set. Write potcars: {{ Ti: Ti_pv }} with the name of its folder: letters, digits, and _ . - behind the first.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex Name();
}
