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
internal sealed partial class CampaignActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(20);

    /// <summary>Schedulers take their time to end a job.</summary>
    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(10);

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
                HoldAll("the campaign was cancelled", keepJobs: false, () => Finish(new CampaignOutcome.Stopped("the campaign was cancelled; 'retry' opens it again")));
                return;
            case CampaignPhase.Paused:
                if (!_held)
                    HoldAll("the campaign was paused", keepJobs: false, () => { });
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

    private void HoldAll(string reason, bool keepJobs, Action then)
    {
        _released.Clear();
        _onHeld = then;
        _holding.UnionWith(_stages.Keys);
        foreach (IActorRef stage in _stages.Values)
            stage.Tell(new StageMessages.Hold(reason, keepJobs));
        Timers.StartSingleTimer(DrainTimeout.Instance, DrainTimeout.Instance, keepJobs ? DrainPatience : JobPatience);
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
        HoldAll(m.Reason, keepJobs: true, () =>
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
