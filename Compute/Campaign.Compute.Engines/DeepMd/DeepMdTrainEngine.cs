using System.Globalization;
using System.Text.RegularExpressions;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>
/// Trains a model with DeePMD-kit 3, by as many runs as it takes, each from the last checkpoint of the one before; the last freezes it,
/// writes it as .dp, and tests it. <c>dp</c> has no way to be asked for a checkpoint: what a run did after its last one is done again.
/// Segments of a training with another input, as before a correction, are passed over.
/// </summary>
public sealed partial class DeepMdTrainEngine : IExternalEngine<DeepMdTraining, DeepMdModel>
{
    public const string Engine = "deepmd";

    private const string Script = "deepmd.sh", ModelFile = "model.dp", Done = "done";
    private const long Text = 1L << 30, Model = 4L << 30;

    /// <summary>Exit codes by which a shell says that it could not start a program.</summary>
    private const int NotExecutable = 126, NotFound = 127;

    public string Name => Engine;

    public ProgramRun Prepare(DeepMdTraining settings, EngineStart start)
    {
        var systems = TrainingSystems.Of(settings.Dataset);
        var backend = DeepMdBackend.Of(start.Options);
        string text = TrainingInput.Text(settings, systems);
        Checkpoint? last = TrainingInput.Same(start.Segments, text).Select(Checkpoint.In).LastOrDefault(c => c?.Backend == backend);
        var inputs = new Dictionary<string, RunInput>
        {
            [Script] = RunInput.Text(ScriptTemplate.Fill(Script, new Dictionary<string, string>())),
            [TrainingInput.FileName] = RunInput.Text(text),
            [TrainingSystems.ArchiveName] = RunInput.Made(() => TrainingSystems.Archive(settings.Dataset)),
        };
        foreach ((string name, RunInput input) in last?.Inputs() ?? [])
            inputs[name] = input;
        string restart = last is null ? "" : backend.LinksBeforePointer && last.Step >= settings.Steps ? Done : last.RestartName;
        string threads = start.Cores.ToString(CultureInfo.InvariantCulture);
        return new ProgramRun
        {
            Through = ["sh", Script, backend.Option, backend.FrozenFile, restart],
            Inputs = inputs,
            Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = threads, ["DP_INTRA_OP_PARALLELISM_THREADS"] = threads, ["DP_INTER_OP_PARALLELISM_THREADS"] = "1" },
            Watched = [new WatchedFile(TrainingInput.CurveFile, 1000)],
            Kept = [.. Checkpoint.Files(backend), new RunFile(TrainingInput.FileName, Text), new RunFile(TrainingInput.CurveFile, Text), new RunFile(JobFile.Log, Text, Optional: true)],
            Outputs =
            [
                new RunFile(ModelFile, Model, Optional: true), new RunFile(backend.FrozenFile, Model, Optional: true),
                new RunFile(TrainingInput.CurveFile, Text, Optional: true), new RunFile(TestOutput.FileName, Text, Optional: true),
            ],
        };
    }

    public EngineProgress? Progress(DeepMdTraining settings, IReadOnlyDictionary<string, string> tails)
    {
        if (!tails.TryGetValue(TrainingInput.CurveFile, out string? tail) || CurveFile.Parse(tail) is not { Rows: [.., var last] } curve)
            return null;
        string lost = curve.Diverged() is { } row ? string.Create(CultureInfo.InvariantCulture, $"; lost its numbers by step {row.Step}, what follows until DeePMD-kit or the walltime ends it is of no use") : "";
        return new EngineProgress(Math.Min(0.99, (double)last.Step / settings.Steps), string.Create(CultureInfo.InvariantCulture, $"step {last.Step} of {settings.Steps}{lost}"));
    }

    /// <summary>A checkpoint of a training that lost its numbers is none: it may have been saved after that.</summary>
    public bool LeftOff(DeepMdTraining settings, string directory) => Checkpoint.In(directory) is not null && Diverged(directory) is null;

    public EngineOutcome<DeepMdModel> Conclude(DeepMdTraining settings, EngineEnd end)
    {
        string run = end.Directory;
        if (Diverged(run) is { } diverged)
            return new EngineOutcome<DeepMdModel>.Failed(diverged);
        if (end.Exit is { Code: 0 })
            return Whole(settings, end);
        EngineFinding? told = DeepMdSymptoms.In(run, JobFile.Log, TestOutput.FileName);
        if (told?.Key == DeepMdSymptoms.OutOfMemory)
            return new EngineOutcome<DeepMdModel>.OutOfMemory(told.ToString());
        if (told is not null)
            return new EngineOutcome<DeepMdModel>.Failed(told);
        if (end.Exit is { Code: NotExecutable or NotFound })
            return new EngineOutcome<DeepMdModel>.Failed(new EngineFinding(
                "deepmd.not_found", "DeePMD-kit could not be started: look at the command and the modules of engine deepmd in the site's file.", EngineEvidence.LastLine(run, JobFile.Log)));
        if (Checkpoint.In(run) is { } left)
            return new EngineOutcome<DeepMdModel>.Unfinished($"The training ended after step {left.Step} of {settings.Steps} without saying why.");
        return new EngineOutcome<DeepMdModel>.Failed(new EngineFinding(
            "deepmd.cut", $"DeePMD-kit ended {(end.Exit is { } exit ? $"with code {exit.Code}" : "without a word")}, before its first checkpoint, and says nothing of why.", EngineEvidence.LastLine(run, JobFile.Log)));
    }

    private static EngineOutcome<DeepMdModel> Whole(DeepMdTraining settings, EngineEnd end)
    {
        string run = end.Directory, model = Path.Combine(run, ModelFile), said = Path.Combine(run, TestOutput.FileName);
        string? frozen = DeepMdBackend.All.Select(b => Path.Combine(run, b.FrozenFile)).FirstOrDefault(File.Exists);
        IReadOnlyList<TestedSystem> tests = File.Exists(said) ? TestOutput.Parse(File.ReadAllText(said)) : [];
        string? missing = !File.Exists(model) ? ModelFile : frozen is null ? "the frozen model" : tests.Count == 0 ? $"the errors that dp test prints ({TestOutput.FileName})" : null;
        if (missing is not null)
            return new EngineOutcome<DeepMdModel>.Failed(new EngineFinding("deepmd.incomplete", $"DeePMD-kit ended well, but {missing} is missing in {run}.", EngineEvidence.LastLine(run, JobFile.Log)));
        string[] runs = [.. TrainingInput.Same(end.Segments, TrainingInput.Text(settings, TrainingSystems.Of(settings.Dataset))), run];
        return new EngineOutcome<DeepMdModel>.Done(
            new DeepMdModel(model, frozen!, CurveFile.Join([.. runs.Select(CurveFile.Read)]).ToString(), tests, Version(run), runs.Length));
    }

    /// <summary>Newer versions end at the first NaN, older ones go on and write it down.</summary>
    private static EngineFinding? Diverged(string directory)
    {
        if (CurveFile.Read(directory).Diverged() is { } row)
            return new EngineFinding(DeepMdSymptoms.Diverged, $"The training lost its numbers at step {row.Step}: the learning rate is too high for these data, or a label is broken.", new EngineEvidence(TrainingInput.CurveFile, row.Line, row.Text.Trim()));
        return DeepMdSymptoms.In(directory, JobFile.Log) is { Key: DeepMdSymptoms.Diverged } told ? told : null;
    }

    private static string? Version(string run)
    {
        string log = Path.Combine(run, JobFile.Log);
        return File.Exists(log) ? File.ReadLines(log).Select(l => VersionLine().Match(l)).FirstOrDefault(m => m.Success)?.Groups[1].Value.Trim() : null;
    }

    /// <summary>DeePMD-kit has spelt its name both ways.</summary>
    [GeneratedRegex(@"Dee[Pp]MD version:\s*(\S.{0,100})")]
    private static partial Regex VersionLine();
}
