using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Actors.Tasks;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Files;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>What is done for an attempt's job on this machine. All of it may block.</summary>
internal sealed class JobAttempt
{
    private readonly Runtime _runtime;
    private readonly JobSite _site;
    private readonly AttemptOrder _order;
    private readonly JobRef _job;
    private readonly string _directory;
    private readonly IJobOperation _operation;
    private readonly TraceReader _traces;
    private DateTimeOffset? _overSince;

    public JobAttempt(Runtime runtime, JobSite site, AttemptOrder order, JobRef job)
    {
        (_runtime, _site, _order, _job) = (runtime, site, order, job);
        _directory = runtime.Directory.Run(Task, order.Attempt);
        _operation = runtime.JobOperations.GetValueOrDefault(order.Assignment.Spec.Operation) ?? runtime.ProgramItself;
        _traces = new TraceReader(site.Files, _directory, runtime.Time);
        Log = new AttemptLog(runtime, Task, order.Attempt);
    }

    public TaskId Task => _order.Assignment.Spec.Id;

    public int Priority => _order.Assignment.Priority;

    public AttemptLog Log { get; }

    /// <summary>Writes the inputs, unless the job has begun: it reads them.</summary>
    /// <returns><see cref="JobActor.Prepared"/>, or how the attempt ended before it began.</returns>
    public object Prepare()
    {
        AtomicFile.CreateDirectory(_directory);
        AtomicFile.CreateDirectory(Checkpoints);
        if (_job.Id is null && AttemptRunner.Damaged(_runtime, _order.Assignment) is { } damaged)
            return damaged with { JobGone = false }; // one of that name may have been submitted by a process that died
        JobWork work = _operation.Prepare(Context, _site);
        TaskSpec task = _order.Assignment.Spec;
        var resources = new JobResources(
            _site.Walltime, Nodes: 1, TasksPerNode: 1, CpusPerTask: Math.Max(1, task.Cores), _order.MemoryMiB ?? _site.MemoryMiB,
            ExcludedNodes: [.. _order.FailedNodes.GroupBy(n => n).Where(g => g.Count() >= _site.NodeFailures).Select(g => g.Key)]);
        return new JobActor.Prepared(new JobRequest(
            JobName.Parse(_job.Token), _directory, resources, work.Command, work.Environment, _site.Modules, work.Stop));
    }

    public JobActor.Looked Look(JobIdentity? identity, SiteMessages.Seen seen)
    {
        try
        {
            JobTraces traces = _traces.Read(CancellationToken.None);
            // two jobs of one name: the one that holds the claim is the attempt
            JobSighting? sighting = seen.Jobs.LastOrDefault(j => j.Id == traces.Claim?.JobId)
                ?? (identity is null ? seen.Jobs.LastOrDefault() : seen.Jobs.LastOrDefault(identity.Matches));
            JobIdentity? job = sighting is { SubmittedAt: { } at } && sighting.Id != identity?.Id ? new JobIdentity(sighting.Id, JobName.Parse(_job.Token), at) : identity;
            _overSince = sighting is { } over && over.State.IsOver() ? _overSince ?? _runtime.Now : null;
            var evidence = new JobEvidence(job, sighting, traces, seen.Absence, _overSince is { } since ? _runtime.Now - since : TimeSpan.Zero);
            return new JobActor.Looked(evidence, _operation.Watch(Context), _overSince is not null && _site.Files.Read(Path.Combine(_directory, JobFile.Fence), 1024, CancellationToken.None) is not null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchedulerUnavailableException)
        {
            return new JobActor.Looked(null, null, false, e.Message);
        }
    }

    /// <summary>The result, on record under its fingerprint before the journal hears of it.</summary>
    public AttemptExit Collect(JobExit? how)
    {
        AttemptExit exit = _operation.Collect(Context, how);
        return exit is AttemptExit.Completed done ? AttemptRunner.Keep(_runtime, _order.Assignment, done) : exit;
    }

    private string Checkpoints => _runtime.Directory.Checkpoints(Task, _order.Assignment.Fingerprint);

    private OperationContext Context => new(
        _order.Assignment.Spec, AttemptRunner.Inputs(_runtime, _order.Assignment), _directory, Checkpoints, new ArtifactSink(_runtime.Artifacts), (_, _) => { })
    {
        Missing = _order.Assignment.Missing,
    };
}
