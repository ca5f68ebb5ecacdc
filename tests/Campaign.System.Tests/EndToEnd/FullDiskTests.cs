using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A disk that takes no more: really full, or read-only. Waited out, or refused in words; nothing is reported that is not kept.</summary>
[Collection("end to end")]
public sealed class FullDiskTests(UndisturbedRun run)
{
    private const string Training = "train/ionic/m0";

    [Fact]
    public async Task A_full_disk_under_the_artifacts_is_waited_out_by_ever_later_attempts()
    {
        using SmallDisk? disk = SmallDisk.Mount(run.New("disk"));
        if (disk is null)
            return;
        string folder = run.New("artifacts-full"), store = run.StoreWithout(Training, Path.Combine(disk.Root, "store"));
        using CampaignProgram program = CampaignProgram.Start("run", run.File, "--dir", folder, "--store", store);
        Assert.True(await program.SaysAsync($" start   {Training}"));

        disk.Fill();
        Assert.True(await program.SaysAsync($" retry   {Training} later: "), "the full disk went unnoticed");
        Assert.Equal([".claim", "attempt.log"], Directory.EnumerateFileSystemEntries(Path.Combine(folder, "runs", Training, "a1")).Select(e => Path.GetFileName(e)!).Order());
        disk.Free();
        ProgramResult result = await program.EndAsync();

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        Journal journal = await Journal.OfAsync(folder);
        journal.EveryTaskEndedOnce();
        Assert.Contains("task.retryScheduled.v1", journal.Of($"task {Training}"));
    }

    [Theory]
    [InlineData(false)] // it goes on by itself
    [InlineData(true)] // it is killed meanwhile
    public async Task A_full_disk_under_the_journal_loses_nothing_and_nothing_is_reported_that_is_not_kept(bool killed)
    {
        using SmallDisk? disk = SmallDisk.Mount(run.New("disk"));
        if (disk is null)
            return;
        string folder = Path.Combine(disk.Root, "campaign"), store = run.StoreWithout(Training, run.New("store"));
        string[] command = ["run", run.File, "--dir", folder, "--store", store];
        using CampaignProgram program = CampaignProgram.Start(command);
        Assert.True(await program.SaysAsync($" start   {Training}"));

        disk.Fill();
        Assert.Equal(0, (await CampaignProgram.RunAsync("status", folder)).ExitCode);
        Journal meanwhile = await Journal.OfAsync(folder);
        Assert.DoesNotContain("task.done.v1", meanwhile.Of($"task {Training}"));
        foreach (string task in program.Ended())
            Assert.Contains(meanwhile.Of($"task {task}"), e => e is "task.done.v1" or "task.reused.v1");
        Assert.True(program.IsRunning, "the full disk ended the process");
        ProgramResult result;
        if (killed)
        {
            Assert.True(await program.KillAsync());
            disk.Fill(); // what the dead process held is free
            ProgramResult refused = await CampaignProgram.RunAsync(command);
            Assert.True(refused.ExitCode == 2, refused.ToString());
            Assert.Contains("No space left on device", refused.Error);
            disk.Free();
            result = await CampaignProgram.RunAsync(command);
        }
        else
        {
            disk.Free();
            result = await program.EndAsync();
        }

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
        (await Journal.OfAsync(folder)).EveryTaskEndedOnce();
    }

    [Fact]
    public async Task A_campaign_on_a_read_only_disk_can_be_read_and_is_not_driven()
    {
        using SmallDisk? disk = SmallDisk.Mount(run.New("disk"));
        if (disk is null)
            return;
        string folder = Path.Combine(disk.Root, "campaign");
        string[] command = ["run", run.File, "--dir", folder, "--store", run.Store];
        using (CampaignProgram program = CampaignProgram.Start(command))
        {
            Assert.True(await program.SaysAsync(" reused  "));
            Assert.True(await program.KillAsync(), "it had ended"); // events are left in the write-ahead log
        }
        disk.MakeReadOnly();

        foreach (string[] refused in new[] { command, ["resume", folder], ["run", run.File, "--dir", Path.Combine(disk.Root, "new")] })
        {
            ProgramResult result = await CampaignProgram.RunAsync(refused);
            Assert.True(result.ExitCode == 2, result.ToString());
            Assert.Contains("Read-only file system", result.Error);
            Assert.Contains("Make the directory writable", result.Error);
        }
        Assert.Equal("stopped", (await CampaignProgram.RunAsync("status", folder, "--json")).Json["state"]!.GetValue<string>());
        Assert.NotEmpty((await Journal.OfAsync(folder)).Tasks);

        disk.MakeWritable();
        ProgramResult finished = await CampaignProgram.RunAsync(command);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
    }
}
