using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Workflows.Graph;
using Campaign.Compute;
using Campaign.Compute.Datasets;
using Campaign.Compute.Formats;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>The dataset stage: labelled trajectories of one level of theory to DeePMD systems, split by blocks.</summary>
public sealed class BuildDatasetOperation : Operation<BuildDatasetParameters>
{
    protected override OperationOutcome Run(BuildDatasetParameters p, OperationContext context, CancellationToken cancellation)
    {
        var trajectories = new List<IReadOnlyList<Frame>>();
        IReadOnlyList<InputFile> files = context.All(Slots.Frames);
        foreach (InputFile file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Progress((double)trajectories.Count / files.Count, $"reading trajectory {trajectories.Count + 1} of {files.Count}");
            trajectories.Add([.. ExtXyz.Read(file.Path)]);
        }
        if (MixedTheory(context) is { } mixed)
            return new OperationOutcome.Failed($"The labels of level {p.Level} are not of one level of theory, and energies of two cannot be learnt together: {mixed}");
        var rng = new Rng((ulong)p.Seed);
        IReadOnlyList<DatasetSystem> systems;
        try
        {
            systems = DatasetBuilder.Build(
                trajectories, p.Mobile, frames => BlockSplit.Assign(frames, p.BlocksPerTrajectory, p.ValidationFraction, p.TestFraction, rng));
        }
        catch (ArgumentException e)
        {
            return new OperationOutcome.Failed($"The data set of level {p.Level} cannot be split: {e.Message} Raise dataset.blocksPerTrajectory or lower the fractions.");
        }

        string archive = Path.Combine(context.RunDirectory, "systems.zip");
        DatasetArchive.Write(systems, Path.Combine(context.RunDirectory, "systems"), archive);
        int kept = systems.Sum(s => s.System.FrameCount);
        var summary = new DatasetSummary(
            p.Level, trajectories.Count, p.BlocksPerTrajectory, trajectories.Sum(t => t.Count) - kept,
            [.. systems.Select(s => new DatasetSystemSummary(
                DatasetArchive.NameOf(s.Part), s.Name, s.System.FrameCount, s.System.AtomCount, s.HasHop.Count(h => h), StandardDeviation(s.System.ForcesEvPerA!)))]);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Systems] = context.Outputs.AddFile(archive, "zip"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["frames"] = kept, ["systems"] = systems.Count });
    }

    /// <summary>What tells two trajectories apart that were meant to be of one level of theory; null where nothing does.</summary>
    private static string? MixedTheory(OperationContext context)
    {
        (TaskId? From, LevelOfTheory Theory)[] said =
        [
            .. from file in context.All(Slots.Summary)
               let ab = ResultJson.ReadFile<SampleSummary>(file).AbInitio
               where ab is not null
               select (file.From, ab.Theory),
        ];
        foreach ((TaskId? from, LevelOfTheory theory) in said.Skip(1))
            if (said[0].Theory.Differences(theory) is [var first, ..])
                return $"{said[0].From} and {from}: {first}";
        return null;
    }

    private static double StandardDeviation(double[] x)
    {
        double mean = x.Average();
        return Math.Sqrt(x.Average(v => (v - mean) * (v - mean)));
    }
}
