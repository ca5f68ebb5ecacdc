using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Actors.Scheduling;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Tasks;

internal static class TaskMessages
{
    /// <summary>To the stage, once recovered: what should I do?</summary>
    public sealed record Hello(TaskId Task, TaskState State) : INoSerializationVerificationNeeded;

    /// <summary>To the stage, after every change.</summary>
    public sealed record Moved(TaskId Task, TaskState State) : INoSerializationVerificationNeeded;

    /// <summary>From the stage: the inputs are there. A concluded task of an earlier round starts again.</summary>
    public sealed record Assign(TaskAssignment Assignment, int Round, string? ReopenReason) : INoSerializationVerificationNeeded;

    /// <summary>From the stage: give up the present attempt, and start none until assigned again.</summary>
    /// <param name="KeepJobs">Jobs outside go on: only this process stops.</param>
    public sealed record Hold(string Reason, bool KeepJobs = false) : INoSerializationVerificationNeeded;

    /// <summary>To the stage: no attempt of mine counts any more.</summary>
    public sealed record Held(TaskId Task) : INoSerializationVerificationNeeded;

    /// <summary>Somebody's wish; the answer goes to <paramref name="ReplyTo"/>.</summary>
    public sealed record Control(CampaignVerb Verb, string Reason, int Round, string? ReopenReason, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}

/// <summary>
/// Carries one task through its life. What it does next follows from its recovered state and its assignment alone (<see cref="Drive"/>),
/// so that after a crash it goes on as if nothing had happened.
/// </summary>
internal sealed class TaskActor : ReceivePersistentActor, IWithTimers
{
    private readonly Runtime _runtime;
    private readonly TaskId _task;
    private readonly IActorRef _stage;
    private readonly IActorRef _broker;
    private TaskState _state = TaskState.New;
    private TaskMessages.Assign? _assigned;
    private IActorRef? _attempt;
    private IActorRef? _reaper; // of the job that was given up
    private bool _holding;
    private TaskAssignment? _executed; // by the attempt that runs
    private int? _asked; // the attempt cores were asked for

    public TaskActor(Runtime runtime, TaskId task, IActorRef stage, IActorRef broker)
    {
        _runtime = runtime;
        _task = task;
        _stage = stage;
        _broker = broker;
        PersistenceId = PersistenceIds.OfTask(runtime.CampaignId, task);

        Recover<ITaskEvent>(e => _state = _state.Apply(e));
        Command<TaskMessages.Assign>(m =>
        {
            _assigned = m;
            Drive();
        });
        Command<TaskMessages.Hold>(OnHold);
        Command<TaskMessages.Control>(OnControl);
        Command<BrokerMessages.Granted>(OnGranted);
        Command<AttemptActor.Ended>(m => Decide(new TaskCommands.Exit(m.Attempt, m.How, _executed))); // refused if it was given up
        Command<JobActor.Accepted>(m => Decide(new TaskCommands.Submit(m.Attempt, m.Job.Name.ToString(), m.Job.Id, m.Job.SubmittedAt, m.Adopted, m.Script)));
        Command<JobActor.Began>(m => Decide(new TaskCommands.Start(m.Attempt, m.Lease, _state.Job?.Site ?? "")));
        Command<JobReaper.Gone>(m => Decide(new TaskCommands.EndJob(m.Attempt, m.How)));
        Command<RetryDue>(_ => Drive());
        Command<Terminated>(m => m.ActorRef.Equals(_attempt), _ =>
        {
            _attempt = null;
            Drive();
        });
        Command<Terminated>(m => m.ActorRef.Equals(_reaper), _ =>
        {
            _reaper = null;
            Drive();
        });
        Command<Terminated>(_ => { });
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReplaySuccess()
    {
        _stage.Tell(new TaskMessages.Hello(_task, _state));
        Drive();
    }

    // The default only logs, and the actor would go on as if the event had been written.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal rejected {@event.GetType().Name} of {_task}.", cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (JournalFile.IsUnreadable(reason))
            _runtime.Completion.TrySetException(reason.GetBaseException());
        base.OnRecoveryFailure(reason, message);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnHold(TaskMessages.Hold m)
    {
        _assigned = null;
        Timers.Cancel(RetryDue.Instance);
        bool job = _state.Job is not null;
        if (job && !m.KeepJobs && _state.Phase is TaskPhase.Intended or TaskPhase.Running || _state.Phase == TaskPhase.Running && !job)
            Decide(new TaskCommands.Lose(m.Reason));
        else
            LetGo();
        DeferAsync(m, _ =>
        {
            _holding = true;
            TellHeld(m.KeepJobs);
        });
    }

    /// <summary>Not before the job that was given up has ended.</summary>
    private void TellHeld(bool keepJobs)
    {
        if (!_holding || (!keepJobs && _state.AbandonedJob is { } job && _runtime.Sites.ContainsKey(job.Site)))
            return;
        _holding = false;
        _stage.Tell(new TaskMessages.Held(_task));
    }

    private void OnControl(TaskMessages.Control m)
    {
        if (!_state.Phase.IsTerminal() || m.Round <= _state.Round)
        {
            Grant(m);
            return;
        }
        Decide(new TaskCommands.Reopen(m.Round, m.ReopenReason ?? "wanted again")); // its stage opened it again, and nothing has told it yet
        DeferAsync(m, Grant);
    }

    private void Grant(TaskMessages.Control m)
    {
        TaskState before = _state;
        TaskDecision decision = Decide(m.Verb switch
        {
            CampaignVerb.Pause => new TaskCommands.Pause(m.Reason),
            CampaignVerb.Cancel => new TaskCommands.Cancel(m.Reason),
            _ => new TaskCommands.Continue(), // a retry that waits for its date is tried at once
        });
        var reply = new ControlReply(decision.Refusal is null, TaskAnswer.To(m.Verb, _task, before, decision.Refusal is null));
        DeferAsync(reply, m.ReplyTo.Tell); // not before it is all in the journal
    }

    private void OnGranted(BrokerMessages.Granted m)
    {
        _asked = null;
        bool wanted = _state.Phase == TaskPhase.Intended && m.Attempt == _state.Attempt && _assigned is not null;
        // The attempt before may have brought its result home after it was given up: cores are granted only once its thread has ended.
        TaskCommands.Reuse? known = wanted ? LookUp(_state.Fingerprint!) : null;
        if (wanted && known is null)
        {
            Decide(new TaskCommands.Start(m.Attempt, _runtime.Lease, _assigned!.Assignment.Spec.Site));
            return;
        }
        _broker.Tell(new BrokerMessages.Release(_task));
        if (known is not null)
            Decide(known);
    }

    private TaskDecision Decide(TaskCommand command)
    {
        TaskDecision decision = TaskDecider.Decide(_state, command, _runtime.Policy.Tasks, _runtime.Now);
        if (decision.Events.Count == 0)
            return decision;
        int left = decision.Events.Count;
        PersistAll(decision.Events, e =>
        {
            _state = _state.Apply(e);
            if (--left > 0)
                return;
            if (_state.Phase is not (TaskPhase.Intended or TaskPhase.Running))
                LetGo();
            else if (e is TaskEvents.Running && _state.Job is null)
                StartAttempt();
            if (e is TaskEvents.InputDamaged)
                _assigned = null; // the campaign assigns it again once the input is whole
            _stage.Tell(new TaskMessages.Moved(_task, _state));
            TellHeld(keepJobs: false);
            Drive();
        });
        return decision;
    }

    private void Drive()
    {
        Timers.Cancel(RetryDue.Instance);
        if (_state.AbandonedJob is { } job)
        {
            Reap(job);
            return;
        }
        if (_assigned is null)
            return;
        TaskAssignment assignment = _assigned.Assignment.With(_state.Corrected);
        switch (_state.Phase)
        {
            case TaskPhase.Planned or TaskPhase.CorrectionApplied:
            case TaskPhase.RetryScheduled when _state.IsDue(_runtime.Now):
                Begin(assignment);
                break;
            case TaskPhase.RetryScheduled:
                Timers.StartSingleTimer(RetryDue.Instance, RetryDue.Instance, _state.DueAt!.Value - _runtime.Now);
                break;
            case TaskPhase.Intended or TaskPhase.Running when _state.Job is not null && _state.Fingerprint != assignment.Fingerprint:
            case TaskPhase.Intended when _state.Fingerprint != assignment.Fingerprint:
            case TaskPhase.Running when _attempt is not null && _state.Fingerprint != assignment.Fingerprint:
                Decide(new TaskCommands.Lose("its parameters or inputs changed"));
                break;
            case TaskPhase.Intended or TaskPhase.Running when _state.Job is not null:
                FollowJob(assignment);
                break;
            case TaskPhase.Intended when _asked != _state.Attempt:
                _asked = _state.Attempt;
                _broker.Tell(new BrokerMessages.Ask(new CoreClaim(_task, _state.Attempt, assignment.Spec.Cores, assignment.Priority)));
                break;
            case TaskPhase.Running or TaskPhase.Exited or TaskPhase.Diagnosed or TaskPhase.Collected when _attempt is null:
                Decide(new TaskCommands.Lose("the process that ran it ended"));
                break;
            case TaskPhase.Done or TaskPhase.Failed or TaskPhase.Cancelled when _assigned.Round > _state.Round:
                Decide(new TaskCommands.Reopen(_assigned.Round, _assigned.ReopenReason ?? "wanted again"));
                break;
            case TaskPhase.Done:
                DropCheckpoints();
                if (_runtime.Sites.GetValueOrDefault(assignment.Spec.Site) is { IsStaged: true } site && StagedTask.Remains(_runtime.Directory, _task))
                    SiteGate.Of(Context.System, site.Name).Tell(new SiteMessages.Clear(_task), Self);
                break;
        }
    }

    private void Begin(TaskAssignment assignment)
    {
        if (LookUp(assignment.Fingerprint) is { } known)
            Decide(known);
        else
            Decide(new TaskCommands.Begin(
                assignment.Fingerprint, $"{_runtime.CampaignId}-{ShortHash(_task.Value)}", _runtime.Sites.ContainsKey(assignment.Spec.Site) ? assignment.Spec.Site : null));
    }

    private TaskCommands.Reuse? LookUp(string fingerprint) =>
        _runtime.Fingerprints.Find(fingerprint) is { } known ? new TaskCommands.Reuse(known.Fingerprint, known.Outputs, known.Summary) : null;

    private void StartAttempt()
    {
        (Runtime runtime, IActorRef broker) = (_runtime, _broker);
        _executed = _assigned!.Assignment.With(_state.Corrected);
        var order = new AttemptOrder(_executed, _state.Attempt);
        _attempt = Context.ActorOf(Props.Create(() => new AttemptActor(runtime, order, broker)), $"attempt-{_state.Attempt}");
        Context.Watch(_attempt);
    }

    /// <summary>The job is submitted or adopted, and followed to its end; it does not matter which process began that.</summary>
    private void FollowJob(TaskAssignment assignment)
    {
        if (_attempt is not null || Site(_state.Job!) is not { } site)
            return;
        (Runtime runtime, JobRef job) = (_runtime, _state.Job!);
        _executed = assignment;
        var order = new AttemptOrder(_executed, _state.Attempt)
        {
            MemoryMiB = _state.MemoryRaises.Count > 0 ? _state.MemoryRaises[^1] : null, FailedNodes = _state.FailedNodes,
        };
        _attempt = Context.ActorOf(Props.Create(() => new JobActor(runtime, site, order, job)));
        Context.Watch(_attempt);
    }

    private void Reap(JobRef job)
    {
        if (_reaper is not null || Site(job) is not { } site)
            return;
        (Runtime runtime, TaskId task) = (_runtime, _task);
        _reaper = Context.ActorOf(Props.Create(() => new JobReaper(runtime, site, task, job)));
        Context.Watch(_reaper);
    }

    private JobSite? Site(JobRef job)
    {
        if (_runtime.Sites.TryGetValue(job.Site, out JobSite? site))
            return site;
        Context.GetLogger().Warning("Job {Job} of {Task} is at site {Site}, which is not known any more", job.Id ?? job.Token, _task, job.Site);
        return null;
    }

    /// <summary>Stops an attempt that no longer counts, and gives up waiting for cores.</summary>
    private void LetGo()
    {
        if (_attempt is not null)
            Context.Stop(_attempt);
        _attempt = null;
        _executed = null;
        if (_asked is not null)
            _broker.Tell(new BrokerMessages.Withdraw(_task));
        _asked = null;
    }

    private void DropCheckpoints()
    {
        try
        {
            foreach (string path in _runtime.Directory.AllCheckpoints(_task).ToArray())
                Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Context.GetLogger().Warning(e, "Checkpoints of {Task} could not be deleted", _task);
        }
    }

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private sealed class RetryDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly RetryDue Instance = new();
    }
}
