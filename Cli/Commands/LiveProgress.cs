using Campaign.Actors.Hosting;
using Spectre.Console;

namespace Campaign.Cli.Commands;

/// <summary>The picture on a terminal, drawn anew several times a second until the campaign ends.</summary>
internal static class LiveProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    public static async Task<CampaignOutcome> ShowAsync(CampaignView view, string name, Func<Task<CampaignOutcome>> run)
    {
        DateTimeOffset began = view.Now;
        AnsiConsole.WriteLine();
        // what stays is written afterwards: a live picture keeps the height of its highest moment
        CampaignOutcome outcome = await AnsiConsole.Live(Picture(view, name, began)).AutoClear(true).StartAsync(async live =>
        {
            Task<CampaignOutcome> running = run();
            while (!running.IsCompleted)
            {
                live.UpdateTarget(Picture(view, name, began));
                await Task.WhenAny(running, Task.Delay(Interval)).ConfigureAwait(false);
            }
            return await running.ConfigureAwait(false);
        }).ConfigureAwait(false);
        AnsiConsole.Write(Picture(view, name, began));
        return outcome;
    }

    /// <summary>A process killed in the middle of a picture would leave the terminal without its cursor.</summary>
    public static void GiveBackCursor()
    {
        if (!Console.IsOutputRedirected)
            Console.Out.Write("\u001b[?25h\r\n");
    }

    private static Rows Picture(CampaignView view, string name, DateTimeOffset began) =>
        new(ProgressPicture.Lines(view, name, began, AnsiConsole.Profile.Width - 1, AnsiConsole.Profile.Height - 1).Select(l => new Markup(l)));
}
