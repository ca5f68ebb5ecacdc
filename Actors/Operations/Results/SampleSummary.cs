using Campaign.Compute.Engines.Vasp.Inputs;

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
    int Vacancies)
{
    /// <summary>What an electronic-structure program said of its run; null for the built-in engine.</summary>
    public AbInitioSummary? AbInitio { get; init; }
}

/// <param name="Program">Name, version and build of the program as it printed them.</param>
/// <param name="Theory">The level of theory as the program printed it.</param>
/// <param name="Segments">Runs of the chain, oldest first.</param>
/// <param name="LeftOut">Frames that were asked for and may not be learnt from.</param>
/// <param name="Notes">What a reader must know to judge the labels.</param>
public sealed record AbInitioSummary(string Program, LevelOfTheory Theory, IReadOnlyList<SegmentSummary> Segments, IReadOnlyList<LeftOutFrame> LeftOut, IReadOnlyList<string> Notes)
{
    /// <summary>Titles and hashes of the potentials; never more of them.</summary>
    public IReadOnlyList<string> Potcars { get; init; } = [];
}

/// <summary>A stretch of a trajectory with its own time step.</summary>
public sealed record SegmentSummary(int Steps, double TimeStepFs);

/// <param name="Step">Counted from 1 over the whole trajectory.</param>
public sealed record LeftOutFrame(int Step, string Why);
