using Campaign.Actors.Hosting;
using Campaign.Workflows.Tasks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Campaign.Cli.Commands;

/// <summary>The live picture on a terminal: stages, what runs now, and how long it will take.</summary>
internal static class LiveProgress
{
    private const int BarWidth = 24;
    private const int ShownTasks = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    public static async Task<CampaignOutcome> ShowAsync(CampaignView view, string name, Func<Task<CampaignOutcome>> run)
    {
        DateTimeOffset began = view.Now;
        return await AnsiConsole.Live(Render(view, name, began)).StartAsync(async live =>
        {
            Task<CampaignOutcome> running = run();
            while (!running.IsCompleted)
            {
                live.UpdateTarget(Render(view, name, began));
                await Task.WhenAny(running, Task.Delay(Interval)).ConfigureAwait(false);
            }
            live.UpdateTarget(Render(view, name, began));
            return await running.ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static Rows Render(CampaignView view, string name, DateTimeOffset began)
    {
        IReadOnlyList<TaskSight> tasks = view.Tasks();
        int done = tasks.Count(t => t.Phase == TaskPhase.Done);
        var parts = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(name)}[/]  {done}/{tasks.Count} tasks  {Output.Duration(view.Now - began)}"),
            Stages(tasks),
        };
        if (Running(view, tasks) is { } running)
            parts.Add(running);
        if (view.LastNotice() is { } notice)
            parts.Add(new Markup($"[yellow]{Markup.Escape(notice)}[/]"));
        return new Rows(parts);
    }

    private static Table Stages(IReadOnlyList<TaskSight> tasks)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("stage", "done", "state");
        foreach (IGrouping<string, TaskSight> stage in tasks.GroupBy(t => t.Task.Stage))
        {
            int total = stage.Count(), done = stage.Count(t => t.Phase == TaskPhase.Done);
            int running = stage.Count(t => t.Phase == TaskPhase.Running), lost = stage.Count(t => t.Phase is TaskPhase.Failed or TaskPhase.Cancelled);
            int later = stage.Count(t => t.Phase is TaskPhase.RetryScheduled or TaskPhase.Paused);
            string state = done == total ? "[green]done[/]" : string.Join("  ", new[]
            {
                running > 0 ? $"[blue]{running} running[/]" : "",
                later > 0 ? $"[yellow]{later} waiting[/]" : "",
                lost > 0 ? $"[red]{lost} lost[/]" : "",
            }.Where(s => s.Length > 0));
            table.AddRow(Markup.Escape(stage.Key), $"{done}/{total}", state.Length > 0 ? state : "[grey]planned[/]");
        }
        return table;
    }

    private static Table? Running(CampaignView view, IReadOnlyList<TaskSight> tasks)
    {
        TaskSight[] shown = [.. tasks.Where(t => t.Phase is TaskPhase.Running or TaskPhase.RetryScheduled or TaskPhase.Failed).Take(ShownTasks)];
        if (shown.Length == 0)
            return null;
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("task", "bar", "left", "note");
        foreach (TaskSight t in shown)
        {
            bool running = t.Phase == TaskPhase.Running;
            int filled = (int)Math.Round(BarWidth * Math.Clamp(t.Fraction, 0, 1));
            table.AddRow(
                new Markup(Markup.Escape(t.Task.Value)),
                new Markup(running ? $"[blue]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]" : $"[red]{t.Phase.Display()}[/]"),
                new Markup(running && view.Remaining(t) is { } left ? Output.Duration(left) : ""),
                new Markup(Markup.Escape(running ? t.Note : t.Reason ?? "")));
        }
        return table;
    }
}
