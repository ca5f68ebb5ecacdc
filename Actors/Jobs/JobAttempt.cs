using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Actors.Tasks;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
using Campaign.Files;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>What is done for an attempt's job. Preparing and collecting may block, and may be repeated.</summary>
internal sealed class JobAttempt
{
    private readonly Runtime _runtime;
    private readonly JobSite _site;
    private readonly AttemptOrder _order;
    private readonly JobRef _job;
    private readonly JobFolder _folder;
    private readonly IJobOperation _operation;
    private readonly Segments _segments;
    private DateTimeOffset? _overSince;

    public JobAttempt(Runtime runtime, JobSite site, AttemptOrder order, JobRef job)
    {
        (_runtime, _site, _order, _job) = (runtime, site, order, job);
        _folder = FolderOf(order.Attempt);
        TaskSpec task = order.Assignment.Spec;
        _operation = runtime.JobOperations.GetValueOrDefault((task.Engine, task.Operation)) ?? runtime.ProgramItself;
        _segments = new Segments(runtime.Directory.Checkpoints(Task, order.Assignment.Lineage));
        Log = new AttemptLog(runtime, Task, order.Attempt);
    }

    public TaskId Task => _order.Assignment.Spec.Id;

    public int Priority => _order.Assignment.Priority;

    public AttemptLog Log { get; }

    /// <summary>Puts the inputs in place, once: a job that has begun reads them.</summary>
    /// <returns><see cref="JobActor.Prepared"/>, or how the attempt ended before it began.</returns>
    /// <exception cref="SchedulerUnavailableException">The site is not reached.</exception>
    public object Prepare()
    {
        AtomicFile.CreateDirectory(_folder.Local);
        AtomicFile.CreateDirectory(Checkpoints);
        bool fresh = _job.Id is null && PreparedRun.Read(_folder.Local) is null;
        if (_job.Id is null && AttemptRunner.Damaged(_runtime, _order.Assignment) is { } damaged)
            return damaged with { JobGone = false }; // one of that name may have been submitted by a process that died
        if (fresh && EarlierResult() is { } done)
            return done;
        if (fresh && KeepEarlier() is { } vain)
            return vain;
        if (fresh && _operation.Finished(Context, _segments.Before(_order.Attempt)) is { } whole)
        {
            Log.Write("what earlier attempts left is all there is to compute: their result is taken");
            return AttemptRunner.Keep(_runtime, _order.Assignment, whole);
        }
        JobWork work = _operation.Prepare(Context, Place);
        if (fresh)
        {
            _folder.Put(work.Run.Inputs);
            new PreparedRun(_order.Assignment.Fingerprint, _order.Assignment.Lineage, work.Run.Kept).Write(_folder.Local);
        }
        JobRequest request = Request(work);
        PackFolder packs = _site.Packs(_runtime.Directory, _runtime.CampaignId);
        return new JobActor.Prepared(
            request, new RunLook(_folder.OnSite, work.Run.Watched), _runtime.Artifacts.AddText(_site.Scheduler.Script(request), JobFile.Script),
            packs.PromiseOf(_folder.OnSite, CancellationToken.None), packs.WasSubmittedAlone(_folder.OnSite, CancellationToken.None));
    }

    /// <param name="name">What the scheduler calls the job.</param>
    public JobActor.Looked Look(JobIdentity? identity, JobName name, SiteMessages.Seen seen)
    {
        if (seen.Unreadable is { } why)
            return new JobActor.Looked(null, null, why);
        JobTraces traces = seen.Sight.Traces;
        // two jobs of one name: the one that holds the claim is the attempt
        JobSighting? sighting = seen.Jobs.LastOrDefault(j => j.Id == (traces.Claim ?? seen.Pack?.Traces.Claim)?.JobId)
            ?? (identity is null ? seen.Jobs.LastOrDefault() : seen.Jobs.LastOrDefault(identity.Matches));
        JobIdentity? job = sighting is { SubmittedAt: { } at } && sighting.Id != identity?.Id ? new JobIdentity(sighting.Id, name, at) : identity;
        _overSince = sighting is { } over && over.State.IsOver() ? _overSince ?? _runtime.Now : null;
        var evidence = new JobEvidence(job, sighting, traces, seen.Absence, _overSince is { } since ? _runtime.Now - since : TimeSpan.Zero) { Pack = seen.Pack?.Traces };
        return new JobActor.Looked(evidence, seen.Sight.Tails.Count > 0 ? _operation.Watch(Context, seen.Sight.Tails) : null, null);
    }

    /// <summary>The result, on record under its fingerprint before the journal hears of it.</summary>
    /// <exception cref="SchedulerUnavailableException">The site is not reached.</exception>
    public AttemptExit Collect(JobExit? how) => Collect(_order.Attempt, _folder, how);

    private AttemptExit Collect(int attempt, JobFolder folder, JobExit? how)
    {
        folder.TakeTraces();
        ProgramRun run = _operation.Prepare(Context, Place).Run;
        var end = new JobEnd(how, MemoryMiB, run.Outputs, _segments.Before(attempt), () => Keep(attempt, folder, run.Kept), folder);
        AttemptExit exit = _operation.Collect(Context with { RunDirectory = folder.Local }, end);
        return exit is AttemptExit.Completed done ? AttemptRunner.Keep(_runtime, _order.Assignment, done) : exit;
    }

    /// <summary>
    /// The result of an earlier attempt of the same computation whose job ended well after the attempt had been given up: it is not
    /// computed again.
    /// </summary>
    private AttemptExit.Completed? EarlierResult()
    {
        for (int attempt = _order.Attempt - 1; attempt > 0; attempt--)
        {
            JobFolder folder = FolderOf(attempt);
            if (PreparedRun.Read(folder.Local)?.Fingerprint != _order.Assignment.Fingerprint)
                continue;
            folder.TakeTraces();
            if (EndOf(folder.Local) is { Reason: JobExitReason.Ended, Code: 0 } end && Collect(attempt, folder, end) is AttemptExit.Completed done)
            {
                Log.Write($"attempt {attempt} had been given up, and ended well after all: its result is taken");
                return done;
            }
        }
        return null;
    }

    /// <summary>
    /// Takes what earlier attempts of the same work left to go on from: their jobs have ended by now, however that came about.
    /// </summary>
    /// <returns>How this attempt ends, where it would only repeat what the one before did in vain.</returns>
    private AttemptExit.Failed? KeepEarlier()
    {
        for (int attempt = 1; attempt < _order.Attempt; attempt++)
        {
            JobFolder folder = FolderOf(attempt);
            if (_segments.Has(attempt) || PreparedRun.Read(folder.Local) is not { Kept.Count: > 0 } run || run.Lineage != _order.Assignment.Lineage)
                continue;
            folder.TakeTraces();
            if (!Keep(attempt, folder, run.Kept) && attempt == _order.Attempt - 1 && run.Fingerprint == _order.Assignment.Fingerprint && EndOf(folder.Local) is { Reason: JobExitReason.Walltime } end)
                return new AttemptExit.Failed(
                    $"Attempt {attempt} had all of its walltime ({end.EndedAt - end.StartedAt:g}) and left nothing to go on from; another job would do the same. "
                    + $"Either the program hangs (see {Path.Combine(folder.Local, JobFile.Log)}) or walltimeHours of site {_site.Name} is too short. 'retry' tries once more.",
                    FindingKeys.Walltime);
        }
        return null;
    }

    private bool Keep(int attempt, JobFolder folder, IReadOnlyList<RunFile> kept)
    {
        if (_segments.Has(attempt))
            return true;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RunFile file in kept)
        {
            if (folder.Get(file.Name, file.LimitBytes) is { } path)
                files[file.Name] = path;
            else if (!file.Optional)
                return false;
        }
        return files.Count > 0 && _segments.Keep(attempt, files, directory => _operation.LeftOff(Context, directory));
    }

    private static JobExit? EndOf(string directory)
    {
        string path = Path.Combine(directory, JobFile.Exit);
        return File.Exists(path) ? JobExit.Read(File.ReadAllText(path)) : null;
    }

    private JobRequest Request(JobWork work)
    {
        NodeShare share = NodeShare.Of(Math.Max(1, _order.Assignment.Spec.Cores), work.RankPerCore, _site.CoresPerNode);
        var resources = new JobResources(
            _site.Walltime, share.Nodes, share.TasksPerNode, share.CpusPerTask, MemoryMiB,
            ExcludedNodes: [.. _order.FailedNodes.GroupBy(n => n).Where(g => g.Count() >= _site.NodeFailures).OrderByDescending(g => g.Count()).Select(g => g.Key)]);
        var environment = new Dictionary<string, string>(work.Run.Environment, StringComparer.Ordinal) { [AttemptVariable] = _job.Token };
        return new JobRequest(
            JobName.Parse(_job.Token), _folder.OnSite, resources, [.. work.Program, .. work.Run.Arguments], environment,
            [.. _site.Modules, .. work.Modules ?? []], work.Run.Stop, Before: work.Run.Before);
    }

    /// <summary>Tells a program whose work it is.</summary>
    private const string AttemptVariable = "CAMPAIGN_ATTEMPT";

    private int? MemoryMiB => _order.MemoryMiB ?? _site.MemoryMiB;

    private JobFolder FolderOf(int attempt) => new(_site, _runtime.Directory, _runtime.CampaignId, Task, attempt);

    private string Checkpoints => _runtime.Directory.Checkpoints(Task, _order.Assignment.Fingerprint);

    private JobPlace Place
    {
        get
        {
            CampaignDirectory there = _site.CampaignAt(_runtime.Directory, _runtime.CampaignId);
            return new JobPlace(_site, _folder.OnSite, there.Checkpoints(Task, _order.Assignment.Fingerprint), _segments.Before(_order.Attempt)) { CampaignDirectory = there.Root };
        }
    }

    private OperationContext Context => new(
        _order.Assignment.Spec, AttemptRunner.Inputs(_runtime, _order.Assignment), _folder.Local, Checkpoints, new ArtifactSink(_runtime.Artifacts), (_, _) => { })
    {
        Missing = _order.Assignment.Missing,
    };
}
