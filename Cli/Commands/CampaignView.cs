using Campaign.Actors.Hosting;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>What a task looks like to somebody who watches.</summary>
internal sealed record TaskSight(TaskId Task, TaskPhase Phase, int Attempt, bool Reused, string? Reason, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, double Fraction, string Note);

/// <summary>Collects progress from the orchestrator's threads, for one display.</summary>
internal sealed class CampaignView(WorkflowGraph graph, TimeProvider time) : IProgress<CampaignProgress>
{
    /// <summary>Less progress than this says nothing about the pace.</summary>
    private const double TellingFraction = 0.02;

    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskSight> _tasks = graph.Tasks.ToDictionary(
        t => t.Id, t => new TaskSight(t.Id, TaskPhase.Planned, 0, false, null, null, null, 0, ""));
    private readonly Dictionary<TaskId, double> _coreHours = graph.Tasks.ToDictionary(t => t.Id, t => t.CoreHours);
    private readonly Dictionary<TaskId, (DateTimeOffset At, double Fraction)> _taken = []; // where the running attempts took up their work
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
                if (m.State.Phase == TaskPhase.Running)
                {
                    lock (_gate)
                        _taken.Remove(m.Task);
                }
                Replace(m.Task, t => t with
                {
                    Phase = m.State.Phase, Attempt = m.State.Attempt, Reused = m.State.Reused, Reason = m.State.Reason,
                    StartedAt = m.State.StartedAt, EndedAt = m.State.EndedAt,
                    Fraction = m.State.Phase == TaskPhase.Running ? t.Fraction : 0, Note = m.State.Phase == TaskPhase.Running ? t.Note : "",
                });
                break;
            case CampaignProgress.TaskWorking w:
                lock (_gate)
                    _taken.TryAdd(w.Task, (Now, w.Fraction));
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

    /// <summary>Time to the end of a running task, by its pace since this process took it up; null when that cannot be told yet.</summary>
    public TimeSpan? Remaining(TaskSight task)
    {
        lock (_gate)
            return task.Phase == TaskPhase.Running && _taken.TryGetValue(task.Task, out var taken) && task.Fraction - taken.Fraction > TellingFraction
                ? (Now - taken.At) * ((1 - task.Fraction) / (task.Fraction - taken.Fraction))
                : null;
    }

    /// <summary>
    /// Time to the end of the campaign: the core-hours estimated for what is left, at the pace of what this process has done of them; at least
    /// that of the slowest running task. Null when that cannot be told yet, and at the end.
    /// </summary>
    public TimeSpan? Remaining(DateTimeOffset began)
    {
        IReadOnlyList<TaskSight> tasks = Tasks();
        double left = 0, done = 0;
        foreach (TaskSight t in tasks.Where(t => t.Phase is not (TaskPhase.Failed or TaskPhase.Cancelled)))
        {
            bool ended = t.Phase == TaskPhase.Done;
            double from;
            lock (_gate)
                from = _taken.TryGetValue(t.Task, out var taken) ? taken.Fraction : 0;
            left += ended ? 0 : _coreHours[t.Task] * (1 - t.Fraction);
            if (!t.Reused && t.StartedAt >= began)
                done += _coreHours[t.Task] * Math.Max(0, (ended ? 1 : t.Fraction) - from);
        }
        if (left <= 0 || done <= TellingFraction * (left + done))
            return null;
        TimeSpan byWork = (Now - began) * (left / done), slowest = tasks.Max(t => Remaining(t) ?? TimeSpan.Zero);
        return byWork > slowest ? byWork : slowest;
    }

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
