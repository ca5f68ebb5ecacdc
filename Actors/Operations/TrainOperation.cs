using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Datasets;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>The train stage: one Deep Potential from a data set.</summary>
public sealed class TrainOperation : Operation<TrainParameters>
{
    protected override OperationOutcome Run(TrainParameters p, OperationContext context, CancellationToken cancellation)
    {
        if (p.Network.Activation != "tanh")
            return new OperationOutcome.Failed($"Activation '{p.Network.Activation}' is not known to the built-in training; use tanh in train.network.activation.");
        IReadOnlyList<DatasetSystem> systems = DatasetArchive.Read(context.Single(Slots.Systems).Path, Path.Combine(context.RunDirectory, "systems"));
        DeepMdSystem[] training = Of(DatasetPart.Training), validation = Of(DatasetPart.Validation);
        TrainingResult result;
        try
        {
            result = Trainer.Run(Options(p), training, validation, context.CheckpointDirectory, Report, cancellation, context.DamagedCheckpoint, Back);
        }
        catch (TrainingDivergedException e)
        {
            return new OperationOutcome.Failed($"Model {p.Model} of level {p.Level}: {e.Message} (train.learningRate.start is {p.LearningRate.Start:g3}).", FindingKeys.TrainingDiverged);
        }
        string model = Path.Combine(context.RunDirectory, "model.dp");
        DeepPotentialFile.Write(result.Model, model);
        var summary = new TrainSummary(
            p.Level, p.Model, result.Model.ParameterCount, p.Steps, p.BatchFrames,
            training.Sum(s => s.FrameCount), validation.Sum(s => s.FrameCount), p.LearningRate.Stop)
        {
            RateHalvings = result.RateHalvings,
        };
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Model] = context.Outputs.AddFile(model, "dp"),
                [Slots.LearningCurve] = context.Outputs.AddFile(result.LearningCurvePath, "out"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject
            {
                ["steps"] = p.Steps,
                ["forceRmseTrainingEvPerA"] = result.Training.ForceEvPerA,
                ["forceRmseValidationEvPerA"] = result.Validation?.ForceEvPerA,
                ["rateHalvings"] = result.RateHalvings.Count,
            });

        DeepMdSystem[] Of(DatasetPart part) => [.. systems.Where(s => s.Part == part).Select(s => s.System)];

        void Back(RateHalving halving)
        {
            context.Notice(FindingKeys.RateHalved, halving.InWords());
            context.Progress((double)halving.Step / p.Steps, $"diverged at step {halving.DivergedAtStep}, goes on from step {halving.Step} with half the learning rate");
        }

        void Report(TrainingProgress at) => context.Progress(
            (double)at.Step / at.Steps,
            $"step {at.Step} of {at.Steps}, force RMSE {(at.Validation ?? at.Training).ForceEvPerA:f3} eV/Å ({(at.Validation is null ? "training" : "validation")})");
    }

    private static TrainingOptions Options(TrainParameters p) => new()
    {
        CutoffA = p.Network.RcutA,
        SmoothFromA = p.Network.RcutSmoothA,
        EmbeddingNeurons = [.. p.Network.EmbeddingNeurons],
        AxisNeurons = p.Network.AxisNeurons,
        TypeOneSide = p.Network.TypeOneSide,
        FittingNeurons = [.. p.Network.FittingNeurons],
        SelMargin = p.Network.SelMargin ?? NetworkShape.UsualSelMargin,
        Steps = p.Steps,
        BatchSize = p.BatchFrames,
        StartLearningRate = p.LearningRate.Start,
        StopLearningRate = p.LearningRate.Stop,
        DecaySteps = p.LearningRate.DecaySteps,
        Loss = new LossSchedule(
            new Prefactors(p.Loss.EnergyStart, p.Loss.ForceStart, p.Loss.VirialStart),
            new Prefactors(p.Loss.EnergyLimit, p.Loss.ForceLimit, p.Loss.VirialLimit)),
        Seed = (ulong)p.Seed,
        Precision = p.Precision == NumberPrecision.Float64 ? TrainingPrecision.Float64 : TrainingPrecision.Float32,
        Threads = p.Threads,
        DisplayEvery = p.DisplayEverySteps,
        CheckpointEvery = p.CheckpointEverySteps,
    };
}
