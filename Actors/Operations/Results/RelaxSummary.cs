namespace Campaign.Actors.Operations.Results;

/// <summary>A relaxed cell, its lattice printed per conventional cell of the parent structure (Å, degrees).</summary>
public sealed record RelaxSummary(
    string Variant,
    string Level,
    double A,
    double B,
    double C,
    double AlphaDeg,
    double BetaDeg,
    double GammaDeg,
    double VolumeA3,
    double EnergyEvPerAtom,
    double MaxForceEvPerA,
    double MaxStressGpa,
    int Steps);
