using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Cli.Tools;

/// <summary>What <c>structure info</c> says. Lengths in Å, angles in degrees, cell rows a, b, c.</summary>
/// <param name="Atoms">Atoms per cell, the average for partial occupancies.</param>
internal sealed record StructureInfo(
    string Formula, double Atoms, double[][] Cell, double[] Lengths, double[] AnglesDeg, double VolumeA3, string[] Species,
    bool PartialOccupancy, string? SpaceGroup, StructureInfo.Site[] Sites, IReadOnlyList<string> Messages)
{
    internal sealed record Site(string Label, string? Wyckoff, Occupant[] Species, double[] Frac, int Multiplicity);

    internal sealed record Occupant(string Symbol, double Occupancy);

    public static StructureInfo Of(AverageStructure s) => new(
        FormulaOf(Conventional(s)), Tidy(s.Composition.Values.Sum()), [Array(s.Cell.A), Array(s.Cell.B), Array(s.Cell.C)],
        Array(s.Cell.Lengths), Array(s.Cell.AnglesDeg), s.Cell.Volume, [.. s.Composition.Keys], s.IsDisordered, s.SpaceGroup,
        [.. s.Sites.Select(site => new Site(site.Label, site.Wyckoff, [.. site.Species.Select(x => new Occupant(x.Symbol, x.Occupancy))], Array(site.Orbit[0]), site.Multiplicity))],
        s.Messages);

    /// <summary>Cations by rising charge, then anions, as chemists write it; the order of the file where charges are unknown.</summary>
    private static IReadOnlyDictionary<string, double> Conventional(AverageStructure s)
    {
        try
        {
            IReadOnlyDictionary<string, double> charges = OxidationStates.Resolve(s.Composition, s, null, []);
            return s.Composition.OrderBy(c => charges[c.Key] < 0).ThenBy(c => charges[c.Key]).ToDictionary(c => c.Key, c => c.Value);
        }
        catch (VariantException)
        {
            return s.Composition;
        }
    }

    /// <summary>The reduced formula when the amounts are whole, else the amounts per cell.</summary>
    internal static string FormulaOf(IReadOnlyDictionary<string, double> composition)
    {
        double[] amounts = [.. composition.Values.Select(Tidy)];
        int divisor = amounts.All(a => a == Math.Round(a)) ? amounts.Select(a => (int)a).Aggregate(0, GreatestCommonDivisor) : 1;
        return string.Concat(composition.Keys.Zip(amounts, (symbol, a) =>
            symbol + (a / Math.Max(1, divisor) is var n && n == 1 ? "" : n.ToString("0.###", CultureInfo.InvariantCulture))));
    }

    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Formula}, {Atoms:0.####} atoms per cell{(PartialOccupancy ? ", partial occupancies" : "")}{(SpaceGroup is null ? "" : $", {SpaceGroup}")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"a, b, c (Å)      {StructureCommand.Row(Lengths)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"α, β, γ (°)      {StructureCommand.Row(AnglesDeg)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"volume (Å³)      {VolumeA3:0.0000}");
        if (PartialOccupancy || Sites.Length <= 40)
            foreach (Site s in Sites)
                text.AppendLine(CultureInfo.InvariantCulture, $"  {s.Label,-6} {s.Wyckoff ?? s.Multiplicity.ToString(CultureInfo.InvariantCulture),-4} {StructureCommand.Row(s.Frac)}  {string.Join(", ", s.Species.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Symbol} {o.Occupancy:0.####}")))}");
        foreach (string message in Messages)
            text.AppendLine(message);
        return text.ToString().TrimEnd();
    }

    /// <summary>Sums of occupancies carry rounding in the last bits; a millionth of an atom is none.</summary>
    private static double Tidy(double amount) => Math.Abs(amount - Math.Round(amount)) < 1e-6 ? Math.Round(amount) : amount;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static double[] Array(Vec3 v) => [v.X, v.Y, v.Z];
}
