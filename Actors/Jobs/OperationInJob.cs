using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Persistence.Artifacts;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>A built-in operation, carried out by this program in a job: <c>campaign attempt order.json</c>.</summary>
internal sealed class OperationInJob(ArtifactStore store) : IJobOperation
{
    private const int LogTail = 2000;
    private const long ResultLimit = 16L << 20, LogLimit = 64L << 20, OutputLimit = 1L << 40;

    public string Engine => "builtin";

    public string Name => "any operation";

    public JobWork Prepare(OperationContext context, JobPlace place)
    {
        var inputs = new Dictionary<string, RunInput>(StringComparer.Ordinal);
        if (place.IsStaged) // the run directory is the job's store too
            foreach (InputFile input in context.Inputs.Values.SelectMany(i => i))
                inputs[InRun(input.Artifact)] = RunInput.CopyOf(input.Path);
        JobOrder order = JobOrder.Of(
            place.CampaignDirectory, place.IsStaged ? place.RunDirectory : store.Root,
            context with { RunDirectory = place.RunDirectory, CheckpointDirectory = place.CheckpointDirectory });
        inputs[JobOrder.FileName] = RunInput.Bytes(order.Encode());
        return new JobWork(place.Site.Program, new ProgramRun
        {
            Arguments = ["attempt", Path.Combine(place.RunDirectory, JobOrder.FileName)],
            Inputs = inputs,
            Watched = [new WatchedFile(JobProgress.FileName)],
        });
    }

    public (double Fraction, string Note)? Watch(OperationContext context, IReadOnlyDictionary<string, string> tails) =>
        tails.TryGetValue(JobProgress.FileName, out string? line) ? JobProgress.Parse(line) : null;

    /// <summary>The operation keeps its checkpoints itself.</summary>
    public bool LeftOff(OperationContext context, string directory) => false;

    public AttemptExit Collect(OperationContext context, JobEnd end)
    {
        JobExit? how = end.Exit;
        end.Files.Get(JobResult.FileName, ResultLimit);
        end.Files.Get(JobFile.Log, LogLimit);
        if (JobResult.Read(context.RunDirectory) is not { } result)
            return new AttemptExit.Failed($"The program left no result{(how is null ? "" : $" and ended on {how.Host} with code {how.Code}")}.{Tail(context.RunDirectory)}", FindingKeys.JobFailed);
        AttemptExit exit = result.ToExit();
        if (exit is AttemptExit.Completed made)
            foreach (ArtifactRef output in made.Outputs.Values.Where(o => !store.IsWhole(o)))
                TakeIn(output, end.Files);
        if (exit is AttemptExit.Completed done && done.Outputs.FirstOrDefault(o => !store.IsWhole(o.Value)) is { Value: { } damaged })
            return new AttemptExit.EnvironmentFault(FindingKeys.Io, $"The job's result names artifact {damaged.Sha256}, which is not whole in {store.Root}.");
        return exit;
    }

    /// <summary>Where the job's store is its run directory.</summary>
    private void TakeIn(ArtifactRef output, IRunFiles files)
    {
        if (files.Get(InRun(output), Math.Min(output.Bytes, OutputLimit)) is not { } path)
            return;
        store.AddFile(path, output.Kind);
        File.Delete(path);
    }

    /// <summary>An artifact's name in a run directory that is a store.</summary>
    private string InRun(ArtifactRef artifact) => Path.GetRelativePath(store.Root, store.PathOf(artifact));

    private static string Tail(string directory)
    {
        string log = Path.Combine(directory, JobFile.Log);
        if (!File.Exists(log))
            return "";
        string text = File.ReadAllText(log).Trim();
        return text.Length == 0 ? "" : $" {JobFile.Log} ends with: {(text.Length > LogTail ? text[^LogTail..] : text)}";
    }
}
