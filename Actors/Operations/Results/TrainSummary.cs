using Campaign.Compute.Learning.Training;

namespace Campaign.Actors.Operations.Results;

/// <summary>One trained model. Frames, atoms, steps and batch are stated apart.</summary>
public sealed record TrainSummary(
    string Level,
    int Model,
    int Parameters,
    int Steps,
    int BatchFrames,
    int TrainingFrames,
    int ValidationFrames,
    double FinalLearningRate)
{
    /// <summary>Where the training diverged and went on with a smaller learning rate than <see cref="FinalLearningRate"/> tells.</summary>
    public IReadOnlyList<RateHalving> RateHalvings { get; init; } = [];
}
