using Campaign.Actors.Hosting;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>What a task looks like to somebody who watches.</summary>
internal sealed record TaskSight(TaskId Task, TaskPhase Phase, int Attempt, bool Reused, string? Reason, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, double Fraction, string Note);

/// <summary>Collects progress from the orchestrator's threads, for one display.</summary>
internal sealed class CampaignView(WorkflowGraph graph, TimeProvider time) : IProgress<CampaignProgress>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskSight> _tasks = graph.Tasks.ToDictionary(
        t => t.Id, t => new TaskSight(t.Id, TaskPhase.Planned, 0, false, null, null, null, 0, ""));
    private readonly Queue<string> _notices = new();

    /// <summary>Told of every change of a task, before and after; called on the orchestrator's threads.</summary>
    public Action<TaskSight, TaskSight>? Changed { get; set; }

    public Action<string>? Noticed { get; set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public void Report(CampaignProgress value)
    {
        switch (value)
        {
            case CampaignProgress.Loaded loaded:
                foreach ((TaskId task, TaskPhase phase) in loaded.Settled)
                    Replace(task, t => t with { Phase = phase }, silent: true);
                break;
            case CampaignProgress.TaskMoved m:
                Replace(m.Task, t => t with
                {
                    Phase = m.State.Phase, Attempt = m.State.Attempt, Reused = m.State.Reused, Reason = m.State.Reason,
                    StartedAt = m.State.StartedAt, EndedAt = m.State.EndedAt,
                    Fraction = m.State.Phase == TaskPhase.Running ? t.Fraction : 0, Note = m.State.Phase == TaskPhase.Running ? t.Note : "",
                });
                break;
            case CampaignProgress.TaskWorking w:
                Replace(w.Task, t => t with { Fraction = w.Fraction, Note = w.Note }, silent: true);
                break;
            case CampaignProgress.TaskBlocked b:
                Replace(b.Task, t => t with { Phase = TaskPhase.Cancelled, Reason = $"blocked: {b.Reason}" });
                break;
            case CampaignProgress.Notice n:
                lock (_gate)
                    _notices.Enqueue(n.Text);
                Noticed?.Invoke(n.Text);
                break;
        }
    }

    public IReadOnlyList<TaskSight> Tasks()
    {
        lock (_gate)
            return [.. graph.Tasks.Select(t => _tasks[t.Id])];
    }

    public string? LastNotice()
    {
        lock (_gate)
            return _notices.LastOrDefault();
    }

    /// <summary>Time to the end of a running task, by its own pace; null when that cannot be told yet.</summary>
    public TimeSpan? Remaining(TaskSight task) =>
        task is { StartedAt: { } started, Fraction: > 0.02 and <= 1 } ? (Now - started) * ((1 - task.Fraction) / task.Fraction) : null;

    private void Replace(TaskId task, Func<TaskSight, TaskSight> change, bool silent = false)
    {
        TaskSight before, after;
        lock (_gate)
        {
            before = _tasks[task];
            _tasks[task] = after = change(before);
        }
        if (!silent && (before.Phase != after.Phase || before.Attempt != after.Attempt))
            Changed?.Invoke(before, after);
    }
}
