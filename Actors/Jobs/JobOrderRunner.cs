using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>Carries out an order inside its job.</summary>
public static class JobOrderRunner
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs it on the calling thread and leaves <see cref="JobResult"/> in the run directory.</summary>
    /// <param name="say">Takes lines for the job's log.</param>
    /// <param name="cancellation">The job is about to end: save a checkpoint.</param>
    public static JobResult Run(JobOrder order, IReadOnlyList<IOperation> operations, TimeProvider time, Action<string> say, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        AttemptExit exit = Execute(order, operations, time, say, findings, cancellation);
        JobResult result = JobResult.Of(exit with { Findings = findings });
        result.Write(order.RunDirectory);
        return result;
    }

    private static AttemptExit Execute(
        JobOrder order, IReadOnlyList<IOperation> operations, TimeProvider time, Action<string> say, List<Finding> findings, CancellationToken cancellation)
    {
        if (operations.FirstOrDefault(o => o.Name == order.Operation) is not { } operation)
            return new AttemptExit.Failed($"No operation '{order.Operation}' is built into the program of site {order.Site}. Is it of the same version as the one that drives the campaign?");
        var store = new ArtifactStore(order.Store);
        foreach (JobOrder.Input input in order.Inputs.DistinctBy(i => i.Artifact))
        {
            try
            {
                store.Verified(input.Artifact);
            }
            catch (DamagedArtifactException e) when (input.From is { } producer)
            {
                return new AttemptExit.InputDamaged(input.Artifact, producer, $"{e.Message}. It is input '{input.Name}'; {producer} makes it again.");
            }
            catch (DamagedArtifactException e)
            {
                return new AttemptExit.EnvironmentFault(FindingKeys.DamagedArtifact, e.Message);
            }
        }
        DateTimeOffset shown = default;
        var spec = new TaskSpec(order.Task, order.Operation, order.Version, order.Engine, order.Site, order.Parameters, [], order.Cores, 0, 0);
        var context = new OperationContext(
            spec,
            order.Inputs.GroupBy(i => i.Name).ToDictionary(g => g.Key, IReadOnlyList<InputFile> (g) => [.. g.Select(i => new InputFile(i.Artifact, store.PathOf(i.Artifact)) { From = i.From })]),
            order.RunDirectory, order.CheckpointDirectory, new ArtifactSink(store), Progress)
        {
            Missing = order.Missing,
            Notice = (key, text) =>
            {
                say(text);
                findings.Add(new Finding(key, text));
            },
        };
        return OperationRunner.Run(operation, context, new Said(say), cancellation);

        void Progress(double fraction, string note)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (now - shown < ProgressInterval)
                return;
            shown = now;
            JobProgress.Write(order.RunDirectory, fraction, note);
        }
    }

    private sealed class Said(Action<string> say) : IAttemptLog
    {
        public string Path => Campaign.Compute.Engines.Scheduling.JobFile.Log;

        public bool Write(string line)
        {
            say(line);
            return true;
        }
    }
}
