namespace Campaign.Compute.Structures;

/// <summary>One species on a site: element, occupancy 0..1, oxidation state if the file gave one, and the label of its row.</summary>
public sealed record SiteSpecies(string Symbol, double Occupancy, double? Charge, string Label);

/// <summary>
/// A crystallographic site of the average structure with all its equivalent positions (fractional, in [0, 1)).
/// Several species and vacancies may share it.
/// </summary>
public sealed record AverageSite(string Label, string? WyckoffLetter, IReadOnlyList<SiteSpecies> Species, IReadOnlyList<Vec3> Orbit)
{
    public int Multiplicity => Orbit.Count;

    /// <summary>Multiplicity and letter ("4g"), or null when the file names no letter.</summary>
    public string? Wyckoff => WyckoffLetter is null ? null : $"{Multiplicity}{WyckoffLetter}";

    public double TotalOccupancy => Species.Sum(s => s.Occupancy);

    /// <summary>True if the key is this site's label, Wyckoff symbol or the label of one of its species.</summary>
    public bool Answers(string key) =>
        key == Label || key == Wyckoff || Species.Any(s => s.Label == key);
}

/// <summary>
/// A crystal as diffraction sees it: cell, sites with partial occupancies, and the symmetry operations that expanded them.
/// <see cref="Messages"/> holds what the reader had to assume.
/// </summary>
public sealed record AverageStructure(
    string Name,
    Cell Cell,
    IReadOnlyList<AverageSite> Sites,
    IReadOnlyList<SymmetryOperation> Operations,
    string? SpaceGroup,
    IReadOnlyList<string> Messages)
{
    /// <summary>True when a site holds vacancies or more than one species.</summary>
    public bool IsDisordered => Sites.Any(s => s.Species.Count(x => x.Occupancy > 0) != 1 || Math.Abs(s.TotalOccupancy - 1) > 1e-6);

    /// <summary>How reports and keys name a site: its Wyckoff symbol where that is known and unique, else its label.</summary>
    public string SiteName(int site) =>
        Sites[site].Wyckoff is string wyckoff && Sites.Count(s => s.Wyckoff == wyckoff) == 1 ? wyckoff : Sites[site].Label;

    /// <summary>Average number of atoms of each species in the cell, in the order of first appearance.</summary>
    public IReadOnlyDictionary<string, double> Composition
    {
        get
        {
            var totals = new Dictionary<string, double>();
            foreach (AverageSite site in Sites)
                foreach (SiteSpecies s in site.Species)
                    totals[s.Symbol] = totals.GetValueOrDefault(s.Symbol) + s.Occupancy * site.Multiplicity;
            return totals;
        }
    }

    /// <summary>An ordered structure as an average structure in P1: every atom is its own site, labelled Li1, Li2, ...</summary>
    public static AverageStructure FromOrdered(Structure structure, string name)
    {
        var seen = new int[structure.TypeMap.Count];
        var sites = new List<AverageSite>(structure.Count);
        for (int i = 0; i < structure.Count; i++)
        {
            string symbol = structure.SpeciesOf(i);
            string label = $"{symbol}{++seen[structure.Types[i]]}";
            Vec3 f = SiteOrbit.WrapUnit(structure.Cell.ToFractional(structure.Positions[i]));
            sites.Add(new AverageSite(label, null, [new SiteSpecies(symbol, 1, null, label)], [f]));
        }
        return new AverageStructure(name, structure.Cell, sites, [SymmetryOperation.Identity], "P1", []);
    }
}
