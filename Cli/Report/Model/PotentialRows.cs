namespace Campaign.Cli.Report;

/// <summary>Errors of one potential on frames it has never seen.</summary>
/// <param name="ForceLabelStd">Standard deviation of the label forces (per component) on the same frames.</param>
/// <param name="ForceRelative">Force RMSE over <paramref name="ForceLabelStd"/>, a plain ratio.</param>
/// <param name="ForceRelativeLimit">The campaign's limit for that ratio; null when it sets none.</param>
/// <param name="HopFrames">The same on frames in which an ion is between two sites; null when the test set has none.</param>
public sealed record PotentialRow(
    string Level, string Model, FrameCounts Frames,
    Q EnergyMaeEvPerAtom, Q EnergyRmseEvPerAtom, Q ForceMaeEvPerA, Q ForceRmseEvPerA, Q? VirialRmseEvPerAtom,
    Q R2Energy, Q R2Force, Q MaxForceErrorEvPerA, Q ForceLabelStd, Q ForceRelative, double? ForceRelativeLimit,
    IReadOnlyList<SpeciesErrorRow> Species, HopFrameErrorRow? HopFrames);

/// <summary>How many labelled frames went where, and how long was trained.</summary>
public sealed record FrameCounts(int Train, int Validation, int Test, int AtomsPerFrame, int TrainingSteps, int BatchFrames);

public sealed record SpeciesErrorRow(string Species, int Components, Q ForceMaeEvPerA, Q ForceRmseEvPerA, Q ForceLabelStd, Q ForceRelative);

public sealed record HopFrameErrorRow(int Frames, Q ForceRmseEvPerA, Q ForceRelative);

/// <summary>How far labels of the same frames are apart that began from other initial moments.</summary>
/// <param name="Trajectory">The task that made the first labels.</param>
/// <param name="InitialMoments">That the second began with, e.g. "Ti: 2 µB".</param>
/// <param name="Frames">Compared.</param>
/// <param name="LeftOut">Chosen, but their electrons did not converge.</param>
/// <param name="ForceRmsEvPerA">Root mean square difference of force components.</param>
/// <param name="EnergyMeanEvPerAtom">Second minus first.</param>
/// <param name="EnergySpreadEvPerAtom">Standard deviation from frame to frame; null with a single frame.</param>
public sealed record RelabelRow(
    string Variant, string Level, string Trajectory, string InitialMoments, int Frames, int LeftOut,
    Q ForceRmsEvPerA, Q MaxForceDifferenceEvPerA, Q EnergyMeanEvPerAtom, Q? EnergySpreadEvPerAtom);

/// <summary>Predicted against label, thinned to what a figure can carry (a few hundred points per panel).</summary>
public sealed record ParityData(string Level, IReadOnlyList<ParitySeries> ForcesEvPerA, ParitySeries EnergiesEvPerAtom);

/// <param name="Name">Species, or "energy".</param>
public sealed record ParitySeries(string Name, double[] Label, double[] Predicted);

/// <summary>RMSE during training; arrays of one length. Validation may be empty.</summary>
public sealed record LearningCurve(
    string Level, string Model, double[] Step, double[] ForceRmseTrain, double[] ForceRmseValidation,
    double[] EnergyRmseTrain, double[] EnergyRmseValidation, double[] LearningRate);

/// <summary>g(r) of one pair from the label trajectories and from the potential's, on one grid.</summary>
/// <param name="Pair">"Li-Cl".</param>
/// <param name="MeanAbsoluteDifference">∫|g_label − g_potential| dr over the integral of their mean: 0 is identical.</param>
public sealed record RdfRow(
    string Variant, string Level, double TemperatureK, string Pair, double[] RA, double[] GAimd, double[] GDlmd,
    RdfPeak? Aimd, RdfPeak? Dlmd, Q MeanAbsoluteDifference);

/// <summary>First peak, and the coordination number within 1.3 times the position of the labels' first peak.</summary>
public sealed record RdfPeak(double PositionA, double Height, double? Coordination);
