namespace Campaign.Workflows.Specs.Physics;

/// <summary>Open d and f shells of the elements, from their place in the periodic table.</summary>
internal static class OpenShells
{
    private static readonly string[] Transition =
    [
        "Sc Ti V Cr Mn Fe Co Ni Cu Zn", "Y Zr Nb Mo Tc Ru Rh Pd Ag Cd", "- Hf Ta W Re Os Ir Pt Au Hg",
    ];

    private static readonly HashSet<string> Lanthanides = [.. "La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu".Split(' ')];

    /// <summary>Group 3 to 12 of a transition metal, or null.</summary>
    private static int? Group(string element)
    {
        foreach (string row in Transition)
            if (Array.IndexOf(row.Split(' '), element) is >= 0 and var at)
                return at + 3;
        return null;
    }

    /// <summary>d electrons of an ion with a partly filled d shell (1 to 9), or null: Ti3+ has one, Sc3+ and Zn2+ have no open shell.</summary>
    public static double? DElectrons(string element, double state) =>
        Group(element) - state is > 0.5 and < 9.5 and var electrons ? electrons : null;

    /// <summary>The shell a Hubbard term belongs on: d of transition metals, f of lanthanides; null elsewhere.</summary>
    public static string? ShellOf(string element) => Group(element) is not null ? "d" : Lanthanides.Contains(element) ? "f" : null;
}
