using System.Collections.Frozen;

namespace Campaign.Compute.Structures;

/// <summary>Formal charges in e: given by the user, else by the file, else the common state that makes the composition neutral.</summary>
public static class OxidationStates
{
    /// <summary>Deviation from neutrality, as a fraction of the cation charge, that is taken for rounding of occupancies.</summary>
    private const double NeutralityTolerance = 0.03;

    // Common states in solid halides, chalcogenides and oxides, the usual one first.
    private static readonly FrozenDictionary<string, int[]> Common = new Dictionary<string, int[]>
    {
        ["H"] = [1], ["Li"] = [1], ["Na"] = [1], ["K"] = [1], ["Rb"] = [1], ["Cs"] = [1], ["Ag"] = [1], ["Cu"] = [2, 1], ["Tl"] = [1, 3],
        ["Be"] = [2], ["Mg"] = [2], ["Ca"] = [2], ["Sr"] = [2], ["Ba"] = [2], ["Zn"] = [2], ["Cd"] = [2], ["Hg"] = [2], ["Pb"] = [2, 4],
        ["B"] = [3], ["Al"] = [3], ["Ga"] = [3], ["In"] = [3, 1], ["Sc"] = [3], ["Y"] = [3], ["Bi"] = [3], ["Sb"] = [3, 5], ["As"] = [3, 5],
        ["La"] = [3], ["Ce"] = [3, 4], ["Pr"] = [3], ["Nd"] = [3], ["Sm"] = [3], ["Eu"] = [3, 2], ["Gd"] = [3], ["Tb"] = [3], ["Dy"] = [3],
        ["Ho"] = [3], ["Er"] = [3], ["Tm"] = [3], ["Yb"] = [3, 2], ["Lu"] = [3],
        ["Ti"] = [3, 4, 2], ["V"] = [3, 2, 4, 5], ["Cr"] = [3, 2], ["Mn"] = [2, 3, 4], ["Fe"] = [2, 3], ["Co"] = [2, 3], ["Ni"] = [2, 3],
        ["Zr"] = [4], ["Hf"] = [4], ["Nb"] = [5, 4], ["Ta"] = [5], ["Mo"] = [6, 4, 3], ["W"] = [6], ["Th"] = [4], ["U"] = [4, 6],
        ["Si"] = [4], ["Ge"] = [4], ["Sn"] = [4, 2], ["P"] = [5], ["N"] = [-3],
        ["F"] = [-1], ["Cl"] = [-1], ["Br"] = [-1], ["I"] = [-1], ["O"] = [-2], ["S"] = [-2], ["Se"] = [-2], ["Te"] = [-2],
    }.ToFrozenDictionary();

    /// <summary>
    /// Charge per species. Elements with several common states take the first combination that is neutral within 3 % of the cation
    /// charge, or the one nearest to it; anything but the usual state is reported in <paramref name="messages"/>.
    /// </summary>
    /// <param name="composition">Amount of each species.</param>
    /// <param name="structure">Whose charges from the file are used, if any.</param>
    /// <param name="given">Overrides.</param>
    /// <exception cref="VariantException">An element without a known state and without an override.</exception>
    public static IReadOnlyDictionary<string, double> Resolve(
        IReadOnlyDictionary<string, double> composition, AverageStructure structure,
        IReadOnlyDictionary<string, double>? given, ICollection<string> messages)
    {
        string[] species = [.. composition.Keys];
        double[][] options = Array.ConvertAll(species, s => Options(s, structure, given));
        double[]? best = null;
        double bestImbalance = double.PositiveInfinity;
        foreach (double[] choice in Combinations(options))
        {
            double net = 0, positive = 0;
            for (int i = 0; i < species.Length; i++)
            {
                net += choice[i] * composition[species[i]];
                positive += Math.Max(choice[i], 0) * composition[species[i]];
            }
            double imbalance = Math.Abs(net) / Math.Max(positive, 1e-12);
            if (imbalance < bestImbalance)
                (best, bestImbalance) = (choice, imbalance);
            if (imbalance <= NeutralityTolerance)
                break;
        }
        for (int i = 0; i < species.Length; i++)
            if (best![i] != options[i][0])
                messages.Add($"{species[i]} is taken as {best[i]:+0;-0} (usual: {options[i][0]:+0;-0}): only then the composition is neutral.");
        return species.Zip(best!).ToDictionary(p => p.First, p => p.Second);
    }

    private static double[] Options(string species, AverageStructure structure, IReadOnlyDictionary<string, double>? given)
    {
        if (given is not null && given.TryGetValue(species, out double charge))
            return [charge];
        (double Charge, double Weight)[] stated = [.. structure.Sites
            .SelectMany(s => s.Species.Where(x => x.Symbol == species && x.Charge is not null).Select(x => (x.Charge!.Value, Math.Max(x.Occupancy, 1e-9) * s.Multiplicity)))];
        if (stated.Length > 0 && stated.Any(s => s.Charge != 0))
            return [stated.Sum(s => s.Charge * s.Weight) / stated.Sum(s => s.Weight)];
        return Common.TryGetValue(species, out int[]? states)
            ? Array.ConvertAll(states, s => (double)s)
            : throw new VariantException($"No oxidation state is known for {species}.", "Give it under oxidationStates.");
    }

    /// <summary>All choices, those with usual states first.</summary>
    private static IEnumerable<double[]> Combinations(double[][] options)
    {
        var index = new int[options.Length];
        var all = new List<(int Unusual, double[] Choice)>();
        while (true)
        {
            all.Add((index.Sum(), [.. options.Select((o, i) => o[index[i]])]));
            int i = options.Length - 1;
            while (i >= 0 && ++index[i] == options[i].Length)
                index[i--] = 0;
            if (i < 0)
                return all.OrderBy(a => a.Unusual).Select(a => a.Choice);
            if (all.Count > 10_000)
                throw new VariantException("Too many combinations of oxidation states.", "Give them under oxidationStates.");
        }
    }
}
