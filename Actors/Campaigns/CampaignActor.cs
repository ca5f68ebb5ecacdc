using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Campaign.Actors.Hosting;
using Campaign.Actors.Stages;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Campaigns;

internal static class CampaignMessages
{
    /// <summary>Somebody's wish; the sender gets a <see cref="ControlReply"/>.</summary>
    public sealed record Apply(ControlCommand Command) : INoSerializationVerificationNeeded;

    /// <summary>Stop in good order.</summary>
    public sealed record Drain(string Reason) : INoSerializationVerificationNeeded;
}

/// <summary>What the campaign is to be, by the file at hand.</summary>
/// <param name="WorkWanted">False: only apply wishes, start nothing.</param>
internal sealed record CampaignOrder(
    string Name,
    ArtifactRef Spec,
    ArtifactRef Plan,
    WorkflowGraph Graph,
    PlanDifference? Difference,
    IReadOnlyDictionary<string, string> Overrides,
    IReadOnlyList<string> Unset,
    bool WorkWanted);

/// <summary>
/// Releases tasks as soon as their inputs exist, across stages, and concludes when every task has settled. Like every actor
/// here it acts on recovered state only: the stages' conclusions make up the <see cref="Frontier"/>, and <see cref="Drive"/> reads it.
/// </summary>
internal sealed class CampaignActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(20);

    private readonly Runtime _runtime;
    private readonly CampaignOrder _order;
    private readonly IActorRef _broker;
    private readonly Dictionary<string, IActorRef> _stages = [];
    private readonly Dictionary<string, StageState> _recovered = []; // only until the frontier is made of them
    private readonly Dictionary<TaskId, TaskPhase> _released = [];
    private readonly HashSet<TaskId> _reopening = [];
    private readonly HashSet<string> _holding = [];
    private CampaignState _state = CampaignState.New;
    private Frontier? _frontier;
    private string? _draining;
    private bool _began;
    private bool _finished;
    private bool _held;
    private Action? _onHeld;
    private Action? _onReopened;
    private (IActorRef Asker, string After)? _answering; // one wish at a time

    public CampaignActor(Runtime runtime, CampaignOrder order, IActorRef broker)
    {
        _runtime = runtime;
        _order = order;
        _broker = broker;
        PersistenceId = PersistenceIds.OfCampaign(runtime.CampaignId);

        Recover<ICampaignEvent>(e => _state = _state.Apply(e));
        Command<StageMessages.Recovered>(OnStage);
        Command<StageMessages.TaskConcluded>(m =>
        {
            _released.Remove(m.What.Task);
            _frontier?.Conclude(m.What);
            Drive();
        });
        Command<StageMessages.TaskReopened>(m =>
        {
            _reopening.Remove(m.Task);
            _frontier?.Reopen(m.Task);
            WhenReopened();
            Drive();
        });
        Command<StageMessages.TaskMoved>(OnMoved);
        Command<StageMessages.Held>(m =>
        {
            _holding.Remove(m.Stage);
            WhenHeld();
        });
        Command<CampaignMessages.Apply>(m => OnWish(m.Command, Sender));
        Command<ControlReply>(m =>
        {
            _answering?.Asker.Tell(m.Accepted ? m with { Message = m.Message + _answering.Value.After } : m);
            _answering = null;
        });
        Command<CampaignMessages.Drain>(OnDrain);
        Command<DrainTimeout>(_ =>
        {
            _holding.Clear();
            WhenHeld();
        });
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReplaySuccess()
    {
        foreach (string stage in _order.Graph.Stages)
        {
            (Runtime runtime, IActorRef self, IActorRef broker) = (_runtime, Self, _broker);
            Context.ActorOf(_runtime.Supervised(Props.Create(() => new StageActor(runtime, stage, self, broker)), "stage"), stage);
        }
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal rejected {@event.GetType().Name} of the campaign.", cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (JournalFile.IsUnreadable(reason))
            _runtime.Completion.TrySetException(reason.GetBaseException());
        base.OnRecoveryFailure(reason, message);
    }

    private void OnStage(StageMessages.Recovered m)
    {
        _stages[m.Stage] = Sender;
        _recovered[m.Stage] = m.State;
        foreach (TaskId task in _released.Keys.Where(t => t.Stage == m.Stage).ToArray())
            _released.Remove(task); // a stage that was restarted has forgotten what it was given
        _reopening.RemoveWhere(t => t.Stage == m.Stage);
        if (_frontier is null && _recovered.Count == _order.Graph.Stages.Count)
        {
            _frontier = new Frontier(_state.Settings.Applied(_order.Graph), _runtime.Policy, _recovered.Values.SelectMany(s => s.Concluded.Values));
            _runtime.Progress.Report(new CampaignProgress.Loaded(Settled()));
            Begin();
        }
        else
            Drive();
    }

    private void ClearAway()
    {
        if (!_runtime.Live.IsEmpty)
            return; // attempts given up before this actor was restarted may still be writing
        try
        {
            bool NeedsNone(TaskId task) => !_order.Graph.Contains(task) || _frontier![task] is Verdict.Done;
            if (Housekeeping.Sweep(_runtime.Directory, _runtime.Artifacts.Root, NeedsNone, _runtime.Now) is { } done)
                Context.GetLogger().Info(done);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Context.GetLogger().Warning(e, "Leftovers could not be cleared away");
        }
    }

    private Dictionary<TaskId, TaskPhase> Settled()
    {
        var settled = new Dictionary<TaskId, TaskPhase>();
        foreach (TaskSpec task in _order.Graph.Tasks)
            if (_frontier![task.Id] switch { Verdict.Done => TaskPhase.Done, Verdict.Failed => TaskPhase.Failed, Verdict.Cancelled => TaskPhase.Cancelled, _ => (TaskPhase?)null } is { } phase)
                settled[task.Id] = phase;
        return settled;
    }

    private void Begin()
    {
        var events = new List<ICampaignEvent>();
        DateTimeOffset now = _runtime.Now;
        if (_order.WorkWanted)
        {
            foreach ((TaskId task, IEnumerable<ArtifactRef> artifacts) in _frontier!.Reports.ToArray()) // no task would ever notice
                if (artifacts.FirstOrDefault(a => !_runtime.Artifacts.IsWhole(a)) is { } damaged)
                    Reopen(CampaignDecider.Damaged(task, damaged));
            if (_state.Phase == CampaignPhase.New)
                events.Add(new CampaignEvents.Opened(_order.Name, _order.Spec, _order.Plan, now));
            else if (_state.Plan!.Sha256 != _order.Plan.Sha256 || _state.Spec!.Sha256 != _order.Spec.Sha256)
                events.Add(new CampaignEvents.Replanned(
                    _order.Spec, _order.Plan, _order.Difference?.Added ?? [], _order.Difference?.Removed ?? [], [.. (_order.Difference?.Changed ?? []).Select(c => c.Task)], now));
            foreach (string key in _order.Unset.Where(_state.Overrides.ContainsKey))
                events.Add(new CampaignEvents.ParameterUnset(key, now));
            foreach ((string key, string value) in _order.Overrides.OrderBy(o => o.Key, StringComparer.Ordinal))
                if (_state.Overrides.GetValueOrDefault(key) != value)
                    events.Add(new CampaignEvents.ParameterSet(key, value, now));
            if (_state.Phase != CampaignPhase.Paused && (!_frontier.AllSettled || _reopening.Count > 0 || _state.Phase != CampaignPhase.Concluded))
                events.Add(new CampaignEvents.Started(Environment.MachineName, Environment.ProcessId, now));
        }
        _began = true;
        Stash.UnstashAll();
        if (_order.WorkWanted && _state.Phase == CampaignPhase.Paused)
        {
            Commit(events, () => Finish(new CampaignOutcome.Stopped("the campaign is paused; 'continue' lets it go on")));
            return;
        }
        Commit(events, () =>
        {
            if (_order.WorkWanted)
                ClearAway(); // by the plan that is on record now
            Drive();
        });
    }

    private void OnMoved(StageMessages.TaskMoved m)
    {
        if (_released.ContainsKey(m.Task))
            _released[m.Task] = m.State.Phase;
        _runtime.Progress.Report(new CampaignProgress.TaskMoved(m.Task, m.State));
        if (m.State is { Phase: TaskPhase.Planned, DamagedInput: { } damage })
            MakeAgain(m.Task, damage);
        if (m.State.Phase.IsParked())
            Drive(); // it has left the window
    }

    /// <summary>A task is of no use before its damaged input is whole: its maker runs again, and then the task is released anew.</summary>
    private void MakeAgain(TaskId task, TaskEvents.InputDamaged damage)
    {
        _released.Remove(task);
        if (_frontier is not null && !_runtime.Artifacts.IsWhole(damage.Artifact) && CampaignDecider.MakeAgain(_frontier, damage) is { } maker)
            Reopen(maker);
        Drive();
    }

    private void Reopen(TaskProblem maker)
    {
        if (!_reopening.Add(maker.Task))
            return;
        _runtime.Progress.Report(new CampaignProgress.Notice(maker.Reason));
        Stage(maker.Task)?.Tell(new StageMessages.Reopen(maker.Task, maker.Reason, null));
    }

    private void Drive()
    {
        if (_frontier is null || !_began || !_order.WorkWanted || _finished || _draining is not null)
            return;
        foreach (TaskId task in _frontier.Stale.Where(_reopening.Add).ToArray())
            Stage(task)?.Tell(new StageMessages.Reopen(task, "its inputs or parameters changed", null));
        switch (_state.Phase)
        {
            case CampaignPhase.Concluded when !_frontier.AllSettled:
                Commit([new CampaignEvents.Reopened("there is work again", _runtime.Now)], Drive);
                return;
            case CampaignPhase.Concluded when _reopening.Count > 0:
                return;
            case CampaignPhase.Concluded:
                Finish(new CampaignOutcome.Concluded(_state.End!.Result, _state.End.Failed, _state.End.Blocked));
                return;
            case CampaignPhase.Cancelled:
                HoldAll("the campaign was cancelled", () => Finish(new CampaignOutcome.Stopped("the campaign was cancelled; 'retry' opens it again")));
                return;
            case CampaignPhase.Paused:
                if (!_held)
                    HoldAll("the campaign was paused", () => { });
                _held = true;
                return;
        }
        _held = false;
        Release();
        ICampaignEvent[] events = [.. CampaignDecider.StagesConcluded(_state, _frontier, _runtime.Now)];
        if (_frontier.AllSettled && _reopening.Count == 0)
            events = [.. events, CampaignDecider.Conclude(_frontier, _runtime.Now)];
        if (events.Length > 0)
            Commit(events, Drive);
    }

    private void Release()
    {
        foreach (TaskProblem blocked in _frontier!.TakeNewlyBlocked())
            _runtime.Progress.Report(new CampaignProgress.TaskBlocked(blocked.Task, blocked.Reason));
        int active = _released.Values.Count(p => !p.IsParked());
        foreach (TaskAssignment assignment in _frontier.Ready)
        {
            if (active >= _runtime.Window)
                return;
            TaskId task = assignment.Spec.Id;
            if (_released.ContainsKey(task) || Stage(task) is not { } stage)
                continue;
            if (assignment.Inputs.Any(i => i.From is { } maker && _reopening.Contains(maker)))
                continue; // what it needs is about to be made again
            _released[task] = TaskPhase.Planned;
            active++;
            stage.Tell(new StageMessages.Release(assignment));
        }
    }

    private IActorRef? Stage(TaskId task) => _stages.GetValueOrDefault(task.Stage);

    private void HoldAll(string reason, Action then)
    {
        _released.Clear();
        _onHeld = then;
        _holding.UnionWith(_stages.Keys);
        foreach (IActorRef stage in _stages.Values)
            stage.Tell(new StageMessages.Hold(reason));
        Timers.StartSingleTimer(DrainTimeout.Instance, DrainTimeout.Instance, DrainPatience);
        WhenHeld();
    }

    private void WhenHeld()
    {
        if (_holding.Count > 0 || _onHeld is not { } then)
            return;
        Timers.Cancel(DrainTimeout.Instance);
        _onHeld = null;
        then();
    }

    private void OnDrain(CampaignMessages.Drain m)
    {
        if (_finished || _draining is not null)
            return;
        _draining = m.Reason;
        HoldAll(m.Reason, () =>
        {
            ICampaignEvent[] events = _began && _state.Phase != CampaignPhase.New ? [new CampaignEvents.Stopped(m.Reason, _runtime.Now)] : [];
            Commit(events, () => Finish(new CampaignOutcome.Interrupted()));
        });
    }

    private void Finish(CampaignOutcome outcome)
    {
        _finished = true;
        _runtime.Completion.TrySetResult(outcome);
    }

    private void OnWish(ControlCommand wish, IActorRef asker)
    {
        if (_finished)
            return; // this process ends; the wish stays in its file for whoever holds the campaign next
        if (_frontier is null || !_began)
        {
            Stash.Stash();
            return;
        }
        string reason = $"{wish.Verb.ToString().ToLowerInvariant()} by {wish.By}";
        if (wish.Task is { } task)
            OnTaskWish(wish, task, reason, asker);
        else
            OnCampaignWish(wish.Verb, reason, asker);
    }

    private void OnTaskWish(ControlCommand wish, TaskId task, string reason, IActorRef asker)
    {
        CampaignVerb verb = wish.Verb;
        if (!_order.Graph.Contains(task) || Stage(task) is not { } stage)
        {
            asker.Tell(new ControlReply(false, $"There is no task {task}. 'status' lists them."));
            return;
        }
        if (verb == CampaignVerb.Set)
        {
            OnSet(task, wish, asker);
            return;
        }
        if (_frontier![task] is Verdict.Blocked blocked)
        {
            asker.Tell(new ControlReply(false, $"{task} is blocked: {blocked.Reason}. Retry {blocked.By} instead."));
            return;
        }
        if (verb == CampaignVerb.Retry && _state.Phase is CampaignPhase.Cancelled or CampaignPhase.Concluded)
        {
            bool cancelled = _state.Phase == CampaignPhase.Cancelled;
            Commit([new CampaignEvents.Reopened(reason, _runtime.Now)], () =>
            {
                _answering = (asker, $"{(cancelled ? " The campaign was cancelled and is open again: all that is not done goes on." : "")}{After(verb)}");
                if (IsConcluded(task))
                    ReopenFor(stage, task, reason);
                else
                    Self.Tell(new ControlReply(true, $"{task} goes on."));
                Drive();
            });
            return;
        }
        _answering = (asker, After(verb));
        if (verb == CampaignVerb.Retry && IsConcluded(task))
            ReopenFor(stage, task, reason);
        else
            stage.Tell(new StageMessages.Control(task, verb, reason, Self));
    }

    /// <summary>Until its stage has answered, the campaign must not conclude without it.</summary>
    private void ReopenFor(IActorRef stage, TaskId task, string reason)
    {
        _reopening.Add(task);
        stage.Tell(new StageMessages.Reopen(task, reason, Self));
    }

    private void OnSet(TaskId task, ControlCommand wish, IActorRef asker)
    {
        if (wish.Change is not { } change)
        {
            asker.Tell(new ControlReply(false, "Nothing to set: no KEY=VALUE came with the wish."));
            return;
        }
        (CampaignEvents.TaskParameterSet? happened, string? refusal) = CampaignDecider.Set(_state, _order.Graph, _frontier![task], task, change, wish.By, _runtime.Now);
        if (happened is null)
        {
            asker.Tell(new ControlReply(false, $"{refusal}."));
            return;
        }
        Commit([happened], () =>
        {
            _frontier = _frontier!.Over(_state.Settings.Applied(_order.Graph));
            _released.Remove(task); // it is given to its stage again, with the new value
            string said = $"{task}: {change}.";
            _runtime.Progress.Report(new CampaignProgress.Notice(said));
            asker.Tell(new ControlReply(true, said + After(CampaignVerb.Set)));
            Drive();
        });
    }

    private void OnCampaignWish(CampaignVerb verb, string reason, IActorRef asker)
    {
        TaskId[] again = [.. _frontier!.Failed.Select(p => p.Task)];
        TaskId[] waiting = [.. _released.Where(r => r.Value == TaskPhase.RetryScheduled).Select(r => r.Key)];
        (ICampaignEvent? happened, string? refusal) = CampaignDecider.Decide(_state, verb, again.Length + waiting.Length, reason, _runtime.Now);
        if (refusal is not null)
        {
            asker.Tell(new ControlReply(false, $"Nothing to do: {refusal}."));
            return;
        }
        string said = CampaignAnswer.To(verb, _state.Phase, verb == CampaignVerb.Retry ? [.. again, .. waiting] : Working(), _order.Graph.Tasks.Count - Done()) + After(verb);
        if (verb == CampaignVerb.Retry)
        {
            foreach (TaskId task in again.Where(_reopening.Add))
                Stage(task)?.Tell(new StageMessages.Reopen(task, reason, null));
            foreach (TaskId task in waiting)
                Stage(task)?.Tell(new StageMessages.Control(task, verb, reason, ActorRefs.Nobody));
        }
        Commit(happened is null ? [] : [happened], () =>
        {
            _runtime.Progress.Report(new CampaignProgress.Notice(said));
            _onReopened = () => asker.Tell(new ControlReply(true, said)); // not before it is all in the journal
            WhenReopened();
            Drive();
        });
    }

    private TaskId[] Working() => [.. _released.Where(r => r.Value == TaskPhase.Running).Select(r => r.Key)];

    private int Done() => _order.Graph.Stages.Sum(s => _frontier!.Tally(s).Done);

    /// <summary>What an answer must add: who goes on, and whether anything else is in the way.</summary>
    private string After(CampaignVerb verb)
    {
        if (verb is CampaignVerb.Pause or CampaignVerb.Cancel)
            return "";
        string root = _runtime.Directory.Root;
        bool held = _state.Phase == CampaignPhase.Paused && verb != CampaignVerb.Continue;
        return (held ? $" The campaign is paused: 'campaign continue {root}' lets it go on." : "")
            + (!_order.WorkWanted ? $" Nobody drives the campaign: 'campaign resume {root}' does."
                : _draining is not null ? $" The process that drives the campaign is stopping: 'campaign resume {root}' goes on."
                : "");
    }

    private void WhenReopened()
    {
        if (_reopening.Count > 0 || _onReopened is not { } then)
            return;
        _onReopened = null;
        then();
    }

    private bool IsConcluded(TaskId task) =>
        _frontier![task] is Verdict.Done or Verdict.Failed or Verdict.Cancelled or Verdict.Stale;

    private void Commit(IReadOnlyList<ICampaignEvent> events, Action then)
    {
        if (events.Count == 0)
        {
            then();
            return;
        }
        int left = events.Count;
        PersistAll(events, e =>
        {
            _state = _state.Apply(e);
            if (--left == 0)
                then();
        });
    }

    private sealed class DrainTimeout : INoSerializationVerificationNeeded
    {
        public static readonly DrainTimeout Instance = new();
    }
}
