using System.Text.Json.Serialization;
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

    /// <summary>The program that trained it, as it named itself; null: this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // what this one trains keeps its bytes
    public string? Program { get; init; }
}
