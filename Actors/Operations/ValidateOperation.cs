using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Datasets;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Compute.Transport;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Planning;

namespace Campaign.Actors.Operations;

/// <summary>
/// The validate stage: errors of every model on the test blocks, and g(r) of the labelled trajectories against dynamics of the
/// first model at the same temperatures.
/// </summary>
public sealed class ValidateOperation : Operation<ValidateParameters>
{
    /// <summary>Part of each RDF run left out at its start.</summary>
    private const double EquilibrationFraction = 0.2;

    private const int RdfFrames = 200, SegmentSteps = 2000, ParityPoints = 1500;

    /// <summary>Radius of the coordination numbers that are compared, as a multiple of the first peak's position.</summary>
    private const double ShellFactor = 1.3;

    protected override OperationOutcome Run(ValidateParameters p, OperationContext context, CancellationToken cancellation)
    {
        IReadOnlyList<DatasetSystem> test =
            [.. DatasetArchive.Read(context.Single(Slots.Systems).Path, Path.Combine(context.RunDirectory, "systems")).Where(s => s.Part == DatasetPart.Test)];
        if (test.Count == 0)
            return new OperationOutcome.Failed("There is no test frame to validate on. Give dataset.testFraction a value above zero.");

        IReadOnlyList<InputFile> files = context.All(Slots.Model);
        var models = new List<ModelErrors>();
        PotentialTestResult? first = null;
        foreach (InputFile file in files)
        {
            context.Progress(0.3 * models.Count / files.Count, $"model {models.Count + 1} of {files.Count} on the test frames");
            PotentialTestResult errors = TestErrors.Of(PotentialInputs.ToTest(file), test, cancellation);
            first ??= errors;
            models.Add(TestErrors.Summary(errors, models.Count, test));
        }

        List<RdfComparison> rdf;
        string curves;
        try
        {
            (rdf, curves) = CompareStructure(p, context, PotentialInputs.ToSimulate(files[0], NumberPrecision.Float32), cancellation);
        }
        catch (PotentialBrokeException e)
        {
            return new OperationOutcome.Failed($"{e.Message} Train longer, or sample higher temperatures in aimd.temperaturesK.");
        }
        string labels = context.All(Slots.Potential) is [var teacher] ? PotentialInputs.ToTest(teacher).Description : $"electronic level {p.Level}";
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Parity] = context.Outputs.AddText(ParityTable.Thinned(first!.Parity, ParityPoints), "csv"),
                [Slots.Rdf] = context.Outputs.AddText(curves, "csv"),
                [Slots.Summary] = context.Outputs.AddSummary(new ValidateSummary(p.Level, labels, models, rdf)),
            },
            new JsonObject { ["forceRmseEvPerA"] = models[0].ForceRmseEvPerA, ["forceRmseOverStd"] = models[0].ForceRmseEvPerA / models[0].ForceStdEvPerA });
    }

    private sealed class PotentialBrokeException(string message) : Exception(message);

    private static (List<RdfComparison> Rows, string Csv) CompareStructure(
        ValidateParameters p, OperationContext context, IPotential model, CancellationToken cancellation)
    {
        Structure relaxed = StructureInputs.Read(context.Single(Slots.Structure));
        IReadOnlyList<InputFile> labelled = context.All(Slots.Frames);
        var rows = new List<RdfComparison>();
        var csv = new StringBuilder("temperatureK,pair,rA,gLabels,gPotential\n");
        for (int k = 0; k < p.RdfTemperaturesK.Count; k++)
        {
            double temperatureK = p.RdfTemperaturesK[k];
            IReadOnlyDictionary<string, PairDistribution> theirs =
                RadialDistribution.Compute(ExtXyz.Read(Labelled(labelled, temperatureK).Path).Select(f => f.Structure), p.RdfRmaxA, p.RdfBins);
            int at = k;
            List<Structure> frames = Trajectory(p, model, relaxed, temperatureK, new SegmentedRun(Path.Combine(context.CheckpointDirectory, $"rdf-{k:d2}"), context.DamagedCheckpoint),
                f => context.Progress(0.3 + 0.7 * (at + f) / p.RdfTemperaturesK.Count, FormattableString.Invariant($"g(r) at {temperatureK} K")), cancellation);
            IReadOnlyDictionary<string, PairDistribution> ours = RadialDistribution.Compute(frames, p.RdfRmaxA, p.RdfBins);
            foreach ((string pair, PairDistribution g) in theirs)
            {
                // each unordered pair once
                if (string.CompareOrdinal(g.A, g.B) > 0)
                    continue;
                PairDistribution h = ours[pair];
                (double position, double height) = g.FirstPeak();
                (double positionModel, double heightModel) = h.FirstPeak();
                double shell = ShellFactor * position;
                rows.Add(new RdfComparison(
                    p.Variant, temperatureK, pair, g.Compare(h, shell).Relative, position, height, positionModel, heightModel, g.CoordinationWithin(shell), h.CoordinationWithin(shell)));
                for (int b = 0; b < g.RA.Length; b++)
                    csv.AppendLine(CultureInfo.InvariantCulture, $"{temperatureK:R},{pair},{g.RA[b]:R},{g.G[b]:R},{h.G[b]:R}");
            }
        }
        return (rows, csv.ToString());
    }

    /// <summary>The labelled trajectory of the perfect cell at a temperature, by the name of the task that made it.</summary>
    private static InputFile Labelled(IReadOnlyList<InputFile> files, double temperatureK) =>
        files.FirstOrDefault(f => f.From is { } task && task.Value.EndsWith("/" + Planner.TemperatureTag(temperatureK), StringComparison.Ordinal))
        ?? throw new InvalidOperationException(FormattableString.Invariant($"No labelled trajectory at {temperatureK} K is among the inputs."));

    /// <summary>Frames of the model's own NVT run from the relaxed structure.</summary>
    private static List<Structure> Trajectory(
        ValidateParameters p, IPotential model, Structure relaxed, double temperatureK, SegmentedRun run, Action<double> progress, CancellationToken cancellation)
    {
        long total = (long)Math.Round(p.RdfLengthFs / p.TimeStepFs), from = (long)(EquilibrationFraction * total);
        int stride = (int)Math.Max(1, (total - from) / RdfFrames);
        var nvt = new NvtOptions(temperatureK, p.DampingFs);
        MdResult result = run.Run(
            model, relaxed, new MdOptions { TimeStepFs = p.TimeStepFs, Nvt = nvt, SegmentSteps = SegmentSteps, SampleEverySteps = stride },
            () => MdState.Start(relaxed, temperatureK, new Rng((ulong)p.Seed), nvt.ChainLength), total,
            f => f.Step < from ? null : new Frame(relaxed with { Positions = [.. f.Positions] }, TimeFs: f.TimeFs), f => progress((double)f.Step / total), cancellation);
        if (result.Outcome == MdOutcome.Diverged)
            throw new PotentialBrokeException(FormattableString.Invariant($"The validation run of the potential at {temperatureK} K did not hold: {result.Message}"));
        return [.. run.Frames.Select(f => f.Structure)];
    }
}
