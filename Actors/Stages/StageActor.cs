using Akka.Actor;
using Akka.Persistence;
using Campaign.Actors.Hosting;
using Campaign.Actors.Tasks;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Stages;

internal static class StageMessages
{
    /// <summary>To the campaign, once recovered: all that has concluded here.</summary>
    public sealed record Recovered(string Stage, StageState State) : INoSerializationVerificationNeeded;

    public sealed record TaskConcluded(StageEvents.TaskConcluded What) : INoSerializationVerificationNeeded;

    public sealed record TaskReopened(TaskId Task) : INoSerializationVerificationNeeded;

    public sealed record TaskMoved(TaskId Task, TaskState State) : INoSerializationVerificationNeeded;

    /// <summary>From the campaign: its inputs are there, carry it out.</summary>
    public sealed record Release(TaskAssignment Assignment) : INoSerializationVerificationNeeded;

    /// <summary>From the campaign: a concluded task must run again.</summary>
    public sealed record Reopen(TaskId Task, string Reason, IActorRef? ReplyTo) : INoSerializationVerificationNeeded;

    /// <summary>To the campaign: no attempt of this stage counts any more.</summary>
    public sealed record Held(string Stage) : INoSerializationVerificationNeeded;

    /// <summary>From the campaign: give up all attempts, and start none until released again.</summary>
    public sealed record Hold(string Reason, bool KeepJobs) : INoSerializationVerificationNeeded;

    public sealed record Control(TaskId Task, CampaignVerb Verb, string Reason, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}

/// <summary>
/// Supervises the tasks of a stage. A concluded task has no actor: the stage remembers its result. A task that stops is started
/// again, ever more slowly, without touching its neighbours.
/// </summary>
internal sealed class StageActor : ReceivePersistentActor
{
    private readonly Runtime _runtime;
    private readonly string _stage;
    private readonly IActorRef _campaign;
    private readonly IActorRef _broker;
    private readonly Dictionary<TaskId, IActorRef> _supervisors = [];
    private readonly Dictionary<TaskId, IActorRef> _tasks = [];
    private readonly Dictionary<TaskId, TaskAssignment> _released = [];
    private readonly Dictionary<TaskId, StageMessages.Control> _controls = []; // wishes for tasks that are still recovering
    private readonly HashSet<TaskId> _holding = [];
    private StageState _state = StageState.New;

    public StageActor(Runtime runtime, string stage, IActorRef campaign, IActorRef broker)
    {
        _runtime = runtime;
        _stage = stage;
        _campaign = campaign;
        _broker = broker;
        PersistenceId = PersistenceIds.OfStage(runtime.CampaignId, stage);

        Recover<IStageEvent>(e => _state = _state.Apply(e));
        Command<StageMessages.Release>(OnRelease);
        Command<StageMessages.Reopen>(OnReopen);
        Command<StageMessages.Hold>(OnHold);
        Command<StageMessages.Control>(OnControl);
        Command<TaskMessages.Hello>(OnHello);
        Command<TaskMessages.Held>(m =>
        {
            _holding.Remove(m.Task);
            OnHeld();
        });
        Command<TaskMessages.Moved>(m => OnMoved(m.Task, m.State));
    }

    public override string PersistenceId { get; }

    protected override void OnReplaySuccess() => _campaign.Tell(new StageMessages.Recovered(_stage, _state));

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal rejected {@event.GetType().Name} of stage {_stage}.", cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (JournalFile.IsUnreadable(reason))
            _runtime.Completion.TrySetException(reason.GetBaseException());
        base.OnRecoveryFailure(reason, message);
    }

    private void OnRelease(StageMessages.Release m)
    {
        TaskId task = m.Assignment.Spec.Id;
        if (_state.Concluded.TryGetValue(task, out StageEvents.TaskConcluded? end))
        {
            _campaign.Tell(new StageMessages.TaskConcluded(end));
            return;
        }
        _released[task] = m.Assignment;
        Supervise(task);
        Assign(task);
    }

    private void OnReopen(StageMessages.Reopen m)
    {
        if (StageDecider.Reopen(_state, m.Task, m.Reason, _runtime.Now) is not { } reopened)
        {
            // It is open already, perhaps since a stage before this one, which ended before it could say so.
            _campaign.Tell(new StageMessages.TaskReopened(m.Task));
            m.ReplyTo?.Tell(new ControlReply(false, $"{m.Task} has not concluded."));
            return;
        }
        bool done = _state.Concluded[m.Task].Outcome == TaskOutcome.Done;
        Commit(reopened, () =>
        {
            _campaign.Tell(new StageMessages.TaskReopened(m.Task));
            m.ReplyTo?.Tell(new ControlReply(true, done
                ? $"{m.Task} was done and is opened again: its result is taken again where its files are whole, and made anew where not."
                : $"{m.Task} runs again."));
        });
    }

    private void OnHold(StageMessages.Hold m)
    {
        _released.Clear();
        _holding.UnionWith(_tasks.Keys);
        foreach (IActorRef task in _tasks.Values)
            task.Tell(new TaskMessages.Hold(m.Reason, m.KeepJobs));
        OnHeld();
    }

    private void OnHeld()
    {
        if (_holding.Count == 0)
            _campaign.Tell(new StageMessages.Held(_stage));
    }

    private void OnControl(StageMessages.Control m)
    {
        if (_state.Concluded.TryGetValue(m.Task, out StageEvents.TaskConcluded? end))
        {
            if (m.Verb == CampaignVerb.Retry)
                OnReopen(new StageMessages.Reopen(m.Task, m.Reason, m.ReplyTo));
            else
                m.ReplyTo.Tell(new ControlReply(false, $"{m.Task} is already {end.Outcome.ToString().ToLowerInvariant()}."));
            return;
        }
        Supervise(m.Task);
        if (_tasks.TryGetValue(m.Task, out IActorRef? task))
            task.Tell(new TaskMessages.Control(m.Verb, m.Reason, _state.Round(m.Task), _state.ReopenReason(m.Task), m.ReplyTo));
        else
            _controls[m.Task] = m;
    }

    private void OnHello(TaskMessages.Hello m)
    {
        _tasks[m.Task] = Sender;
        if (_controls.Remove(m.Task, out StageMessages.Control? wish))
            Sender.Tell(new TaskMessages.Control(wish.Verb, wish.Reason, _state.Round(wish.Task), _state.ReopenReason(wish.Task), wish.ReplyTo));
        Assign(m.Task);
        OnMoved(m.Task, m.State);
    }

    private void OnMoved(TaskId task, TaskState state)
    {
        _campaign.Tell(new StageMessages.TaskMoved(task, state));
        if (StageDecider.Conclude(_state, task, state, _runtime.Now) is { } concluded)
            Commit(concluded, () =>
            {
                Retire(task);
                _campaign.Tell(new StageMessages.TaskConcluded(concluded));
            });
    }

    private void Assign(TaskId task)
    {
        if (_released.TryGetValue(task, out TaskAssignment? assignment) && _tasks.TryGetValue(task, out IActorRef? actor))
            actor.Tell(new TaskMessages.Assign(assignment, _state.Round(task), _state.ReopenReason(task)));
    }

    private void Supervise(TaskId task)
    {
        if (_supervisors.ContainsKey(task))
            return;
        (Runtime runtime, IActorRef self, IActorRef broker) = (_runtime, Self, _broker);
        Props child = Props.Create(() => new TaskActor(runtime, task, self, broker)).WithDispatcher(Dispatchers.Tasks);
        // A task reopened while its former supervisor is still stopping needs a name of its own.
        string name = $"{task.Value.Replace('/', '~')}+{_state.Round(task)}";
        _supervisors[task] = Context.ActorOf(_runtime.Supervised(child, "task"), name);
    }

    private void Retire(TaskId task)
    {
        _released.Remove(task);
        _tasks.Remove(task);
        _holding.Remove(task);
        if (_supervisors.Remove(task, out IActorRef? supervisor))
            Context.Stop(supervisor);
    }

    private void Commit(IStageEvent happened, Action then)
    {
        if (_state.Stage is null)
            Persist(new StageEvents.Opened(_stage, happened.At), e => _state = _state.Apply(e));
        Persist(happened, e =>
        {
            _state = _state.Apply(e);
            then();
        });
    }
}
