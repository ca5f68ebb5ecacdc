using System.Text.Json.Nodes;
using Campaign.Compute.Engines.Scheduling;
using Campaign.SystemTests.Scheduling;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A site of <c>kind: processes</c>: work that outlives the program that started it, without a scheduler.</summary>
[Collection("stopped")]
public sealed class ProcessesTests(UndisturbedRun run)
{
    private const string Training = "train/ionic/m0", Site = """
        site: here
        kind: processes
        cores: 2
        processes: { pollSeconds: 0.3, settleSeconds: 2, heartbeatSeconds: 20 }
        """;

    [Fact]
    public async Task A_task_goes_on_when_its_orchestrator_is_killed_and_is_found_again()
    {
        (string folder, string[] command) = Prepare();
        using (CampaignProgram program = CampaignProgram.Start(command))
        {
            Assert.True(await program.SaysAsync($" start   {Training}"));
            Assert.True(await program.KillAsync());
        }
        string directory = Path.Combine(folder, "runs", Training, "a1");
        JsonNode status = (await CampaignProgram.RunAsync("status", folder, "--json")).Json;
        Assert.Equal("here", TaskOf(status)["site"]!.GetValue<string>());
        Assert.Contains("goes on by itself", (await CampaignProgram.RunAsync("why", folder, Training)).Output);
        RunDirectory.Await(() => File.Exists(Path.Combine(directory, JobFile.Exit)), "the training does not end by itself");
        JsonNode difference = Assert.Single((await CampaignProgram.RunAsync("reconcile", folder, "--json")).Json.AsArray(), d => d!["task"]?.GetValue<string>() == Training)!;
        Assert.Contains("ended", difference["scheduler"]!.GetValue<string>());
        Assert.Contains(JobFile.Exit, difference["disk"]!.GetValue<string>());

        ProgramResult ended = await CampaignProgram.RunAsync(command);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        SameNumbers(folder);
        Journal journal = await Journal.OfAsync(folder);
        journal.EveryTaskEndedOnce();
        JsonNode attempt = Assert.Single((await CampaignProgram.RunAsync("why", folder, Training, "--json")).Json["attempts"]!.AsArray())!;
        Assert.Contains("exec -- ", File.ReadAllText(attempt["script"]!.GetValue<string>()));
        Assert.NotNull(attempt["jobId"]);
        Assert.Equal(
            ["task.intended.v1", "task.submitted.v1", "task.running.v1", "task.exited.v1", "task.diagnosed.v1", "task.collected.v1", "task.done.v1"], journal.Of($"task {Training}"));
    }

    [Fact]
    public async Task A_task_that_nobody_drives_is_cancelled_with_its_process()
    {
        (string folder, string[] command) = Prepare();
        string owner = Path.Combine(folder, "runs", Training, "a1", JobFile.Owner);
        // a training of minutes: it must not end by itself before it is cancelled
        using (CampaignProgram program = CampaignProgram.Start([.. command, "--set", "train.steps=200000"]))
        {
            Assert.True(await program.SaysAsync($" start   {Training}"));
            Assert.True(await program.KillAsync());
        }
        // the script that was started begins on its own time
        RunDirectory.Await(() => File.Exists(owner), "the job does not begin");
        JobClaim claim = JobClaim.Read(File.ReadAllText(owner))!;
        Assert.True(RunDirectory.Lives(claim.Pid));

        ProgramResult cancelled = await CampaignProgram.RunAsync("cancel", folder, Training);

        Assert.True(cancelled.ExitCode == 0, cancelled.ToString());
        Assert.Contains("cancelled at the scheduler", cancelled.Output);
        Assert.False(RunDirectory.Lives(claim.Pid));
        Assert.Equal("cancelled", TaskOf((await CampaignProgram.RunAsync("status", folder, "--json")).Json)["state"]!.GetValue<string>());
    }

    [SkippableFact]
    public async Task Killed_again_and_again_over_staging_through_ssh_it_ends_with_the_same_numbers_and_every_attempt_ran_once()
    {
        SshServer.Require();
        using var server = new SshServer();
        string there = Directory.CreateDirectory(run.New("there")).FullName;
        Directory.CreateDirectory(server.At(".ssh"));
        File.Copy(server.At("known_hosts"), server.At(".ssh/known_hosts"));
        var home = new Dictionary<string, string> { ["HOME"] = server.At("") };
        string dotnet = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(p => Path.Combine(p, "dotnet")).First(File.Exists);
        (string folder, string[] command) = Prepare($$"""
            site: here
            kind: processes
            cores: 2
            processes:
              pollSeconds: 0.3
              settleSeconds: 2
              heartbeatSeconds: 20
              directory: {{there}}
              program: [{{dotnet}}, {{Path.Combine(AppContext.BaseDirectory, "Campaign.Cli.dll")}}]
              login: { host: 127.0.0.1, port: {{server.Port}}, keyFile: {{server.At("id")}} }
            """);
        string attempts = Path.Combine(folder, "runs", Training);
        int kills = 0;
        // from the first sign of the attempt on, at ever later moments of bringing inputs there, submitting, working and fetching
        for (int ms = 0; ms < 6000; ms += 400)
        {
            using CampaignProgram program = CampaignProgram.StartWith(home, command);
            await program.ReachesAsync(() => Directory.Exists(attempts));
            await Task.Delay(ms);
            if (!await program.KillAsync())
                break;
            kills++;
        }
        using CampaignProgram last = CampaignProgram.StartWith(home, command);
        ProgramResult ended = await last.EndAsync();

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.True(kills > 2, $"killed {kills} times only");
        SameNumbers(folder);
        Journal journal = await Journal.OfAsync(folder);
        journal.EveryTaskEndedOnce();
        Assert.Equal(1, journal.Of($"task {Training}").Count(e => e == "task.intended.v1"));
        Assert.Empty(Directory.EnumerateFiles(there, ".refused-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_such_a_site_does_not_have_is_refused_by_validate()
    {
        (_, string[] command) = Prepare(Site.Replace("pollSeconds: 0.3", "partition: long", StringComparison.Ordinal));
        ProgramResult refused = await CampaignProgram.RunAsync("validate", command[1]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("partition", refused.Output + refused.Error);
    }

    /// <summary>A campaign of which only the training has to be computed, at such a site.</summary>
    private (string Folder, string[] Command) Prepare(string site = Site)
    {
        string file = run.WriteFile($"processes-{Guid.NewGuid():N}.yaml", "  models: 1\n", "  models: 1\n  site: here\n");
        string sites = Path.Combine(Path.GetDirectoryName(file)!, "sites");
        Directory.CreateDirectory(sites);
        File.WriteAllText(Path.Combine(sites, "here.yaml"), site);
        string folder = run.New("processes");
        return (folder, ["run", file, "--dir", folder, "--store", run.StoreWithout(Training, run.New("store"))]);
    }

    /// <summary>Where it was computed, and what became of it meanwhile, changes no number.</summary>
    private void SameNumbers(string folder)
    {
        JsonObject report = UndisturbedRun.ReportOf(folder);
        foreach (string part in new[] { "potential", "rdf", "transport", "arrhenius", "neb" })
            Assert.Equal(run.Report[part]!.ToJsonString(), report[part]!.ToJsonString());
    }

    private static JsonNode TaskOf(JsonNode status) => status["tasks"]!.AsArray().Single(t => t!["id"]!.GetValue<string>() == Training)!;
}
