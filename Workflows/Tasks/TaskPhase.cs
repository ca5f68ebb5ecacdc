namespace Campaign.Workflows.Tasks;

/// <summary>Where a task is in its life. Users see these names in camelCase.</summary>
public enum TaskPhase
{
    /// <summary>Waits for its inputs or for a turn; nothing has been promised.</summary>
    Planned,

    /// <summary>The next attempt and its token are on record; nothing has happened outside yet.</summary>
    Intended,

    /// <summary>An attempt holds cores (or a scheduler's job) and works.</summary>
    Running,

    Exited,
    Diagnosed,
    Collected,
    Done,

    /// <summary>The attempt failed, and the next one starts with corrected parameters.</summary>
    CorrectionApplied,

    /// <summary>The environment failed; the next attempt starts at <see cref="TaskState.DueAt"/>.</summary>
    RetryScheduled,

    Failed,
    Cancelled,
    Paused,
}

public static class TaskPhases
{
    /// <summary>Nothing more will happen unless somebody asks for it.</summary>
    public static bool IsTerminal(this TaskPhase phase) => phase is TaskPhase.Done or TaskPhase.Failed or TaskPhase.Cancelled;

    /// <summary>Waits for a person or a date, and so holds no place in the window of live tasks.</summary>
    public static bool IsParked(this TaskPhase phase) => phase is TaskPhase.Paused or TaskPhase.RetryScheduled;

    /// <summary>The name users see, e.g. <c>retryScheduled</c>.</summary>
    public static string Display(this TaskPhase phase)
    {
        string name = phase.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
