using Campaign.Actors.Operations;
using Campaign.Cli.Commands;
using Campaign.Cli.Verbs;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Stages;

namespace Campaign.Cli.Tools;

/// <summary>
/// What a task begins with, without running the campaign: files of the campaign, results that are done in its directory, and ordered cells,
/// which are built here in the same way and to the same bytes.
/// </summary>
internal sealed class TaskInputs : IDisposable
{
    private readonly LoadedCampaign _campaign;
    private readonly string _scratch = Directory.CreateTempSubdirectory("campaign-inputs-").FullName;
    private readonly CampaignSnapshot? _snapshot;
    private readonly ArtifactStore? _done;
    private readonly ArtifactStore _own;

    /// <param name="directory">Of the campaign; need not exist.</param>
    public TaskInputs(LoadedCampaign campaign, string directory)
    {
        _campaign = campaign;
        _own = new ArtifactStore(_scratch);
        if (File.Exists(CampaignDirectory.At(directory).Journal))
        {
            _snapshot = CampaignSnapshot.Read(CampaignDirectory.At(directory));
            _done = new ArtifactStore(CampaignSnapshot.StoreOf(CampaignDirectory.At(directory)));
        }
    }

    /// <exception cref="ToolInputException">Something the task begins with is not done yet.</exception>
    public OperationContext Context(TaskSpec task)
    {
        var inputs = task.Inputs.GroupBy(i => i.Name).ToDictionary(g => g.Key, IReadOnlyList<InputFile> (g) => [.. g.Select(i => Resolve(task, i))]);
        string run = Directory.CreateDirectory(Path.Combine(_scratch, "run")).FullName;
        return new OperationContext(task, inputs, run, run, new ArtifactSinkOf(_own), (_, _) => { });
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private InputFile Resolve(TaskSpec task, TaskInput input)
    {
        if (input.Source is InputSource.File file)
            return new InputFile(file.Artifact, _campaign.Resolve(file.Path));
        var (maker, output) = (InputSource.Output)input.Source;
        if (_snapshot?.Conclusion(maker) is { Outcome: TaskOutcome.Done } done && done.Outputs.TryGetValue(output, out ArtifactRef? artifact) && _done!.IsWhole(artifact))
            return new InputFile(artifact, _done.PathOf(artifact)) { From = maker };
        TaskSpec made = _campaign.Graph[maker];
        if (made.Operation != OperationCatalogue.BuildVariant)
            throw new ToolInputException($"{task.Id} begins with '{output}' of {maker}, which is not done: {(_snapshot is null ? "the campaign has not run here (name its directory with --dir)" : "see 'campaign status'")}.");
        OperationOutcome outcome = new BuildVariantOperation().Run(Context(made), CancellationToken.None);
        return outcome is OperationOutcome.Completed built
            ? new InputFile(built.Outputs[output], _own.PathOf(built.Outputs[output])) { From = maker }
            : throw new ToolInputException($"{maker} fails: {((OperationOutcome.Failed)outcome).Reason}");
    }

    private sealed class ArtifactSinkOf(ArtifactStore store) : IArtifactSink
    {
        public ArtifactRef AddFile(string path, string kind) => store.AddFile(path, kind);

        public ArtifactRef AddText(string text, string kind) => store.AddText(text, kind);
    }
}
