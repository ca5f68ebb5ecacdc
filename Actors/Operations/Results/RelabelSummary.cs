using Campaign.Compute;

namespace Campaign.Actors.Operations.Results;

/// <summary>Labels of one trajectory against labels of the same frames that began from other initial moments.</summary>
/// <param name="Trajectory">Id of the task that made the first labels.</param>
/// <param name="InitialMoments">Of the second labels, in µB, by species.</param>
/// <param name="Program">That made them.</param>
/// <param name="Frames">Compared.</param>
/// <param name="ForceRms">Root mean square difference of force components, eV/Å; its interval is over frames (Student).</param>
/// <param name="MaxForceDifferenceEvPerA">Of one component.</param>
/// <param name="EnergyMean">Second minus first, eV/atom; its interval is over frames (Student).</param>
/// <param name="EnergySpreadEvPerAtom">Standard deviation from frame to frame.</param>
/// <param name="LeftOut">Frames whose electrons did not converge; numbered from 1 among those that were chosen.</param>
public sealed record RelabelSummary(
    string Variant,
    string Level,
    string Trajectory,
    IReadOnlyDictionary<string, double> InitialMoments,
    string Program,
    int Frames,
    Quantity ForceRms,
    double MaxForceDifferenceEvPerA,
    Quantity EnergyMean,
    double EnergySpreadEvPerAtom,
    IReadOnlyList<LeftOutFrame> LeftOut);
