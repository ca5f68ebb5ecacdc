namespace Campaign.Compute;

/// <summary>Standard atomic weights in amu (IUPAC 2021, conventional values; the most stable isotope where there is none).</summary>
public static class Elements
{
    private static readonly string[] Symbols =
    [
        "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl", "Ar",
        "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As", "Se", "Br", "Kr",
        "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te", "I", "Xe",
        "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu",
        "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn",
        "Fr", "Ra", "Ac", "Th", "Pa", "U",
    ];

    private static readonly double[] Weights =
    [
        1.008, 4.002602, 6.94, 9.0121831, 10.81, 12.011, 14.007, 15.999, 18.998403162, 20.1797, 22.98976928, 24.305, 26.9815384, 28.085,
        30.973761998, 32.06, 35.45, 39.95, 39.0983, 40.078, 44.955907, 47.867, 50.9415, 51.9961, 54.938043, 55.845, 58.933194, 58.6934,
        63.546, 65.38, 69.723, 72.630, 74.921595, 78.971, 79.904, 83.798, 85.4678, 87.62, 88.905838, 91.224, 92.90637, 95.95, 97, 101.07,
        102.90549, 106.42, 107.8682, 112.414, 114.818, 118.710, 121.760, 127.60, 126.90447, 131.293, 132.90545196, 137.327, 138.90547,
        140.116, 140.90766, 144.242, 145, 150.36, 151.964, 157.25, 158.925354, 162.500, 164.930329, 167.259, 168.934219, 173.045, 174.9668,
        178.486, 180.94788, 183.84, 186.207, 190.23, 192.217, 195.084, 196.966570, 200.592, 204.38, 207.2, 208.98040, 209, 210, 222,
        223, 226, 227, 232.0377, 231.03588, 238.02891,
    ];

    private static readonly Dictionary<string, double> ByName = Symbols.Zip(Weights).ToDictionary(p => p.First, p => p.Second);

    /// <summary>Mass in amu of an element.</summary>
    /// <exception cref="ArgumentException">Not an element symbol from H to U.</exception>
    public static double MassAmu(string symbol) =>
        ByName.TryGetValue(symbol, out double mass) ? mass : throw new ArgumentException($"'{symbol}' is not an element symbol with a known mass.");

    public static bool IsElement(string symbol) => ByName.ContainsKey(symbol);

    /// <summary>The element whose weight lies within 0.3 % (at least 0.05 amu) of a mass, or null: how files without symbols name their types.</summary>
    public static string? FromMass(double massAmu)
    {
        (string symbol, double weight) = ByName.MinBy(e => Math.Abs(e.Value - massAmu));
        return Math.Abs(weight - massAmu) <= Math.Max(0.05, 0.003 * weight) ? symbol : null;
    }

    /// <summary>
    /// The element at the start of a type symbol or label: "Ti3+", "Cl2", "LI1" give Ti, Cl, Li. Two letters win over one; D is hydrogen. Null if none fits.
    /// </summary>
    public static string? FromLabel(ReadOnlySpan<char> label)
    {
        if (label.Length == 0 || !char.IsAsciiLetter(label[0]))
            return null;
        char first = char.ToUpperInvariant(label[0]);
        if (label.Length > 1 && char.IsAsciiLetter(label[1]))
        {
            string two = new([first, char.ToLowerInvariant(label[1])]);
            if (IsElement(two))
                return two;
        }
        string one = first == 'D' ? "H" : first.ToString();
        return IsElement(one) ? one : null;
    }
}
