using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

/// <summary>
/// Which tasks may start, must start again, or never will: a function of the graph and of what has concluded, kept up to date
/// as conclusions come in (each costs the concluded task's dependants, not the whole graph). Not thread-safe.
/// </summary>
public sealed class Frontier
{
    private readonly CampaignPolicy _policy;
    private readonly Dictionary<TaskId, int> _index = [];
    private readonly int[][] _dependencies;
    private readonly List<int>[] _dependants;
    private readonly StageEvents.TaskConcluded?[] _concluded;
    private readonly Verdict[] _verdicts;
    private readonly int[] _unsettledInputs;
    private readonly Dictionary<string, int> _unsettledInStage = [];
    private readonly Dictionary<string, (int Done, int Total)> _tally = [];
    private readonly Dictionary<string, HashSet<int>> _watchesStage = [];
    private readonly SortedSet<int> _dirty = [];
    private readonly SortedSet<int> _ready = [];
    private readonly SortedSet<int> _stale = [];
    private readonly List<TaskProblem> _newlyBlocked = [];
    private int _unsettled;

    public Frontier(WorkflowGraph graph, CampaignPolicy policy, IEnumerable<StageEvents.TaskConcluded> concluded)
    {
        Graph = graph;
        _policy = policy;
        int n = graph.Tasks.Count;
        for (int i = 0; i < n; i++)
            _index[graph.Tasks[i].Id] = i;
        _dependencies = new int[n][];
        _dependants = new List<int>[n];
        _concluded = new StageEvents.TaskConcluded?[n];
        _verdicts = new Verdict[n];
        _unsettledInputs = new int[n];
        _unsettled = n;
        for (int i = 0; i < n; i++)
        {
            _dependants[i] = [];
            _verdicts[i] = Verdict.Waiting.Instance;
            _dependencies[i] = [.. graph.Tasks[i].DependsOn.Select(d => _index[d])];
            _unsettledInputs[i] = _dependencies[i].Length;
            foreach (int dependency in _dependencies[i])
                _dependants[dependency].Add(i);
            string stage = graph.Tasks[i].Id.Stage;
            _unsettledInStage[stage] = _unsettledInStage.GetValueOrDefault(stage) + 1;
            _tally[stage] = (0, _tally.GetValueOrDefault(stage).Total + 1);
            _dirty.Add(i);
        }
        foreach (StageEvents.TaskConcluded e in concluded)
            if (_index.TryGetValue(e.Task, out int i)) // a task may have left the plan since
                _concluded[i] = e;
        Settle();
    }

    public WorkflowGraph Graph { get; }

    public Verdict this[TaskId task] => _verdicts[_index[task]];

    public bool AllSettled => _unsettled == 0;

    public bool IsSettled(string stage) => _unsettledInStage[stage] == 0;

    /// <summary>Tasks that may start, in the graph's order. Includes those already started: the frontier knows only conclusions.</summary>
    public IEnumerable<TaskAssignment> Ready => _ready.Select(i => ((Verdict.Ready)_verdicts[i]).Assignment);

    /// <summary>Concluded tasks that must be opened again.</summary>
    public IEnumerable<TaskId> Stale => _stale.Select(i => Graph.Tasks[i].Id);

    public IReadOnlyList<TaskProblem> Failed =>
        [.. Problems(v => v switch { Verdict.Failed f => f.Reason, Verdict.Cancelled c => c.Reason, _ => null })];

    public IReadOnlyList<TaskProblem> Blocked => [.. Problems(v => (v as Verdict.Blocked)?.Reason)];

    /// <summary>The campaign's reports with their artifacts, where there are any. No other task reads these.</summary>
    public IEnumerable<(TaskId Task, IEnumerable<Artifacts.ArtifactRef> Artifacts)> Reports =>
        from task in Graph.Tasks
        where _policy.AcceptsMissing.Contains(task.Operation) && this[task.Id] is Verdict.Done
        select (task.Id, ((Verdict.Done)this[task.Id]).Outputs.Values);

    /// <summary>A report exists or, where the graph has none, some end of it was reached.</summary>
    public bool SomethingToReport
    {
        get
        {
            bool hasReport = Graph.Tasks.Any(t => _policy.AcceptsMissing.Contains(t.Operation));
            for (int i = 0; i < _verdicts.Length; i++)
            {
                bool counts = hasReport ? _policy.AcceptsMissing.Contains(Graph.Tasks[i].Operation) : _dependants[i].Count == 0;
                if (counts && _verdicts[i] is Verdict.Done)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Tasks that became blocked since this was last asked.</summary>
    public IReadOnlyList<TaskProblem> TakeNewlyBlocked()
    {
        TaskProblem[] taken = [.. _newlyBlocked];
        _newlyBlocked.Clear();
        return taken;
    }

    /// <summary>The same conclusions over the same tasks with other parameters.</summary>
    public Frontier Over(WorkflowGraph graph)
    {
        var other = new Frontier(graph, _policy, _concluded.OfType<StageEvents.TaskConcluded>());
        other._newlyBlocked.RemoveAll(p => this[p.Task] is Verdict.Blocked); // told before
        return other;
    }

    /// <summary>The result of a task is on record.</summary>
    public void Conclude(StageEvents.TaskConcluded e) => Set(e.Task, e);

    /// <summary>The task is to run again.</summary>
    public void Reopen(TaskId task) => Set(task, null);

    public (int Done, int Total) Tally(string stage) => _tally[stage];

    /// <summary>Tasks of a stage without a present result.</summary>
    public IReadOnlyList<TaskId> MissingOf(string stage) =>
        [.. Graph.Tasks.Where((t, i) => t.Id.Stage == stage && _verdicts[i] is not Verdict.Done).Select(t => t.Id)];

    private IEnumerable<TaskProblem> Problems(Func<Verdict, string?> reason)
    {
        for (int i = 0; i < _verdicts.Length; i++)
            if (reason(_verdicts[i]) is { } why)
                yield return new TaskProblem(Graph.Tasks[i].Id, why);
    }

    private void Set(TaskId task, StageEvents.TaskConcluded? e)
    {
        if (!_index.TryGetValue(task, out int i))
            return;
        _concluded[i] = e;
        _dirty.Add(i);
        Settle();
    }

    private void Settle()
    {
        while (_dirty.Count > 0)
        {
            int i = _dirty.Min;
            _dirty.Remove(i);
            Replace(i, Judge(i));
        }
    }

    private void Replace(int i, Verdict now)
    {
        Verdict before = _verdicts[i];
        _verdicts[i] = now;
        _ready.Remove(i);
        _stale.Remove(i);
        if (now is Verdict.Ready)
            _ready.Add(i);
        if (now is Verdict.Stale)
            _stale.Add(i);
        if (now is Verdict.Blocked blocked && before is not Verdict.Blocked)
            _newlyBlocked.Add(new TaskProblem(Graph.Tasks[i].Id, blocked.Reason));
        string stage = Graph.Tasks[i].Id.Stage;
        if (before is Verdict.Done != now is Verdict.Done)
            _tally[stage] = (_tally[stage].Done + (now is Verdict.Done ? 1 : -1), _tally[stage].Total);
        if (before.IsSettled != now.IsSettled)
        {
            int change = now.IsSettled ? -1 : 1;
            bool stageWasSettled = _unsettledInStage[stage] == 0;
            _unsettled += change;
            _unsettledInStage[stage] += change;
            if (stageWasSettled != (_unsettledInStage[stage] == 0) && _watchesStage.TryGetValue(stage, out HashSet<int>? watchers))
                _dirty.UnionWith(watchers);
            foreach (int dependant in _dependants[i])
            {
                _unsettledInputs[dependant] += change;
                if (_unsettledInputs[dependant] <= 1)
                    _dirty.Add(dependant);
            }
        }
        else if (now.IsSettled && before != now)
            _dirty.UnionWith(_dependants[i]);
    }

    private Verdict Judge(int i)
    {
        StageEvents.TaskConcluded? known = _concluded[i];
        if (known is { Outcome: TaskOutcome.Cancelled })
            return new Verdict.Cancelled(known.Reason ?? "cancelled");
        if (_unsettledInputs[i] > 0)
            return Verdict.Waiting.Instance;
        TaskSpec task = Graph.Tasks[i];
        var inputs = new List<ResolvedInput>();
        var missing = new List<MissingInput>();
        foreach (TaskInput input in task.Inputs)
        {
            if (input.Source is InputSource.File file)
            {
                inputs.Add(new ResolvedInput(input.Name, file.Artifact, null));
                continue;
            }
            var (source, output) = (InputSource.Output)input.Source;
            Verdict theirs = _verdicts[_index[source]];
            if (theirs is Verdict.Done done)
            {
                if (!done.Outputs.TryGetValue(output, out Artifacts.ArtifactRef? artifact))
                    return new Verdict.Blocked(source, $"needs '{output}' of {source}, which gave only {string.Join(", ", done.Outputs.Keys)}");
                inputs.Add(new ResolvedInput(input.Name, artifact, source));
                continue;
            }
            missing.Add(new MissingInput(input.Name, source, Why(source, theirs)));
        }
        foreach (MissingInput lost in missing)
        {
            if (_policy.AcceptsMissing.Contains(task.Operation) ? inputs.Count > 0 : inputs.Any(r => r.Name == lost.Name))
            {
                if (_policy.AcceptsMissing.Contains(task.Operation))
                    continue;
                bool? excused = Excused(i, lost.From.Stage);
                if (excused is null)
                    return Verdict.Waiting.Instance;
                if (excused.Value)
                    continue;
            }
            return new Verdict.Blocked(Root(lost.From), $"needs {lost.From}, which {lost.Reason}");
        }
        string fingerprint = Fingerprint.Of(task, inputs);
        if (known is not null && known.Fingerprint == fingerprint)
            return known.Outcome == TaskOutcome.Done
                ? new Verdict.Done(known.Outputs)
                : new Verdict.Failed(known.Reason ?? "failed");
        var assignment = new TaskAssignment(task, i, inputs, missing, fingerprint);
        return known is null ? new Verdict.Ready(assignment) : new Verdict.Stale(assignment);
    }

    /// <summary>Whether a stage's losses are within its quorum; null while that stage still works.</summary>
    private bool? Excused(int dependant, string stage)
    {
        if (!_policy.Quorum.TryGetValue(stage, out double quorum) || quorum >= 1 || Graph.Tasks[dependant].Id.Stage == stage)
            return false;
        if (!_watchesStage.TryGetValue(stage, out HashSet<int>? watchers))
            _watchesStage[stage] = watchers = [];
        watchers.Add(dependant);
        if (_unsettledInStage[stage] > 0)
            return null;
        (int done, int total) = Tally(stage);
        return done >= quorum * total;
    }

    private TaskId Root(TaskId task) => this[task] is Verdict.Blocked b ? b.By : task;

    private static string Why(TaskId source, Verdict verdict) => verdict switch
    {
        Verdict.Failed => "failed",
        Verdict.Cancelled => "was cancelled",
        Verdict.Blocked b when b.By != source => $"is blocked by {b.By}",
        Verdict.Blocked => "is blocked",
        _ => throw new ArgumentException($"A task that is {verdict.GetType().Name} is no loss."),
    };
}
