namespace Campaign.Actors.Operations.Results;

/// <summary>One molecular dynamics run.</summary>
/// <param name="Label">potential or teacher.</param>
/// <param name="TemperatureMeanK">Realised mean over the written part.</param>
/// <param name="ConservedDriftEvPerAtomPs">Drift of the conserved quantity.</param>
public sealed record DynamicsSummary(
    string Variant,
    string Level,
    string Label,
    string PotentialDescription,
    int Atoms,
    double TemperatureK,
    double TemperatureMeanK,
    double TimeStepFs,
    long Steps,
    int Frames,
    double FrameSpacingFs,
    double ConservedDriftEvPerAtomPs);
