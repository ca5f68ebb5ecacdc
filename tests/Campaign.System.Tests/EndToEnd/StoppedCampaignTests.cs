using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>Whatever stops the program, the same command goes on, nothing done is done again, and the numbers are those of an undisturbed run.</summary>
[Collection("stopped")]
public sealed class StoppedCampaignTests(UndisturbedRun run)
{
    /// <summary>
    /// Moments to kill at, as the number of tasks done in all that a life waits for, before a random moment more: at the start and in
    /// recovery (-1), in short tasks, training, dynamics and barriers, in the report, and once the report is done but not yet the campaign.
    /// </summary>
    private static readonly int[] Moments = [-1, -1, 0, 1, 3, 5, 7, -1, 9, 11, 12, 13, 13, -1, 13, 14, 15, 15, 16, -1, 17, 17];

    [Fact]
    public async Task A_campaign_killed_twenty_times_ends_with_the_numbers_of_the_undisturbed_run()
    {
        string folder = run.New("killed");
        string[] command = ["run", run.File, "--dir", folder];
        var random = new Random(20260);
        var at = new List<string>();
        int done = 0;
        async Task Kill(CampaignProgram program, int withinMs, string where)
        {
            await Task.Delay(random.Next(withinMs)); // the moment to kill at, not a synchronisation
            if (await program.KillAsync())
                at.Add(where);
            done += Ended(program);
        }
        foreach (int moment in Moments)
        {
            using CampaignProgram program = CampaignProgram.Start(command);
            int before = done;
            await program.ReachesAsync(() => before + Ended(program) >= moment);
            await Kill(program, moment < 0 ? 900 : 400, moment < 0 ? "start" : $"{before + Ended(program)} done");
        }
        foreach (string line in new[] { " start   report/report", " done    report/report" })
        {
            using CampaignProgram program = CampaignProgram.Start(command);
            if (await program.SaysAsync(line))
                await Kill(program, 30, line.Trim());
        }

        ProgramResult last = await CampaignProgram.RunAsync(command);

        Assert.True(last.ExitCode == 0, last.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        Journal journal = await Journal.OfAsync(folder);
        journal.EveryTaskEndedOnce();
        Console.WriteLine($"{at.Count} kills survived ({string.Join(", ", at)}); {journal.CountOf("task.interrupted.v1")} attempts given up, 0 tasks done again");
        Assert.True(at.Count >= 20, $"only {at.Count} kills hit a living process");
    }

    [Fact]
    public async Task An_interrupted_campaign_saves_its_checkpoints_and_the_next_run_finishes_it()
    {
        string folder = run.New("interrupted");
        using CampaignProgram program = CampaignProgram.Start("run", run.File, "--dir", folder);
        Assert.True(await program.ReachesAsync(() => Checkpoints(folder).Any()), "the training left no checkpoint");

        program.Signal("INT");
        ProgramResult stopped = await program.EndAsync();

        Assert.True(stopped.ExitCode == 130, stopped.ToString());
        Assert.Contains("resume", stopped.Error);
        JsonNode status = (await CampaignProgram.RunAsync("status", folder, "--json")).Json;
        Assert.Equal("stopped", status["state"]!.GetValue<string>());
        Assert.DoesNotContain(status["tasks"]!.AsArray(), t => t!["state"]!.GetValue<string>() == "running");
        Assert.NotEmpty(Checkpoints(folder));

        ProgramResult finished = await CampaignProgram.RunAsync("resume", folder);

        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        (await Journal.OfAsync(folder)).EveryTaskEndedOnce();
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_drives_the_campaign()
    {
        string folder = run.New("shared");
        using CampaignProgram first = CampaignProgram.Start("run", run.File, "--dir", folder);
        Assert.True(await first.SaysAsync("start   "));

        ProgramResult second = await CampaignProgram.RunAsync("run", run.File, "--dir", folder);

        Assert.True(second.ExitCode == 75, second.ToString());
        Assert.Contains($"Process {first.Id} on {Environment.MachineName}", second.Error);
        Assert.True(await first.KillAsync(), "the first had ended");
        JsonNode status = (await CampaignProgram.RunAsync("status", folder, "--json")).Json;
        Assert.Null(status["owner"]);
        Assert.Equal("stopped", status["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_finished_campaign_run_again_does_nothing()
    {
        Journal before = await Journal.OfAsync(run.Folder);

        ProgramResult again = await CampaignProgram.RunAsync("run", run.File, "--dir", run.Folder);

        Assert.Equal(0, again.ExitCode);
        Assert.DoesNotContain("start ", again.Output);
        Assert.Equal(before.Count, (await Journal.OfAsync(run.Folder)).Count);
        before.EveryTaskEndedOnce();
    }

    [Fact]
    public async Task A_campaign_that_shares_a_store_reuses_every_result()
    {
        string folder = run.New("second");

        ProgramResult second = await CampaignProgram.RunAsync("run", run.File, "--dir", folder, "--store", run.Store);

        Assert.True(second.ExitCode == 0, second.ToString());
        Journal journal = await Journal.OfAsync(folder);
        Assert.Equal(0, journal.CountOf("task.intended.v1"));
        Assert.Equal((await Journal.OfAsync(run.Folder)).CountOf("task.done.v1"), journal.CountOf("task.reused.v1"));
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        Assert.False(Directory.Exists(Path.Combine(folder, "artifacts")), "it keeps artifacts of its own");
    }

    [Theory]
    [InlineData(0)] // the file's head
    [InlineData(40_000)] // some rows, which only the actors read
    public async Task A_damaged_journal_is_named_and_costs_no_finished_work(int at)
    {
        string folder = run.Copy(), journal = Path.Combine(folder, "journal.db");
        Assert.True(new FileInfo(journal).Length > 80_000, "too short to damage there");
        using (FileStream file = File.OpenWrite(journal))
        {
            file.Position = at;
            file.Write([.. Enumerable.Repeat((byte)0xa5, 40_000)]);
        }
        foreach (string[] command in new string[][] { ["status", folder], ["run", run.File, "--dir", folder] })
        {
            ProgramResult refused = await CampaignProgram.RunAsync(command);
            Assert.True(refused.ExitCode == 2, refused.ToString());
            Assert.Contains("journal is damaged", refused.Error);
        }
        foreach (string part in Directory.EnumerateFiles(folder, "journal.db*"))
            File.Delete(part);

        ProgramResult result = await CampaignProgram.RunAsync("run", run.File, "--dir", folder);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain(" start   ", result.Output);
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
    }

    [Fact]
    public async Task A_damaged_artifact_is_made_again_by_its_task_and_nothing_else_is()
    {
        (string folder, string store) = run.CopyWithStore();
        string model = Directory.EnumerateFiles(store, "*.dp", SearchOption.AllDirectories).Single();
        byte[] whole = File.ReadAllBytes(model), bytes = [.. whole];
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(model, bytes);

        string changed = run.WriteFile("hotter.yaml", "temperaturesK: [700, 800, 900]", "temperaturesK: [700, 800, 870]");
        ProgramResult result = await CampaignProgram.RunAsync("run", changed, "--dir", folder, "--accept-changes");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(whole, File.ReadAllBytes(model));
        Assert.Equal(bytes, File.ReadAllBytes(model + ".damaged"));
        Assert.Contains("of task train/ionic/m0 is damaged: recomputed", result.Output);
        Assert.Equal(["train/ionic/m0"], result.Output.Split('\n')
            .Where(l => l.Contains(" start   ", StringComparison.Ordinal) && !l.Contains("870", StringComparison.Ordinal))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2])
            .Where(t => t.Split('/')[0] is not ("report" or "transport")).Order());
    }

    private static int Ended(CampaignProgram program) =>
        program.Count(l => l.Contains(" done    ", StringComparison.Ordinal) || l.Contains(" reused  ", StringComparison.Ordinal));

    private static IEnumerable<string> Checkpoints(string folder)
    {
        string training = Path.Combine(folder, "checkpoints", "train", "ionic", "m0");
        return Directory.Exists(training) ? Directory.EnumerateFiles(training, "training-*.ckpt", SearchOption.AllDirectories) : [];
    }
}
