namespace Campaign.Workflows.Planning;

/// <summary>What planning and the physics rules need to know of the structure file. Read elsewhere; the planner stays pure.</summary>
/// <param name="AtomsPerCell">Sum of occupancies over the cell of the file.</param>
/// <param name="MobilePerCell">The same for the mobile species.</param>
/// <param name="WidthsA">Perpendicular widths of the cell along a*, b*, c* in Å.</param>
/// <param name="VolumeA3">Volume of the cell in Å³.</param>
/// <param name="SiteMultiplicities">Positions per cell of every site, by label and by Wyckoff symbol ("2a").</param>
/// <param name="TeacherCutoffsA">Cutoff of the analytic potential per level, where there is one.</param>
public sealed record MaterialFacts(
    double AtomsPerCell,
    double MobilePerCell,
    IReadOnlyList<double> WidthsA,
    double VolumeA3,
    IReadOnlyDictionary<string, int> SiteMultiplicities,
    IReadOnlyDictionary<string, double> TeacherCutoffsA)
{
    /// <summary>What stands on every site, by the same names.</summary>
    public IReadOnlyDictionary<string, SiteFacts> Sites { get; init; } = new Dictionary<string, SiteFacts>();

    /// <summary>Mass of the mobile species over that of all others; null: not known.</summary>
    public double? MobileOverHostMass { get; init; }

    /// <summary>Elements of the structure.</summary>
    public IReadOnlyList<string> Species => [.. Sites.Values.SelectMany(s => s.Occupancy.Keys).Distinct().Order(StringComparer.Ordinal)];
}

/// <param name="HeightsC">Heights of the site's positions along c, as fractions, without repeats.</param>
/// <param name="Occupancy">Occupancy per element in the structure file.</param>
public sealed record SiteFacts(IReadOnlyList<double> HeightsC, IReadOnlyDictionary<string, double> Occupancy);
