namespace Campaign.Compute.Structures;

/// <summary>How the average occupancies come about in one configuration.</summary>
public enum DisorderModel
{
    /// <summary>Every species is placed at random on the positions of its site.</summary>
    Random,

    /// <summary>Whole layers shift along c; order within a layer is kept.</summary>
    StackingFaults,
}

/// <summary>An ordered supercell of a disordered crystal.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Na">Repeats along a.</param>
/// <param name="Nb">Repeats along b.</param>
/// <param name="Nc">Repeats along c.</param>
/// <param name="Occupancy">Requested occupancies by "species@site", the site by Wyckoff symbol or label; others keep the file's.</param>
/// <param name="Draws">Seeded random arrangements, ranked by electrostatic energy.</param>
/// <param name="Seed">Of the generator.</param>
public sealed record VariantRequest(
    string Name, int Na, int Nb, int Nc, IReadOnlyDictionary<string, double> Occupancy, int Draws, ulong Seed)
{
    public DisorderModel Disorder { get; init; }

    /// <summary>Formal charges in e; missing species take <see cref="OxidationStates"/>.</summary>
    public IReadOnlyDictionary<string, double>? OxidationStates { get; init; }

    /// <summary>Factor on the formal charges in the electrostatic energy (it scales energies, never the ranking).</summary>
    public double ChargeScale { get; init; } = 1;

    /// <summary>Target spacing of the proposed k-mesh in 1/Å, 2π included.</summary>
    public double KSpacingPerA { get; init; } = KMesh.DefaultSpacingPerA;

    /// <summary>Pairs of one disordered cation species closer than this (Å) are counted as short contacts.</summary>
    public double ShortContactA { get; init; } = 4.0;
}

/// <summary>Occupancy of one species on one site: asked for, and reached with whole atoms.</summary>
public sealed record SiteOccupancy(string Species, string Site, double Target, double Achieved, int Atoms, int Positions);

/// <summary>Pairs of one cation species closer than a limit in Å.</summary>
public sealed record ShortContacts(string Species, double LimitA, int Count);

/// <summary>What a request leads to, known before any atom is placed.</summary>
/// <param name="AskedChargeE">Net charge of the occupancies as asked for, in the supercell; the counts are neutral all the same where they can be.</param>
/// <param name="CationChargeE">Charge of all cations asked for, to judge it by.</param>
/// <param name="Occupancies">Asked for, and reached with whole atoms.</param>
/// <param name="Charges">Formal charge per species in e.</param>
/// <param name="Messages">What had to be assumed or changed.</param>
public sealed record VariantPreview(
    double AskedChargeE, double CationChargeE, IReadOnlyList<SiteOccupancy> Occupancies, IReadOnlyDictionary<string, double> Charges, IReadOnlyList<string> Messages);

/// <summary>One ordered configuration with everything a report says about it.</summary>
public sealed record VariantResult
{
    public required string Name { get; init; }

    /// <summary>Cations by rising charge, then anions; positions inside the cell.</summary>
    public required Structure Structure { get; init; }

    public required Supercell Supercell { get; init; }

    /// <summary>Index into <see cref="Supercell.Sites"/> for every atom of <see cref="Structure"/>.</summary>
    public required int[] SiteOfAtom { get; init; }

    public required KMesh KMesh { get; init; }

    /// <summary>Atoms per species.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Formal charge per species in e.</summary>
    public required IReadOnlyDictionary<string, double> Charges { get; init; }

    public required IReadOnlyList<SiteOccupancy> Occupancies { get; init; }

    /// <summary>Shortest distance between two cations in Å, null with fewer than two.</summary>
    public required double? MinCationDistanceA { get; init; }

    public required IReadOnlyList<ShortContacts> ShortContacts { get; init; }

    /// <summary>Electrostatic energy of the formal charges in eV; null when the cell is not neutral.</summary>
    public required double? EwaldEv { get; init; }

    /// <summary>Position of this draw among all by electrostatic energy, 1 = lowest.</summary>
    public required int Rank { get; init; }

    public required int Draws { get; init; }

    /// <summary>Electrostatic energies of all draws in eV, ascending: ranking is a filter, and this shows how sharp it was.</summary>
    public required IReadOnlyList<double> EwaldSpectrumEv { get; init; }

    public required DisorderModel Disorder { get; init; }

    public required IReadOnlyList<string> Messages { get; init; }
}
