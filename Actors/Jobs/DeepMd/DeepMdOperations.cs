using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Datasets;
using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs.DeepMd;

/// <summary>The operations that DeePMD-kit carries out.</summary>
public static class DeepMdOperations
{
    public static IReadOnlyList<IEngineOperation> All { get; } =
        [new EngineOperation<DeepMdTraining, DeepMdModel>(OperationCatalogue.Train, new DeepMdTrainEngine(), Training, Trained)];

    /// <exception cref="InvalidDataException">The rest of the program could not read what would be trained.</exception>
    public static DeepMdTraining Training(OperationContext context)
    {
        TrainParameters p = Parameters(context);
        if (p.Network.Activation != "tanh")
            throw new InvalidDataException($"DeePMD-kit would train activation '{p.Network.Activation}', but nothing here could then use the model; use tanh in train.network.activation.");
        return new DeepMdTraining(
            context.Single(Slots.Systems).Path, p.Network.RcutA, p.Network.RcutSmoothA, p.Network.EmbeddingNeurons, p.Network.AxisNeurons, p.Network.FittingNeurons, p.Network.TypeOneSide,
            p.Network.SelMargin ?? NetworkShape.UsualSelMargin, p.Network.Activation, p.Precision == NumberPrecision.Float64, p.Steps, p.BatchFrames, p.LearningRate.Start, p.LearningRate.Stop, p.LearningRate.DecaySteps,
            new DeepMdPrefactors(p.Loss.EnergyStart, p.Loss.ForceStart, p.Loss.VirialStart), new DeepMdPrefactors(p.Loss.EnergyLimit, p.Loss.ForceLimit, p.Loss.VirialLimit),
            p.Seed, p.DisplayEverySteps, p.CheckpointEverySteps);
    }

    private static AttemptExit Trained(OperationContext context, DeepMdTraining settings, DeepMdModel trained)
    {
        TrainParameters p = Parameters(context);
        DeepPotential model;
        try
        {
            model = DeepPotentialFile.Read(trained.ModelFile);
        }
        catch (FormatException e)
        {
            return new AttemptExit.Failed($"The model that DeePMD-kit {trained.Version} made cannot be used here. {e.Message}", ModelCheck.Key);
        }
        string scratch = Path.Combine(context.RunDirectory, "checked");
        IReadOnlyList<DatasetSystem> systems = DatasetArchive.Read(context.Single(Slots.Systems).Path, scratch);
        Directory.Delete(scratch, recursive: true);
        if (ModelCheck.Disagreement(model, systems, trained.Tests, settings.Float64) is { } wrong)
            return new AttemptExit.Failed(wrong, ModelCheck.Key);

        var summary = new TrainSummary(
            p.Level, p.Model, model.ParameterCount, p.Steps, p.BatchFrames,
            Frames(DatasetPart.Training), Frames(DatasetPart.Validation), p.LearningRate.Stop)
        {
            Program = $"DeePMD-kit {trained.Version}".TrimEnd(),
        };
        return new AttemptExit.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Model] = context.Outputs.AddFile(trained.ModelFile, "dp"),
                [Slots.FrozenModel] = context.Outputs.AddFile(trained.FrozenFile, Path.GetExtension(trained.FrozenFile)[1..]),
                [Slots.LearningCurve] = context.Outputs.AddText(trained.LearningCurve, "out"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject
            {
                ["steps"] = p.Steps,
                ["forceRmseTrainingEvPerA"] = Rmse(DatasetPart.Training),
                ["forceRmseValidationEvPerA"] = Rmse(DatasetPart.Validation),
                ["runs"] = trained.Runs,
                ["deepmd"] = trained.Version,
            });

        int Frames(DatasetPart part) => systems.Where(s => s.Part == part).Sum(s => s.System.FrameCount);

        double? Rmse(DatasetPart part) => ModelCheck.ForceRmseEvPerA([.. systems.Where(s => s.Part == part)], trained.Tests);
    }

    private static TrainParameters Parameters(OperationContext context) => CanonicalParameters.Read<TrainParameters>(context.Task.Parameters);
}
