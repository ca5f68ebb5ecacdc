using System.Collections.Immutable;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Stages;

/// <summary>A stage's memory of its tasks: which have concluded, and in which round each is.</summary>
public sealed record StageState(
    string? Stage,
    ImmutableDictionary<TaskId, StageEvents.TaskConcluded> Concluded,
    ImmutableDictionary<TaskId, StageEvents.TaskReopened> Reopened)
{
    public static StageState New { get; } = new(
        null,
        ImmutableDictionary<TaskId, StageEvents.TaskConcluded>.Empty,
        ImmutableDictionary<TaskId, StageEvents.TaskReopened>.Empty);

    /// <summary>The round a task is in: 0 until it is reopened.</summary>
    public int Round(TaskId task) => Reopened.TryGetValue(task, out StageEvents.TaskReopened? last) ? last.Round : 0;

    public string? ReopenReason(TaskId task) => Reopened.GetValueOrDefault(task)?.Reason;

    /// <exception cref="ArgumentException">The event is of a kind this version does not know.</exception>
    public StageState Apply(IStageEvent happened) => happened switch
    {
        StageEvents.Opened e => this with { Stage = e.Stage },
        StageEvents.TaskConcluded e => this with { Concluded = Concluded.SetItem(e.Task, e) },
        StageEvents.TaskReopened e => this with { Concluded = Concluded.Remove(e.Task), Reopened = Reopened.SetItem(e.Task, e) },
        _ => throw new ArgumentException($"A stage does not know the event {happened.GetType().FullName}."),
    };
}

/// <summary>The rules of a stage. Pure.</summary>
public static class StageDecider
{
    /// <summary>A task's terminal state becomes the stage's record of it, once per round.</summary>
    /// <returns>Null when it is on record already, of a round that is over, or when a job of it has still to be ended.</returns>
    public static StageEvents.TaskConcluded? Conclude(StageState stage, TaskId task, TaskState state, DateTimeOffset now)
    {
        if (!state.Phase.IsTerminal() || state.AbandonedJob is not null || stage.Concluded.ContainsKey(task) || state.Round != stage.Round(task))
            return null;
        TaskOutcome outcome = state.Phase switch
        {
            TaskPhase.Done => TaskOutcome.Done,
            TaskPhase.Failed => TaskOutcome.Failed,
            _ => TaskOutcome.Cancelled,
        };
        return new StageEvents.TaskConcluded(
            task, state.Round, outcome, state.Attempt, state.AskedFingerprint, state.Reused,
            outcome == TaskOutcome.Done ? state.Outputs! : ImmutableDictionary<string, Artifacts.ArtifactRef>.Empty,
            state.Reason, state.StartedAt, state.EndedAt, now);
    }

    /// <returns>Null when the task has not concluded.</returns>
    public static StageEvents.TaskReopened? Reopen(StageState stage, TaskId task, string reason, DateTimeOffset now) =>
        stage.Concluded.ContainsKey(task)
            ? new StageEvents.TaskReopened(task, stage.Round(task) + 1, reason, now)
            : null;
}
