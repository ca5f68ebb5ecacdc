namespace Campaign.Actors.Operations.Results;

/// <summary>A data set for training: frames and atoms stated apart, never "samples".</summary>
public sealed record DatasetSummary(
    string Level,
    int Trajectories,
    int BlocksPerTrajectory,
    int DroppedFrames,
    IReadOnlyList<DatasetSystemSummary> Systems);

/// <param name="Part">training, validation or test.</param>
/// <param name="HopFrames">Frames that hold a hop of the mobile species.</param>
/// <param name="ForceStdEvPerA">Standard deviation of the force components.</param>
public sealed record DatasetSystemSummary(string Part, string Name, int Frames, int Atoms, int HopFrames, double ForceStdEvPerA);
