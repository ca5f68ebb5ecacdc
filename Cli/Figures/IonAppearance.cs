using ScottPlot;

namespace Campaign.Cli.Figures;

/// <summary>How each species of a structure is drawn: the mobile ion in the signal colour, anions pale, all other cations in colours of their own.</summary>
internal sealed class IonAppearance
{
    /// <summary>
    /// Radii in Å of six-fold coordinated ions in their usual charge (Shannon, Acta Cryst. A 32 (1976) 751). They size the discs of a picture, nothing else.
    /// </summary>
    private static readonly Dictionary<string, double> ShannonA = new(StringComparer.Ordinal)
    {
        ["Li"] = 0.76, ["Na"] = 1.02, ["K"] = 1.38, ["Rb"] = 1.52, ["Cs"] = 1.67, ["Ag"] = 1.15, ["Cu"] = 0.77, ["Be"] = 0.45, ["Mg"] = 0.72, ["Ca"] = 1.00,
        ["Sr"] = 1.18, ["Ba"] = 1.35, ["Zn"] = 0.74, ["Cd"] = 0.95, ["Mn"] = 0.83, ["Fe"] = 0.645, ["Co"] = 0.745, ["Ni"] = 0.69, ["B"] = 0.27, ["Al"] = 0.535,
        ["Ga"] = 0.62, ["In"] = 0.80, ["Tl"] = 0.885, ["Sc"] = 0.745, ["Y"] = 0.90, ["La"] = 1.032, ["Ti"] = 0.67, ["V"] = 0.64, ["Cr"] = 0.615, ["Zr"] = 0.72,
        ["Hf"] = 0.71, ["Nb"] = 0.64, ["Ta"] = 0.64, ["Mo"] = 0.59, ["W"] = 0.60, ["Si"] = 0.40, ["Ge"] = 0.53, ["Sn"] = 0.69, ["P"] = 0.38, ["Sb"] = 0.60, ["Bi"] = 1.03,
        ["Sm"] = 0.958, ["Gd"] = 0.938, ["Tb"] = 0.923, ["Dy"] = 0.912, ["Ho"] = 0.901, ["Er"] = 0.890, ["Tm"] = 0.880, ["Yb"] = 0.868, ["Lu"] = 0.861,
        ["F"] = 1.33, ["Cl"] = 1.81, ["Br"] = 1.96, ["I"] = 2.20, ["O"] = 1.40, ["S"] = 1.84, ["Se"] = 1.98, ["Te"] = 2.21, ["N"] = 1.46,
    };

    private const double UnknownA = 0.8;

    /// <summary>Discs at this fraction of the ionic radius leave the sites behind them visible.</summary>
    private const double DiscFraction = 0.42;

    /// <summary>A cation's disc is never smaller than this in Å.</summary>
    private const double SmallestDiscA = 0.34;

    private static readonly Color[] Cations = [FigureStyle.Blue, FigureStyle.Purple, FigureStyle.Sky, FigureStyle.Ink];
    private static readonly Color[] Anions = [Color.FromHex("#A9C9A4"), Color.FromHex("#E4D08B"), Color.FromHex("#C9C9CF")];

    private readonly Dictionary<string, Color> _colours = new(StringComparer.Ordinal);

    /// <param name="species">In the order of the legend.</param>
    /// <param name="anions">Those of them that are anions.</param>
    public IonAppearance(IEnumerable<string> species, string mobile, IReadOnlyCollection<string> anions)
    {
        int cation = 0, anion = 0;
        foreach (string s in species)
            _colours[s] = s == mobile ? FigureStyle.Vermilion : anions.Contains(s) ? Anions[anion++ % Anions.Length] : Cations[cation++ % Cations.Length];
    }

    public Color ColourOf(string species) => _colours[species];

    /// <summary>Radius of the disc in Å.</summary>
    public static double DiscA(string species) => Math.Max(SmallestDiscA, DiscFraction * ShannonA.GetValueOrDefault(species, UnknownA));
}
