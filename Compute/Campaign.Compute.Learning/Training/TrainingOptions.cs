using System.Text.Json.Serialization;

namespace Campaign.Compute.Learning.Training;

/// <summary>Who computes the gradient.</summary>
public enum GradientMethod
{
    /// <summary>The hand-derived pass: about ten times faster on a CPU.</summary>
    Analytic,

    /// <summary>libtorch's automatic differentiation.</summary>
    Autograd,
}

/// <summary>Everything that decides a training run; equal options and data give equal bits.</summary>
public sealed record TrainingOptions
{
    /// <summary>Species of the model in its own order, or null for those of the data in theirs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // options that do not name it keep their fingerprint
    public string[]? TypeMap { get; init; }

    public double CutoffA { get; init; } = 7.0;

    public double SmoothFromA { get; init; } = 0.5;

    public int[] EmbeddingNeurons { get; init; } = [8, 16, 32];

    public int AxisNeurons { get; init; } = 4;

    public bool TypeOneSide { get; init; } = true;

    public bool EmbeddingResnetDt { get; init; }

    public int[] FittingNeurons { get; init; } = [32, 32, 32];

    public bool FittingResnetDt { get; init; } = true;

    /// <summary>Slots per neighbour type, or null to take them from the data.</summary>
    public int[]? Sel { get; init; }

    /// <summary>Factor on the largest number of neighbours seen, where <see cref="Sel"/> is null.</summary>
    public double SelMargin { get; init; } = 1.3;

    public int Steps { get; init; } = 10_000;

    /// <summary>Frames per step.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Batches of one system each; null: of <see cref="BatchSize"/> frames of all systems mixed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SystemBatches? Systems { get; init; }

    public double StartLearningRate { get; init; } = 1e-3;

    public double StopLearningRate { get; init; } = 1e-5;

    /// <summary>Steps between stairs of the learning rate.</summary>
    public int DecaySteps { get; init; } = 100;

    public LossSchedule Loss { get; init; } = new(new Prefactors(0.02, 1000, 0.02), new Prefactors(1, 1, 1));

    public ulong Seed { get; init; } = 1;

    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    /// <summary>Threads of this run; part of the options because the order of sums follows it.</summary>
    public int Threads { get; init; } = 1;

    public GradientMethod Method { get; init; } = GradientMethod.Analytic;

    /// <summary>Steps between lines of lcurve.out.</summary>
    public int DisplayEvery { get; init; } = 100;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>
    /// A small network: rcut 7, 8-16-32, axis 4, fitting 32-32-32. With this schedule forces of the ionic Li3TiCl6 model (160 atoms,
    /// 1000 frames) reach about 4 to 6 % of their spread.
    /// </summary>
    public static TrainingOptions Small => new()
    {
        SmoothFromA = 2.0,
        Steps = 6000,
        DecaySteps = 60,
        StartLearningRate = 1e-2,
        StopLearningRate = 3e-4,
    };

    /// <summary>The network of the Li3TiCl6 study: rcut 7.0, 32-64-128, axis 16, fitting 256-256-256.</summary>
    public static TrainingOptions SeedStudy => new()
    {
        EmbeddingNeurons = [32, 64, 128],
        AxisNeurons = 16,
        FittingNeurons = [256, 256, 256],
        Steps = 1_000_000,
        DecaySteps = 5000,
        StopLearningRate = 3.5e-8,
    };

    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        void Require(bool condition, string what)
        {
            if (!condition)
                throw new ArgumentException($"Training options: {what}.");
        }
        Require(CutoffA > SmoothFromA && SmoothFromA >= 0, $"rcut {CutoffA} Å must exceed rcut_smth {SmoothFromA} Å");
        Require(EmbeddingNeurons.Length > 0 && EmbeddingNeurons.All(n => n > 0), "the embedding net needs widths above zero");
        Require(AxisNeurons > 0 && AxisNeurons <= EmbeddingNeurons[^1], "axis neurons must lie between 1 and the embedding's last width");
        Require(FittingNeurons.All(n => n > 0), "fitting widths must be above zero");
        int descriptor = EmbeddingNeurons[^1] * AxisNeurons;
        Require(FittingNeurons.Length == 0 || (FittingNeurons[0] != descriptor && FittingNeurons[0] != 2 * descriptor),
            $"a fitting net that begins as wide as its descriptor ({descriptor}), or twice as wide, is not supported");
        Require(SelMargin >= 1, "the sel margin must be at least 1");
        Require(Steps > 0 && BatchSize > 0 && DecaySteps > 0 && DisplayEvery > 0 && CheckpointEvery > 0, "steps, batch size and intervals must be above zero");
        Require(StartLearningRate > 0 && StopLearningRate > 0, "learning rates must be above zero");
        Require(TypeMap is null || (TypeMap.Length > 0 && TypeMap.Distinct().Count() == TypeMap.Length), "the type map names a species twice, or none");
        Require(TypeMap is null || Sel is null || Sel.Length == TypeMap.Length, $"sel needs a number per type, {TypeMap?.Length}, not {Sel?.Length}");
        Require(Threads > 0, "at least one thread is needed");
    }
}

/// <summary>Root-mean-square errors: energy and virial per atom in eV, forces in eV/Å.</summary>
public readonly record struct TrainingErrors(double Loss, double EnergyEvPerAtom, double ForceEvPerA, double? VirialEvPerAtom)
{
    public static TrainingErrors From(ErrorSums sums) => new(sums.Loss, sums.EnergyRmsePerAtom, sums.ForceRmse, sums.VirialRmsePerAtom);
}

/// <summary>One line of the learning curve; validation errors are null without validation data.</summary>
public sealed record TrainingProgress(int Step, int Steps, double LearningRate, TrainingErrors Training, TrainingErrors? Validation);

/// <summary>The trained model, its learning curve, the errors over all training and all validation frames, and the returns from divergences.</summary>
public sealed record TrainingResult(
    DeepPotSe.DeepPotential Model, string LearningCurvePath, TrainingErrors Training, TrainingErrors? Validation, IReadOnlyList<RateHalving> RateHalvings);
