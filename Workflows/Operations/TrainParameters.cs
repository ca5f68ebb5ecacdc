namespace Campaign.Workflows.Operations;

public enum NumberPrecision
{
    Float32,
    Float64,
}

/// <summary>Training of one DeepPot-SE model (reference: DeePMD-kit's descriptor se_e2_a, loss and learning-rate schedule).</summary>
/// <param name="Model">Index in the ensemble; models differ by seed only.</param>
public sealed record TrainParameters(
    string Level,
    int Model,
    NetworkShape Network,
    int Steps,
    LearningRateSchedule LearningRate,
    int BatchFrames,
    LossPrefactors Loss,
    long Seed,
    NumberPrecision Precision,
    int Threads,
    int CheckpointEverySteps,
    int DisplayEverySteps) : IOperationParameters
{
    public static string Operation => OperationCatalogue.Train;
}

/// <param name="RcutA">Descriptor cutoff in Å.</param>
/// <param name="RcutSmoothA">Where the switch to zero begins, in Å.</param>
/// <param name="EmbeddingNeurons">Layer widths of the embedding net.</param>
/// <param name="AxisNeurons">Columns of the embedding kept for the second factor of the descriptor.</param>
/// <param name="FittingNeurons">Layer widths of the fitting net.</param>
/// <param name="TypeOneSide">Embedding nets depend on the neighbour's type only.</param>
/// <param name="Activation">tanh, gelu, ...</param>
/// <param name="SelMargin">Neighbour slots over what the data need; null: <see cref="UsualSelMargin"/>.</param>
public sealed record NetworkShape(
    double RcutA,
    double RcutSmoothA,
    IReadOnlyList<int> EmbeddingNeurons,
    int AxisNeurons,
    IReadOnlyList<int> FittingNeurons,
    bool TypeOneSide,
    string Activation,
    double? SelMargin = null)
{
    /// <summary>Factor on the largest number of neighbours seen, where nothing else is asked for: runs at higher temperatures pack atoms closer than the frames trained on.</summary>
    public const double UsualSelMargin = 1.3;
}

/// <summary>lr(step) = start (stop/start)^(floor(step/decay)·decay/steps): DeePMD-kit's exponential staircase.</summary>
public sealed record LearningRateSchedule(double Start, double Stop, int DecaySteps);

/// <summary>Prefactors of the loss, interpolated from start to limit with the learning rate.</summary>
public sealed record LossPrefactors(
    double EnergyStart,
    double EnergyLimit,
    double ForceStart,
    double ForceLimit,
    double VirialStart,
    double VirialLimit);
