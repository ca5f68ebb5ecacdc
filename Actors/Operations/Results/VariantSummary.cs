namespace Campaign.Actors.Operations.Results;

/// <summary>What the report says about one ordered variant.</summary>
public sealed record VariantSummary(
    string Name,
    int Atoms,
    int[] Supercell,
    int[] KMesh,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyList<OccupancySummary> Occupancies,
    double? MinCationDistanceA,
    IReadOnlyList<ContactSummary> ShortContacts,
    double? EwaldEv,
    int Rank,
    int Draws,
    string Disorder,
    IReadOnlyList<string> Messages);

/// <summary>Occupancy of one species on one site: asked for and reached.</summary>
public sealed record OccupancySummary(string Species, string Site, double Target, double Achieved, int Atoms, int Positions);

/// <summary>Pairs of one cation species closer than a limit.</summary>
public sealed record ContactSummary(string Species, double LimitA, int Count);
