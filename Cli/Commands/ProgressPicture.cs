using System.Globalization;
using System.Text;
using Campaign.Workflows.Tasks;
using Spectre.Console;

namespace Campaign.Cli.Commands;

/// <summary>Stages, what runs now, and how long it will take, in lines that fit a terminal of any size.</summary>
internal static class ProgressPicture
{
    private const int WidestBar = 24;
    private const int NarrowestNote = 8;

    /// <returns>Lines with markup, none wider than <paramref name="width"/> characters, at most <paramref name="height"/> where that can be.</returns>
    public static IReadOnlyList<string> Lines(CampaignView view, string name, DateTimeOffset began, int width, int height)
    {
        IReadOnlyList<TaskSight> tasks = view.Tasks();
        string[] notice = view.LastNotice() is { } text ? [.. Output.Wrap(text, width).Select(l => $"[yellow]{Markup.Escape(l)}[/]")] : [];
        string head = Head(view, tasks, name, began, width);
        string[] stages = [.. tasks.GroupBy(t => t.Task.Stage).Select(s => Stage(s.Key, [.. s], tasks.Max(t => t.Task.Stage.Length), width))];
        string[] running = Running(view, [.. tasks.Where(t => t.Phase is TaskPhase.Running or TaskPhase.RetryScheduled or TaskPhase.Failed)], width, height - stages.Length - notice.Length - 3);
        const string blank = " ";
        return [head, blank, .. stages, .. running.Length > 0 ? [blank, .. running] : running, .. notice];
    }

    private static string Head(CampaignView view, IReadOnlyList<TaskSight> tasks, string name, DateTimeOffset began, int width)
    {
        int done = tasks.Count(t => t.Phase == TaskPhase.Done);
        Line line = new Line(width).Add(name, "bold").Add($"  {done} of {tasks.Count} tasks  {Output.Duration(view.Now - began)}");
        return (view.Remaining(began) is { } left ? line.Add($", about {Rough(left)} left") : line).ToString();
    }

    private static string Stage(string name, TaskSight[] tasks, int nameWidth, int width)
    {
        int done = tasks.Count(t => t.Phase == TaskPhase.Done), running = tasks.Count(t => t.Phase == TaskPhase.Running);
        int lost = tasks.Count(t => t.Phase is TaskPhase.Failed or TaskPhase.Cancelled), later = tasks.Count(t => t.Phase is TaskPhase.RetryScheduled or TaskPhase.Paused);
        Line line = new Line(width).Add($"  {name.PadRight(nameWidth)}  ");
        Bar(line, tasks.Sum(t => t.Phase == TaskPhase.Done ? 1 : Math.Clamp(t.Fraction, 0, 1)) / tasks.Length, BarWidth(width), done == tasks.Length ? "green" : "blue");
        line.Add($"  {done,3} of {tasks.Length,-3}");
        if (running > 0)
            line.Add($"  {running} running", "blue");
        if (later > 0)
            line.Add($"  {later} waiting", "yellow");
        if (lost > 0)
            line.Add($"  {lost} lost", "red");
        return line.ToString();
    }

    private static string[] Running(CampaignView view, TaskSight[] tasks, int width, int room)
    {
        int shown = tasks.Length <= room ? tasks.Length : Math.Max(1, room - 1);
        if (tasks.Length == 0)
            return [];
        int bar = BarWidth(width), idWidth = Math.Min(tasks.Take(shown).Max(t => t.Task.Value.Length), Math.Max(16, width - bar - 24));
        IEnumerable<string> lines = tasks.Take(shown).Select(t =>
        {
            Line line = new Line(width).Add($"  {Line.FitEnd(t.Task.Value, idWidth).PadRight(idWidth)}  ");
            if (t.Phase != TaskPhase.Running)
                return line.Add($"{t.Phase.Display()}: {t.Reason}", "red").ToString();
            Bar(line, t.Fraction, bar, "blue");
            line.Add(string.Create(CultureInfo.InvariantCulture, $"  {100 * Math.Clamp(t.Fraction, 0, 1),3:0} %  {(view.Remaining(t) is { } left ? Rough(left) : ""),-8}"));
            return (line.Left >= NarrowestNote ? line.Add($"  {t.Note}", "grey") : line).ToString();
        });
        return tasks.Length > shown ? [.. lines, $"  ... and {tasks.Length - shown} more"] : [.. lines];
    }

    private static void Bar(Line line, double fraction, int width, string colour)
    {
        int filled = (int)Math.Round(width * Math.Clamp(fraction, 0, 1));
        line.Add(new string('━', filled), colour).Add(new string('─', width - filled), "grey");
    }

    private static int BarWidth(int width) => Math.Clamp(width / 6, 4, WidestBar);

    /// <summary>An estimate to as many digits as it is worth: 40 s, 7 min, 3.5 h.</summary>
    private static string Rough(TimeSpan t) => FormattableString.Invariant(t switch
    {
        { TotalSeconds: < 10 } => $"{Math.Max(1, t.TotalSeconds):0} s",
        { TotalSeconds: < 55 } => $"{10 * Math.Round(t.TotalSeconds / 10):0} s",
        { TotalMinutes: < 90 } => $"{Math.Max(1, t.TotalMinutes):0} min",
        { TotalHours: < 48 } => $"{t.TotalHours:0.#} h",
        _ => (FormattableString)$"{t.TotalDays:0.#} d",
    });

    /// <summary>Coloured pieces up to the edge of the terminal; what is too long ends in an ellipsis.</summary>
    private sealed class Line(int width)
    {
        private readonly StringBuilder _markup = new();

        public int Left { get; private set; } = width;

        public static string Fit(string text, int width) => text.Length <= width ? text : width < 1 ? "" : text[..(width - 1)] + "…";

        /// <summary>Keeps the end, by which tasks differ.</summary>
        public static string FitEnd(string text, int width) => text.Length <= width ? text : "…" + text[^(width - 1)..];

        public Line Add(string text, string? style = null)
        {
            string fitting = Fit(text.ReplaceLineEndings(" "), Left);
            Left -= fitting.Length;
            if (fitting.Length > 0)
                _markup.Append(style is null ? Markup.Escape(fitting) : $"[{style}]{Markup.Escape(fitting)}[/]");
            return this;
        }

        public override string ToString() => _markup.ToString();
    }
}
