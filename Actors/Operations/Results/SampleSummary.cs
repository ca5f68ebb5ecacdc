namespace Campaign.Actors.Operations.Results;

/// <summary>One labelled trajectory of the aimd stage.</summary>
/// <param name="Labels">Origin of the labels in words, e.g. "ionic model (stand-in for DFT)".</param>
/// <param name="Strain">Voigt strain of the relaxed cell, or null.</param>
/// <param name="Vacancies">Mobile ions taken out of the relaxed cell.</param>
public sealed record SampleSummary(
    string Variant,
    string Level,
    string Labels,
    double TemperatureK,
    double TemperatureMeanK,
    double TimeStepFs,
    int Frames,
    double FrameSpacingFs,
    IReadOnlyList<double>? Strain,
    int Vacancies);
