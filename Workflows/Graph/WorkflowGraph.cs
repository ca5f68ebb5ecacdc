namespace Campaign.Workflows.Graph;

/// <summary>The tasks of a campaign in a topological order: a task comes after everything it depends on.</summary>
public sealed class WorkflowGraph
{
    private readonly Dictionary<TaskId, TaskSpec> _byId;

    /// <exception cref="ArgumentException">An id repeats, a dependency is unknown, or the graph has a cycle.</exception>
    public WorkflowGraph(IEnumerable<TaskSpec> tasks)
    {
        _byId = [];
        foreach (TaskSpec task in tasks)
            if (!_byId.TryAdd(task.Id, task))
                throw new ArgumentException($"Two tasks are called {task.Id}.");
        Tasks = Sort(_byId);
        Stages = [.. Tasks.Select(t => t.Id.Stage).Distinct()];
    }

    public IReadOnlyList<TaskSpec> Tasks { get; }

    /// <summary>Stages in the order in which they first appear among the sorted tasks.</summary>
    public IReadOnlyList<string> Stages { get; }

    public TaskSpec this[TaskId id] => _byId[id];

    public bool Contains(TaskId id) => _byId.ContainsKey(id);

    /// <summary>Everything that needs a task's result, directly or through others.</summary>
    public IReadOnlyList<TaskId> DependantsOf(TaskId id)
    {
        HashSet<TaskId> behind = [id];
        return [.. Tasks.Where(t => t.DependsOn.Any(behind.Contains) && behind.Add(t.Id)).Select(t => t.Id)];
    }

    private static List<TaskSpec> Sort(Dictionary<TaskId, TaskSpec> byId)
    {
        var sorted = new List<TaskSpec>(byId.Count);
        var state = new Dictionary<TaskId, bool>(); // false: being visited, true: placed
        foreach (TaskId root in byId.Keys)
            Visit(root, null);
        return sorted;

        void Visit(TaskId id, TaskId? wantedBy)
        {
            if (!byId.TryGetValue(id, out TaskSpec? task))
                throw new ArgumentException($"Task {wantedBy} depends on {id}, which is not in the graph.");
            if (state.TryGetValue(id, out bool placed))
            {
                if (!placed)
                    throw new ArgumentException($"Task {id} depends on itself through {wantedBy}.");
                return;
            }
            state[id] = false;
            foreach (TaskId dependency in task.DependsOn)
                Visit(dependency, id);
            state[id] = true;
            sorted.Add(task);
        }
    }
}
