using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Tasks;

/// <summary>One attempt of an assigned task.</summary>
internal sealed record AttemptOrder(TaskAssignment Assignment, int Attempt)
{
    /// <summary>What its job is to ask for, per node, because less was too little; null for what the site asks for.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>Nodes that failed under the task, once for every time.</summary>
    public IReadOnlyList<string> FailedNodes { get; init; } = [];
}

/// <summary>Executes an attempt on the calling thread, and turns every way it can end into an <see cref="AttemptExit"/>.</summary>
internal static class AttemptRunner
{
    public static AttemptExit Run(
        Runtime runtime, AttemptOrder order, AttemptLog log, Action<double, string> progress, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        AttemptExit exit = Execute(runtime, order, log, findings, progress, cancellation);
        // An input may be lost while it is being read; then the failure says nothing about the work.
        if (exit is AttemptExit.Failed && Damaged(runtime, order.Assignment) is { } damaged)
            exit = damaged;
        return exit with { Findings = findings };
    }

    private static AttemptExit Execute(
        Runtime runtime, AttemptOrder order, AttemptLog log, List<Finding> findings, Action<double, string> progress, CancellationToken cancellation)
    {
        TaskAssignment assignment = order.Assignment;
        TaskSpec task = assignment.Spec;
        string directory = runtime.Directory.Run(task.Id, order.Attempt);
        try
        {
            // Not flushed: what a cut of power takes of it was an attempt that the journal says has begun, and that never begins again.
            Directory.CreateDirectory(directory);
            if (!Claim(directory, runtime.Lease))
                return new AttemptExit.Interrupted($"attempt {order.Attempt} had been executed before");
            if (!runtime.Operations.TryGetValue(task.Operation, out IOperation? operation))
                return new AttemptExit.Failed($"No operation '{task.Operation}' is built in. Known: {string.Join(", ", runtime.Operations.Keys.Order())}.");
            if (Damaged(runtime, assignment) is { } damaged)
                return damaged;
            string checkpoints = runtime.Directory.Checkpoints(task.Id, assignment.Fingerprint);
            var context = new OperationContext(task, Inputs(runtime, assignment), directory, checkpoints, new ArtifactSink(runtime.Artifacts), progress)
            {
                Missing = assignment.Missing,
                Notice = Notice,
            };
            AttemptExit exit = OperationRunner.Run(operation, context, log, cancellation);
            return exit switch
            {
                AttemptExit.Completed done => Keep(runtime, assignment, done),
                AttemptExit.EnvironmentFault fault => MakeRoom(directory, fault),
                _ => exit,
            };
        }
        catch (Exception e)
        {
            AttemptExit exit = OperationRunner.ExitBy(e, log, $"'{task.Operation}'");
            return exit is AttemptExit.EnvironmentFault fault ? MakeRoom(directory, fault) : exit;
        }

        void Notice(string key, string text)
        {
            log.Write(text);
            findings.Add(new Finding(key, text));
        }
    }

    // Every further attempt on a full disk would fill it more.
    private static AttemptExit.EnvironmentFault MakeRoom(string directory, AttemptExit.EnvironmentFault fault)
    {
        try
        {
            Housekeeping.ClearScratch(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // what could not be cleared away now is at the next start
        }
        return fault;
    }

    // An attempt runs once. Who finds the claim taken must not touch what the other one writes.
    private static bool Claim(string directory, string lease)
    {
        string path = Path.Combine(directory, CampaignDirectory.Claim);
        if (File.Exists(path))
            return false;
        using var claim = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        claim.WriteLine(lease);
        return true;
    }

    public static Dictionary<string, IReadOnlyList<InputFile>> Inputs(Runtime runtime, TaskAssignment assignment) =>
        assignment.Inputs
            .GroupBy(i => i.Name)
            .ToDictionary(g => g.Key, IReadOnlyList<InputFile> (g) =>
                [.. g.Select(i => new InputFile(i.Artifact, runtime.Artifacts.PathOf(i.Artifact)) { From = i.From })]);

    /// <summary>The first input that is not whole in the store; null when all are. A file of the campaign is taken from the user's folder again.</summary>
    public static AttemptExit? Damaged(Runtime runtime, TaskAssignment assignment)
    {
        foreach (ResolvedInput input in assignment.Inputs.DistinctBy(i => i.Artifact))
        {
            try
            {
                runtime.Artifacts.Verified(input.Artifact);
            }
            catch (DamagedArtifactException e) when (input.From is { } producer)
            {
                return new AttemptExit.InputDamaged(input.Artifact, producer, $"{e.Message}. It is input '{input.Name}'; {producer} makes it again.");
            }
            catch (DamagedArtifactException e)
            {
                InputSource.File file = assignment.Spec.Inputs.Select(i => i.Source).OfType<InputSource.File>().First(f => f.Artifact == input.Artifact);
                if (runtime.Files.Take(file) is { } refusal)
                    return new AttemptExit.Failed($"{e.Message}. {refusal}");
            }
        }
        return null;
    }

    // The result is on record under its fingerprint before the journal hears of it: a crash in between costs nothing but a look-up.
    public static AttemptExit.Completed Keep(Runtime runtime, TaskAssignment assignment, AttemptExit.Completed done)
    {
        runtime.Fingerprints.Put(new StoredResult(
            assignment.Fingerprint, assignment.Spec.Id, assignment.Spec.Operation, done.Outputs, done.Summary, runtime.Now));
        return done;
    }
}
