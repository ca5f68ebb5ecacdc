using Campaign.Actors.Hosting;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary>One line per event, for logs and pipes.</summary>
internal static class PlainProgress
{
    public static async Task<CampaignOutcome> ShowAsync(CampaignView view, Func<Task<CampaignOutcome>> run)
    {
        view.Noticed = text => Console.Out.WriteLine($"{Output.Clock(view.Now)} {text}");
        view.Changed = (_, task) =>
        {
            string? line = Describe(task);
            if (line is not null)
                Console.Out.WriteLine($"{Output.Clock(view.Now)} {line}");
        };
        return await run().ConfigureAwait(false);
    }

    private static string? Describe(TaskSight t) => t.Phase switch
    {
        TaskPhase.Running => $"start   {t.Task}{(t.Attempt > 1 ? $" (attempt {t.Attempt})" : "")}",
        TaskPhase.Done when t.Reused => $"reused  {t.Task}",
        TaskPhase.Done => $"done    {t.Task} {Output.Duration((t.EndedAt - t.StartedAt) ?? TimeSpan.Zero)}",
        TaskPhase.Failed => $"failed  {t.Task}: {t.Reason}",
        TaskPhase.Cancelled => $"cancel  {t.Task}: {t.Reason}",
        TaskPhase.RetryScheduled => $"retry   {t.Task} later: {t.Reason}",
        TaskPhase.Paused => $"pause   {t.Task}: {t.Reason}",
        _ => null,
    };
}
