namespace Campaign.Compute.Engines.DeepMd;

/// <summary>One model to be trained by DeePMD-kit: descriptor se_e2_a, energy fitting net, exponential learning rate.</summary>
/// <param name="Dataset">
/// Path of a zip of DeePMD systems in folders training/NAME, validation/NAME and test/NAME. The last are not shown to the training.
/// </param>
/// <param name="CutoffA">Radius of the descriptor in Å.</param>
/// <param name="SmoothFromA">Where the switch to zero begins, in Å.</param>
/// <param name="BatchFrames">Frames of one system in a batch.</param>
/// <param name="SelMargin">Neighbour slots over what the data need.</param>
/// <param name="Seed">Of the nets and of the order of batches; any number.</param>
/// <param name="DisplayEverySteps">Between lines of the learning curve, where checkpoints do not come more often.</param>
public sealed record DeepMdTraining(
    string Dataset,
    double CutoffA,
    double SmoothFromA,
    IReadOnlyList<int> EmbeddingNeurons,
    int AxisNeurons,
    IReadOnlyList<int> FittingNeurons,
    bool TypeOneSide,
    double SelMargin,
    string Activation,
    bool Float64,
    int Steps,
    int BatchFrames,
    double StartLearningRate,
    double StopLearningRate,
    int DecaySteps,
    DeepMdPrefactors StartPrefactors,
    DeepMdPrefactors LimitPrefactors,
    long Seed,
    int DisplayEverySteps,
    int CheckpointEverySteps);

/// <summary>Weights of the parts of the loss.</summary>
public readonly record struct DeepMdPrefactors(double Energy, double Force, double Virial);

/// <summary>What a training came to.</summary>
/// <param name="ModelFile">The model in DeePMD-kit's backend-neutral form, .dp.</param>
/// <param name="FrozenFile">The same as LAMMPS reads it (<c>pair_style deepmd</c>): .pth or .pb.</param>
/// <param name="LearningCurve">lcurve.out of all runs, every step once.</param>
/// <param name="Tests">What <c>dp test</c> says of the model, system by system; of training and validation.</param>
/// <param name="Version">Of DeePMD-kit, as it printed it; null where it did not.</param>
/// <param name="Runs">Jobs it took, without those of a training with another input.</param>
public sealed record DeepMdModel(string ModelFile, string FrozenFile, string LearningCurve, IReadOnlyList<TestedSystem> Tests, string? Version, int Runs);
