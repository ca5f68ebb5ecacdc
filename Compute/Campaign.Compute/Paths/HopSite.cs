using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>A cation site of the parent crystal in a relaxed supercell.</summary>
/// <param name="Label">Wyckoff symbol or label of the parent site.</param>
/// <param name="Ideal">Position of the parent site in the relaxed cell (Å); directions are judged by it.</param>
/// <param name="Position">Where its atom is, or the ideal position of an empty site (Å).</param>
/// <param name="Atom">The atom on it; null when empty.</param>
/// <param name="Mobile">Whether its atom is of the mobile species.</param>
public sealed record HopSite(string Label, Vec3 Ideal, Vec3 Position, int? Atom, bool Mobile);

/// <summary>Assigns the atoms of a relaxed supercell to the sites of its parent.</summary>
public static class HopSites
{
    private static readonly string[] Anions = ["N", "O", "F", "S", "Cl", "Se", "Br", "Te", "I"];

    /// <summary>Whether an element is taken for an anion: no mobile cation ever sits on its sites.</summary>
    public static bool IsAnion(string symbol) => Anions.Contains(symbol);

    /// <summary>
    /// Puts every cation on its nearest parent site (closest pairs first, one atom per site, within the capture radius). A rigid
    /// drift of the structure against the parent lattice is found and removed first. Sites held by anions are left out.
    /// </summary>
    /// <param name="structure">The relaxed supercell.</param>
    /// <param name="mobile">Symbol of the mobile species.</param>
    /// <param name="parentSites">Label and fractional position (in units of the supercell) of every parent site, occupied or not.</param>
    /// <param name="captureA">Largest distance of an atom from its site (Å).</param>
    /// <param name="notes">Receives what a reader must know, such as mobile ions on no parent site.</param>
    /// <exception cref="ArgumentException">The structure holds no atom of the mobile species.</exception>
    public static IReadOnlyList<HopSite> Assign(
        Structure structure, string mobile, IReadOnlyList<(string Label, Vec3 Fractional)> parentSites, ICollection<string> notes, double captureA = 1.5)
    {
        if (!structure.TypeMap.Contains(mobile) || structure.CountsByType()[structure.TypeMap.ToList().IndexOf(mobile)] == 0)
            throw new ArgumentException($"The structure holds no {mobile}.");
        Vec3[] ideal = [.. parentSites.Select(s => structure.Cell.ToCartesian(s.Fractional))];
        (int Site, Vec3 Offset)[] nearest = Pair(structure, ideal, captureA);
        Vec3 drift = Mean([.. nearest.Where(p => p.Site >= 0).Select(p => p.Offset)]);
        ideal = [.. ideal.Select(p => p + drift)];
        nearest = Pair(structure, ideal, captureA);

        var atomOn = new int?[ideal.Length];
        for (int atom = 0; atom < nearest.Length; atom++)
            if (nearest[atom].Site >= 0)
                atomOn[nearest[atom].Site] = atom;
        int homeless = Enumerable.Range(0, structure.Count).Count(i => nearest[i].Site < 0 && structure.SpeciesOf(i) == mobile);
        if (homeless > 0)
            notes.Add(FormattableString.Invariant($"{homeless} {mobile} within {captureA:F1} Å of no free parent site (interstitial): their hops are not considered"));

        var sites = new List<HopSite>();
        for (int s = 0; s < ideal.Length; s++)
        {
            if (atomOn[s] is not { } atom)
                sites.Add(new HopSite(parentSites[s].Label, ideal[s], ideal[s], null, false));
            else if (!IsAnion(structure.SpeciesOf(atom)))
                sites.Add(new HopSite(parentSites[s].Label, ideal[s], ideal[s] + nearest[atom].Offset, atom, structure.SpeciesOf(atom) == mobile));
        }
        return sites;
    }

    /// <summary>For every atom its site (or -1) and its displacement from it.</summary>
    private static (int Site, Vec3 Offset)[] Pair(Structure structure, Vec3[] ideal, double captureA)
    {
        var candidates = new List<(double D2, int Atom, int Site, Vec3 Offset)>();
        for (int atom = 0; atom < structure.Count; atom++)
            for (int site = 0; site < ideal.Length; site++)
            {
                Vec3 offset = structure.Cell.MinimumImage(structure.Positions[atom] - ideal[site]);
                if (offset.NormSquared <= captureA * captureA)
                    candidates.Add((offset.NormSquared, atom, site, offset));
            }
        var result = new (int Site, Vec3 Offset)[structure.Count];
        Array.Fill(result, (-1, Vec3.Zero));
        var taken = new bool[ideal.Length];
        foreach ((_, int atom, int site, Vec3 offset) in candidates.OrderBy(c => c.D2).ThenBy(c => c.Atom).ThenBy(c => c.Site))
            if (result[atom].Site < 0 && !taken[site])
            {
                result[atom] = (site, offset);
                taken[site] = true;
            }
        return result;
    }

    private static Vec3 Mean(Vec3[] vectors) =>
        vectors.Length == 0 ? Vec3.Zero : vectors.Aggregate(Vec3.Zero, (a, b) => a + b) / vectors.Length;
}
