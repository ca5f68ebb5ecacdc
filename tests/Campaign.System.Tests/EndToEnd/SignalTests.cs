using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>Processes that are told to stop, made to stand still, or not alone.</summary>
[Collection("stopped")]
public sealed class SignalTests(UndisturbedRun run)
{
    private const string Training = "train/ionic/m0";

    [Fact]
    public async Task A_second_interrupt_ends_at_once_a_process_whose_work_does_not_stop()
    {
        // Work that does not stop when asked: it waits for the other end of a pipe that lies where its artifact belongs.
        string folder = run.New("stuck"), store = run.StoreWithout(Training, run.New("store"));
        string model = run.OutputOf(Training, "model"), pipe = Path.Combine(store, Path.GetRelativePath(run.Store, model));
        long length = new FileInfo(model).Length;
        File.Delete(pipe);
        using (var make = Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync();
        string[] command = ["run", run.File, "--dir", folder, "--store", store];
        using CampaignProgram program = CampaignProgram.Start(command);
        bool Waits() => Directory.EnumerateFiles(Path.Combine(store, "artifacts"), "*.tmp").Any(f => new FileInfo(f) is { Exists: true } i && i.Length == length);
        Assert.True(await program.ReachesAsync(Waits));

        program.Signal("INT");
        Assert.True(await program.SaysAsync(" stopping: "));
        Assert.True(program.IsRunning);
        program.Signal("INT");
        ProgramResult ended = await program.EndAsync();

        Assert.True(ended.ExitCode == 128 + 2, ended.ToString());
        Assert.DoesNotContain("nothing is lost", ended.Error); // it was not let finish
        File.Delete(pipe);
        await FinishesAsync(folder, command);
    }

    [Fact]
    public async Task A_closed_terminal_stops_the_campaign_as_an_interrupt_does()
    {
        string folder = run.New("hung-up"), store = run.StoreWithout(Training, run.New("store"));
        string[] command = ["run", run.File, "--dir", folder, "--store", store];
        using CampaignProgram program = CampaignProgram.Start(command);
        Assert.True(await program.SaysAsync($" start   {Training}"));

        program.Signal("HUP");
        ProgramResult stopped = await program.EndAsync();

        Assert.True(stopped.ExitCode == 130, stopped.ToString());
        JsonNode status = (await CampaignProgram.RunAsync("status", folder, "--json")).Json;
        Assert.Equal("stopped", status["state"]!.GetValue<string>());
        Assert.DoesNotContain(status["tasks"]!.AsArray(), t => t!["state"]!.GetValue<string>() == "running");
        await FinishesAsync(folder, command);
    }

    [Fact]
    public async Task A_process_that_stands_still_keeps_its_campaign_and_goes_on_afterwards()
    {
        string folder = run.New("frozen"), store = run.StoreWithout(Training, run.New("store"));
        string[] command = ["run", run.File, "--dir", folder, "--store", store];
        using CampaignProgram program = CampaignProgram.Start(command);
        Assert.True(await program.SaysAsync($" start   {Training}"));

        program.Signal("STOP");
        var still = Stopwatch.StartNew();
        ProgramResult second = await CampaignProgram.RunAsync(command);
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, 3 - still.Elapsed.TotalSeconds))); // how long it stands still, not a synchronisation
        program.Signal("CONT");
        ProgramResult result = await program.EndAsync();

        Assert.True(second.ExitCode == 75, second.ToString());
        Assert.Contains($"Process {program.Id} on {Environment.MachineName}", second.Error);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        Journal journal = await Journal.OfAsync(folder);
        journal.EveryTaskEndedOnce();
        Assert.Equal(0, journal.CountOf("task.interrupted.v1"));
    }

    [Fact]
    public async Task Two_campaigns_that_fill_one_store_at_the_same_time_end_with_the_same_numbers()
    {
        string store = run.New("store");
        string[] folders = [run.New("left"), run.New("right")];

        ProgramResult[] results = await Task.WhenAll(folders.Select(f => CampaignProgram.RunAsync("run", run.File, "--dir", f, "--store", store)));

        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.ToString()));
        foreach (string folder in folders)
        {
            Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
            (await Journal.OfAsync(folder)).EveryTaskEndedOnce();
        }
        Assert.Empty(Directory.EnumerateFiles(store, "*.damaged", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(store, "*.tmp", SearchOption.AllDirectories));
    }

    private async Task FinishesAsync(string folder, string[] command)
    {
        ProgramResult result = await CampaignProgram.RunAsync(command);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        (await Journal.OfAsync(folder)).EveryTaskEndedOnce();
    }
}
