namespace Campaign.Actors.Operations.Results;

/// <summary>Errors of the models of one level on frames they never saw, and RDFs against the label source.</summary>
public sealed record ValidateSummary(string Level, string Labels, IReadOnlyList<ModelErrors> Models, IReadOnlyList<RdfComparison> Rdf);

/// <param name="ForceStdEvPerA">Standard deviation of the label force components on the same frames.</param>
/// <param name="HopFrames">The same on frames that hold a hop; null when the test set has none.</param>
public sealed record ModelErrors(
    int Model,
    int Frames,
    int AtomsPerFrame,
    double EnergyMaeEvPerAtom,
    double EnergyRmseEvPerAtom,
    double ForceMaeEvPerA,
    double ForceRmseEvPerA,
    double? VirialRmseEvPerAtom,
    double R2Energy,
    double R2Force,
    double MaxForceErrorEvPerA,
    double ForceStdEvPerA,
    IReadOnlyList<SpeciesErrors> Species,
    HopFrameErrors? HopFrames);

public sealed record SpeciesErrors(string Species, int Components, double ForceMaeEvPerA, double ForceRmseEvPerA, double ForceStdEvPerA);

public sealed record HopFrameErrors(int Frames, double ForceRmseEvPerA, double ForceStdEvPerA);

/// <summary>g(r) of one pair: label source against the potential's own dynamics.</summary>
/// <param name="Relative">∫|g1 - g2| dr over ∫(g1 + g2)/2 dr.</param>
public sealed record RdfComparison(
    string Variant,
    double TemperatureK,
    string Pair,
    double Relative,
    double PeakLabelsA,
    double PeakLabelsHeight,
    double PeakPotentialA,
    double PeakPotentialHeight,
    double CoordinationLabels,
    double CoordinationPotential);
