using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Cli.Commands;
using Campaign.Cli.Report.Assembly;
using Campaign.Compute;
using Campaign.Compute.Datasets;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;
using Xunit;
using InputFile = Campaign.Actors.Operations.InputFile;

namespace Campaign.SystemTests.Report;

/// <summary>A training that went back from a divergence, as people hear of it.</summary>
public sealed class DivergedTrainingReportTests : IArtifactSink, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-diverged-").FullName;
    private readonly Dictionary<string, string> _kept = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Log_journal_summary_and_report_tell_of_it()
    {
        var findings = new List<Finding>();
        var progress = new List<string>();
        TaskId task = TaskId.Parse("train/ionic/m0");
        var context = new OperationContext(
            new TaskSpec(task, OperationCatalogue.Train, 1, "builtin", "local", CanonicalParameters.ToCanonicalJson(Growing), [], 1, 1, 1),
            new Dictionary<string, IReadOnlyList<InputFile>> { [Slots.Systems] = [Data()] },
            Path.Combine(_folder, "run"), Path.Combine(_folder, "checkpoints"), this, (_, note) => progress.Add(note))
        {
            Notice = (key, text) => findings.Add(new Finding(key, text)),
        };

        var done = Assert.IsType<OperationOutcome.Completed>(BuiltinOperations.All.Single(o => o.Name == OperationCatalogue.Train).Run(context, default));

        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Equal((FindingKeys.RateHalved, true), (f.Key, f.Message.Contains("went back to step", StringComparison.Ordinal))));
        Assert.Equal(findings.Count, done.Summary["rateHalvings"]!.GetValue<int>());
        Assert.Equal(findings.Count, progress.Count(n => n.Contains("with half the learning rate", StringComparison.Ordinal)));
        InputFile summary = new(done.Outputs[Slots.Summary], _kept[done.Outputs[Slots.Summary].Sha256]);
        Assert.Equal(findings.Select(f => f.Message), ResultJson.ReadFile<TrainSummary>(summary).RateHalvings.Select(h => h.InWords()));

        var report = new PotentialAssembly(new ReportInputs(new Dictionary<string, IReadOnlyList<InputFile>> { [$"{task}:{Slots.Summary}"] = [summary] }), null);
        Assert.Equal(findings.Select(f => (task.Value, f.Message)), report.Notes);

        string line = HistoryCommand.Describe(new JournalEntry(7, "c1/task/train/ionic/m0", 1, "task.diagnosed.v1", new TaskEvents.Diagnosed(1, [findings[0]], default)));
        Assert.EndsWith("findings training.rateHalved", line);
    }

    [Fact]
    public void A_summary_from_before_there_were_returns_has_none() =>
        Assert.Empty(ResultJson.Read<TrainSummary>("""{"level":"ionic","model":0,"parameters":9,"steps":3,"batchFrames":1,"trainingFrames":2,"validationFrames":0,"finalLearningRate":1e-5}""").RateHalvings);

    public ArtifactRef AddFile(string path, string kind)
    {
        var artifact = new ArtifactRef($"{_kept.Count:x64}", kind, new FileInfo(path).Length);
        _kept[artifact.Sha256] = path;
        return artifact;
    }

    public ArtifactRef AddText(string text, string kind)
    {
        string path = Path.Combine(_folder, $"text{_kept.Count}");
        File.WriteAllText(path, text);
        return AddFile(path, kind);
    }

    /// <summary>A learning rate that grows until the training diverges.</summary>
    private static TrainParameters Growing => new(
        "ionic", 0, new NetworkShape(5, 0.5, [4, 8], 2, [8, 8], true, "tanh"), 40, new LearningRateSchedule(1e-2, 100, 4), 1,
        new LossPrefactors(1, 1, 1, 1, 1, 1), 11, NumberPrecision.Float32, 1, 7, 1);

    private InputFile Data()
    {
        var rng = new Rng(3);
        Vec3 Some(double scale) => scale * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
        var cell = new Cell(new Vec3(5, 0, 0), new Vec3(0, 5, 0), new Vec3(0, 0, 5));
        Vec3[] sites = [new(0, 0, 0), new(2.5, 2.5, 0), new(2.5, 0, 2.5), new(0, 2.5, 2.5)];
        DeepMdSystem system = DeepMdSystem.FromFrames([.. Enumerable.Range(0, 6).Select(_ => new Frame(
            new Structure(cell, ["Li", "Cl"], [0, 0, 1, 1], Array.ConvertAll(sites, r => r + Some(0.2))), rng.NextGaussian(), Array.ConvertAll(sites, _ => Some(0.5))))]);
        string archive = Path.Combine(_folder, "systems.zip");
        DatasetArchive.Write([new DatasetSystem(DatasetPart.Training, "s0", system, new bool[6])], Path.Combine(_folder, "scratch"), archive);
        return new InputFile(AddFile(archive, "zip"), archive);
    }
}
