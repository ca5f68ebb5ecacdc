using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.ReadModel;

/// <summary>Which tasks computed something else than was planned, because a failure was corrected.</summary>
public static class CorrectedTasks
{
    /// <summary>Tasks of the present plan whose present result (or attempt) has corrections, with them, oldest first.</summary>
    public static IReadOnlyDictionary<TaskId, IReadOnlyList<Correction>> Read(CampaignDirectory directory, WorkflowGraph plan)
    {
        using var journal = new JournalReader(directory.Journal);
        var corrected = new SortedDictionary<TaskId, IReadOnlyList<Correction>>(Comparer<TaskId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));
        foreach (string stream in journal.StreamsWith("task.correctionApplied.v1"))
        {
            TaskId task = TaskId.Parse(PersistenceIds.Split(stream).Name!);
            if (!plan.Contains(task))
                continue;
            TaskState state = journal.Stream(stream).Aggregate(TaskState.New, (s, e) => s.Apply((ITaskEvent)e.Event));
            if (state.Corrections.Count > 0)
                corrected[task] = state.Corrections;
        }
        return corrected;
    }
}
