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
internal sealed record AttemptOrder(TaskAssignment Assignment, int Attempt);

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
            OperationOutcome outcome = operation.Run(
                new OperationContext(task, Inputs(runtime, assignment), directory, checkpoints, new Sink(runtime.Artifacts), progress)
                {
                    Missing = assignment.Missing,
                    Notice = Notice,
                },
                cancellation);
            return outcome switch
            {
                OperationOutcome.Completed done => Keep(runtime, assignment, done),
                OperationOutcome.Failed failed => new AttemptExit.Failed(failed.Reason, failed.Key),
                _ => throw new InvalidOperationException($"{task.Operation} ended by {outcome.GetType().Name}."),
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new AttemptExit.Interrupted("stopped on request");
        }
        catch (InvalidDataException e)
        {
            return new AttemptExit.Failed(e.Message);
        }
        catch (Exception e) when (IsEnvironment(e))
        {
            MakeRoom(directory);
            return new AttemptExit.EnvironmentFault(Key(e), e.Message);
        }
        catch (Exception e)
        {
            log.Write(e.ToString());
            return new AttemptExit.Failed($"{e.GetType().Name}: {e.Message} (an error in '{task.Operation}'; the stack is in {log.Path})");
        }

        void Notice(string key, string text)
        {
            log.Write(text);
            findings.Add(new Finding(key, text));
        }
    }

    // Every further attempt on a full disk would fill it more.
    private static void MakeRoom(string directory)
    {
        try
        {
            Housekeeping.ClearScratch(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // what could not be cleared away now is at the next start
        }
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

    private static bool IsEnvironment(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException or EndOfStreamException or PathTooLongException => false,
        IOException or OutOfMemoryException or UnauthorizedAccessException => true,
        AggregateException many => many.InnerExceptions.All(IsEnvironment),
        _ => JournalFile.IsEnvironment(e),
    };

    private static string Key(Exception e) => e switch
    {
        OutOfMemoryException => FindingKeys.Memory,
        UnauthorizedAccessException => FindingKeys.Permission,
        _ => FindingKeys.Io,
    };

    private static Dictionary<string, IReadOnlyList<InputFile>> Inputs(Runtime runtime, TaskAssignment assignment) =>
        assignment.Inputs
            .GroupBy(i => i.Name)
            .ToDictionary(g => g.Key, IReadOnlyList<InputFile> (g) =>
                [.. g.Select(i => new InputFile(i.Artifact, runtime.Artifacts.PathOf(i.Artifact)) { From = i.From })]);

    /// <summary>The first input that is not whole in the store; null when all are. A file of the campaign is taken from the user's folder again.</summary>
    private static AttemptExit? Damaged(Runtime runtime, TaskAssignment assignment)
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
    private static AttemptExit.Completed Keep(Runtime runtime, TaskAssignment assignment, OperationOutcome.Completed done)
    {
        runtime.Fingerprints.Put(new StoredResult(
            assignment.Fingerprint, assignment.Spec.Id, assignment.Spec.Operation, done.Outputs, done.Summary, runtime.Now));
        return new AttemptExit.Completed(done.Outputs, done.Summary);
    }

    private sealed class Sink(ArtifactStore store) : IArtifactSink
    {
        public ArtifactRef AddFile(string path, string kind) => store.AddFile(path, kind);

        public ArtifactRef AddText(string text, string kind) => store.AddText(text, kind);
    }
}
