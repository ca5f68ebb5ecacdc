using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Actors.Tasks;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Executes one attempt as a job outside: prepares it, has it submitted or adopted, follows it, and tells its parent how it ended. Not
/// persistent: it finds all it needs on disk and at the scheduler, so another process may go on at any point. Stopping it touches no job.
/// </summary>
internal sealed class JobActor : ReceiveActor, IWithTimers
{
    private readonly Runtime _runtime;
    private readonly JobSite _site;
    private readonly ICanTell _gate;
    private readonly JobAttempt _attempt;
    private readonly JobName _token;
    private readonly CancellationTokenSource _cancellation = new();
    private JobRef _job;
    private Prepared? _prepared;
    private JobName? _pack;
    private JobIdentity? _identity;
    private bool _began;
    private bool _collecting;
    private Func<object>? _work;
    private string? _said;

    public JobActor(Runtime runtime, JobSite site, AttemptOrder order, JobRef job)
    {
        (_runtime, _site, _job) = (runtime, site, job);
        _gate = SiteGate.Of(Context.System, site.Name);
        _attempt = new JobAttempt(runtime, site, order, job);
        _token = JobName.Parse(job.Token);
        _pack = job.Pack is { } pack ? JobName.Parse(pack) : null;
        if (job is { Id: { } id, SubmittedAt: { } at })
            _identity = new JobIdentity(id, Name, at);

        Receive<Prepared>(OnPrepared);
        Receive<SiteMessages.Replied>(OnReply);
        Receive<SiteMessages.Seen>(OnSeen);
        Receive<SubmitDue>(_ => Submit());
        Receive<WorkDue>(_ => Work(_work!));
        Receive<AttemptExit>(End);
        Receive<Status.Failure>(m =>
        {
            Exception cause = m.Cause is AggregateException { InnerExceptions: [var only] } ? only : m.Cause;
            if (cause is SchedulerUnavailableException)
            {
                Say($"site {_site.Name} is not reached, and is tried again: {cause.Message}");
                Timers.StartSingleTimer(WorkDue.Instance, WorkDue.Instance, _site.Patience.Settle);
                return;
            }
            // it may have been submitted, by this process or one before
            End(OperationRunner.ExitBy(cause, _attempt.Log, $"the job of {_attempt.Task}") with { JobGone = false });
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>What the scheduler calls the job.</summary>
    private JobName Name => _pack ?? _token;

    /// <summary>To the parent: the scheduler has the job.</summary>
    internal sealed record Accepted(int Attempt, JobIdentity Job, bool Adopted, ArtifactRef? Script) : INoSerializationVerificationNeeded;

    /// <summary>To the parent: the job works.</summary>
    internal sealed record Began(int Attempt, string Lease) : INoSerializationVerificationNeeded;

    protected override void PreStart() => Work(_attempt.Prepare);

    protected override void PostStop() => _cancellation.Cancel();

    private void Work(Func<object> work)
    {
        _work = work;
        Blocking.Run(work).PipeTo(Self);
    }

    private void OnPrepared(Prepared m)
    {
        _prepared = m;
        _pack ??= m.Pack;
        if (_identity is null)
            Submit();
        else
            Follow();
    }

    private void Submit() => _gate.Tell(new SiteMessages.Submit(_prepared!.Request, _attempt.Priority) { Pack = _pack, Alone = _prepared.Alone }, Self);

    private void Follow() => _gate.Tell(new SiteMessages.Watch(Name, _job.IntendedAt, _prepared!.Look) { IsPack = _pack is not null }, Self);

    private void OnReply(SiteMessages.Replied m)
    {
        _pack = m.Pack;
        switch (m.Reply)
        {
            case SubmitReply.Accepted accepted:
                _identity = accepted.Job;
                _job = _job with { Id = accepted.Job.Id, SubmittedAt = accepted.Job.SubmittedAt };
                if (accepted.Remark is { } remark)
                    Say(remark);
                Context.Parent.Tell(new Accepted(_job.Attempt, accepted.Job, accepted.Adopted, _prepared!.Script));
                Follow();
                break;
            case SubmitReply.Refused refused:
                End(new AttemptExit.Failed($"Site {_site.Name} does not take the job of {_attempt.Task}{(_pack is null ? "" : " and others")}: {refused.Reason} Mend the site file or the task's resources, then retry.", FindingKeys.Refused));
                break;
            case SubmitReply.Orphaned orphaned:
                End(new AttemptExit.Unfinished(FindingKeys.Lost, orphaned.Reason) { JobGone = false });
                break;
            case SubmitReply.Unknown unknown:
                Say($"whether {Name} was submitted is not known ({unknown.Reason}); it is looked for before anything else");
                Timers.StartSingleTimer(SubmitDue.Instance, SubmitDue.Instance, _site.Patience.Settle);
                break;
        }
    }

    private void OnSeen(SiteMessages.Seen seen)
    {
        if (_collecting)
            return;
        Looked m = _attempt.Look(_identity, Name, seen);
        if (m.Silence is { } silence)
        {
            Say($"its run directory cannot be looked at: {silence}");
            return;
        }
        if (m.Evidence!.Traces.Claimed || m.Evidence is { Pack: null, Sighting.State: JobState.Running })
            Begin(m.Evidence);
        JobVerdict verdict = JobVerdict.Decide(m.Evidence, _site.Patience);
        switch (verdict.Action)
        {
            case JobAction.Wait:
                Say(verdict.Reason);
                if (m.Progress is { } progress)
                    _runtime.Progress.Report(new CampaignProgress.TaskWorking(_attempt.Task, progress.Fraction, progress.Note));
                break;
            case JobAction.Diagnose when m.Evidence is { Pack: not null, Traces.Claimed: false }: // there is nothing of its own to look at
                End(new AttemptExit.Failed(verdict.Reason, FindingKeys.JobFailed) { JobGone = !verdict.Fence });
                break;
            case JobAction.Collect or JobAction.Diagnose:
                Collect(m.Evidence.Traces.Exit, verdict);
                break;
            case JobAction.NextSegment:
                End(new AttemptExit.Unfinished(FindingKeys.Walltime, verdict.Reason) { JobGone = !verdict.Fence });
                break;
            case JobAction.NewAttempt:
                End(new AttemptExit.Unfinished(FindingKeys.Lost, verdict.Reason, verdict.BadNode) { JobGone = !verdict.Fence });
                break;
            case JobAction.RetryLater:
                End(new AttemptExit.EnvironmentFault(FindingKeys.Lost, verdict.Reason) { JobGone = !verdict.Fence });
                break;
            case JobAction.Follow:
                _identity = (m.Evidence.Pack ?? m.Evidence.Traces).Claim is { } owner ? new JobIdentity(owner.JobId, Name, _job.IntendedAt) : _identity;
                Say(verdict.Reason);
                break;
            case JobAction.SubmitAgain when _identity is null:
                Submit();
                break;
            case JobAction.SubmitAgain: // accepted and forgotten: a scheduler that remembers it after all must find the directory fenced
                End(new AttemptExit.Unfinished(FindingKeys.Lost, verdict.Reason) { JobGone = false });
                break;
            case JobAction.RaiseMemory:
                End(new AttemptExit.OutOfMemory(verdict.Reason, _prepared!.Request.Resources.MemoryMiB) { JobGone = !verdict.Fence });
                break;
            case JobAction.Cancelled when m.Evidence.Traces.Fenced: // on our own wish, while nobody drove the campaign
                End(new AttemptExit.Unfinished(FindingKeys.Lost, "its job was ended on request") { JobGone = !verdict.Fence });
                break;
            case JobAction.Cancelled:
                End(new AttemptExit.Withdrawn(verdict.Reason) { JobGone = !verdict.Fence });
                break;
            default:
                throw new InvalidOperationException($"A job's verdict '{verdict.Action}' is not known.");
        }
    }

    private void Begin(JobEvidence evidence)
    {
        if (_began || _identity is null)
            return;
        _began = true;
        string node = evidence.Traces.Claim?.Host ?? evidence.Sighting?.Node ?? "";
        Context.Parent.Tell(new Began(_job.Attempt, $"{_site.Name}:{_identity.Id}{(node.Length > 0 ? $"@{node}" : "")}"));
    }

    private void Collect(JobExit? exit, JobVerdict verdict)
    {
        _collecting = true;
        (JobAttempt attempt, bool gone) = (_attempt, !verdict.Fence);
        Work(() => Judged(attempt.Collect(exit), exit, verdict) with { JobGone = gone });
    }

    /// <summary>Where not even the job's script could leave a word, no result is no fault of the work.</summary>
    private static AttemptExit Judged(AttemptExit collected, JobExit? exit, JobVerdict verdict) =>
        exit is null && collected is AttemptExit.Failed failed ? new AttemptExit.EnvironmentFault(FindingKeys.Lost, $"{verdict.Reason} {failed.Reason}") : collected;

    private void End(AttemptExit how)
    {
        Context.Parent.Tell(new AttemptActor.Ended(_job.Attempt, how));
        Context.Stop(Self);
    }

    private void Say(string what)
    {
        if (what == _said)
            return;
        _said = what;
        if (!_attempt.Log.Write(what))
            Context.GetLogger().Warning("The log of {Task} could not be written", _attempt.Task);
        _runtime.Progress.Report(new CampaignProgress.TaskWorking(_attempt.Task, 0, what));
    }

    /// <summary>The inputs are in place.</summary>
    /// <param name="Script">The job's script, in the store.</param>
    /// <param name="Pack">The pack that the attempt was promised to before.</param>
    /// <param name="Alone">A job of its own was, or may have been, submitted before.</param>
    internal sealed record Prepared(JobRequest Request, RunLook Look, ArtifactRef Script, JobName? Pack, bool Alone) : INoSerializationVerificationNeeded;

    /// <param name="Silence">Why there is no evidence.</param>
    internal sealed record Looked(JobEvidence? Evidence, (double Fraction, string Note)? Progress, string? Silence);

    private sealed class WorkDue : INoSerializationVerificationNeeded
    {
        public static readonly WorkDue Instance = new();
    }

    private sealed class SubmitDue : INoSerializationVerificationNeeded
    {
        public static readonly SubmitDue Instance = new();
    }
}
