using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>The verbs that watch and steer a campaign, with the fields and exit codes of their contract.</summary>
[Collection("end to end")]
public sealed class VerbContractTests(UndisturbedRun run)
{
    private const string Barriers = "neb/small/ionic/110";
    private const string HighestTemperature = "dlmd/small/ionic/t900";

    [Fact]
    public async Task Status_tells_state_stages_tasks_and_counts()
    {
        JsonNode status = (await Succeeds("status", run.Folder, "--json")).Json;
        Assert.Equal("tiny", status["campaign"]!.GetValue<string>());
        Assert.Equal("done", status["state"]!.GetValue<string>());
        Has(status["stages"]!.AsArray(), "id", "state", "done", "total");
        Has(status["tasks"]!.AsArray(), "id", "stage", "state", "attempt", "jobId", "site", "startedAt", "endedAt", "reason");
        Assert.All(status["tasks"]!.AsArray(), t => Assert.Equal("done", t!["state"]!.GetValue<string>()));
        Assert.Equal(status["tasks"]!.AsArray().Count, status["counts"]!["done"]!.GetValue<int>());
        Assert.StartsWith("tiny: done", (await Succeeds("status", run.Folder)).Output);
    }

    [Fact]
    public async Task Why_tells_the_story_of_one_task()
    {
        JsonNode why = (await Succeeds("why", run.Folder, "train/ionic/m0", "--json")).Json;
        Has([why.DeepClone()], "task", "state", "since", "waitingFor", "attempts", "log");
        Has(why["attempts"]!.AsArray(), "n", "jobId", "startedAt", "endedAt", "exit", "findings", "corrections");
        Assert.Equal("completed", why["attempts"]![0]!["exit"]!.GetValue<string>());
        Assert.Empty(why["waitingFor"]!.AsArray());
        Assert.Contains("train/ionic/m0 is done", (await Succeeds("why", run.Folder, "train/ionic/m0")).Output);
    }

    [Fact]
    public async Task History_is_the_journal_of_all_or_of_one_task_or_the_state_as_it_was()
    {
        JsonArray all = (await Succeeds("history", run.Folder, "--json")).Json.AsArray();
        Has(all, "at", "sequence", "actor", "event", "data");
        string[] one = [.. (await Succeeds("history", run.Folder, "--task", "train/ionic/m0", "--json")).Json.AsArray().Select(e => e!["event"]!.GetValue<string>())];
        Assert.Equal(["task.intended.v1", "task.running.v1", "task.exited.v1", "task.diagnosed.v1", "task.collected.v1", "task.done.v1"], one);
        string start = all.First(e => e!["actor"]!.GetValue<string>() == "task train/ionic/m0")!["at"]!.GetValue<string>();
        JsonNode then = (await Succeeds("history", run.Folder, "--at", start, "--json")).Json;
        Assert.Equal("done", StateOf(then, "structures/small"));
        Assert.Equal("planned", StateOf(then, "validate/ionic"));
    }

    [Fact]
    public async Task Report_lays_the_finished_report_out_anywhere()
    {
        string target = run.New("report");
        ProgramResult result = await Succeeds("report", run.Folder, "--out", target);
        Assert.Equal(Path.Combine(target, "report.html"), result.Output.Trim());
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(run.Folder, "report"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Path.Combine(run.Folder, "report"), f)).Order(),
            Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target, f)).Order());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("history")]
    [InlineData("report")]
    [InlineData("resume")]
    [InlineData("pause")]
    public async Task A_folder_that_is_no_campaign_is_refused(string verb)
    {
        string folder = Directory.CreateDirectory(run.New("empty")).FullName;
        ProgramResult result = await CampaignProgram.RunAsync(verb, folder);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("not a campaign's directory", result.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_task_that_does_not_exist_is_refused_with_near_names()
    {
        foreach (string verb in new[] { "why", "cancel" })
        {
            ProgramResult result = await CampaignProgram.RunAsync(verb, run.Folder, "train/ionic/m9");
            Assert.True(result.ExitCode == 2, result.ToString());
            Assert.Contains("train/ionic/m0", result.Error);
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_exit_code_1_and_changes_nothing()
    {
        Journal before = await Journal.OfAsync(run.Folder);
        foreach (string[] wish in new string[][] { ["pause"], ["continue"], ["cancel"], ["cancel", "train/ionic/m0"], ["pause", "train/ionic/m0"] })
        {
            ProgramResult result = await CampaignProgram.RunAsync([wish[0], run.Folder, .. wish[1..], "--json"]);
            Assert.True(result.ExitCode == 1, result.ToString());
            Assert.False(result.Json["accepted"]!.GetValue<bool>());
            Assert.NotEmpty(result.Json["message"]!.GetValue<string>());
        }
        Assert.Equal(before.Count, (await Journal.OfAsync(run.Folder)).Count);
    }

    [Fact]
    public async Task A_running_campaign_can_be_paused_continued_partly_cancelled_and_completed_later()
    {
        string folder = run.New("steered");
        using CampaignProgram program = CampaignProgram.Start("run", run.File, "--dir", folder);
        Assert.True(await program.SaysAsync("start   train/ionic/m0"));

        await Accepted("pause", folder);
        JsonNode paused = await Status(folder);
        Assert.Equal("paused", paused["state"]!.GetValue<string>());
        Assert.Equal(program.Id, paused["owner"]!["pid"]!.GetValue<int>());
        await Accepted("pause", folder, HighestTemperature);
        await Accepted("cancel", folder, Barriers);
        await Accepted("continue", folder);
        Assert.True(await program.SaysAsync("done    train/ionic/m0"));
        JsonNode going = await Status(folder);
        Assert.Equal("paused", StateOf(going, HighestTemperature));
        Assert.Equal("cancelled", StateOf(going, Barriers));
        await Accepted("continue", folder, HighestTemperature);

        ProgramResult result = await program.EndAsync();

        Assert.True(result.ExitCode == 3, result.ToString());
        JsonNode missing = Assert.Single(UndisturbedRun.ReportOf(folder)["missing"]!.AsArray())!;
        Assert.Contains(Barriers, missing.ToJsonString());

        ProgramResult stillMissing = await CampaignProgram.RunAsync("resume", folder, "--quiet");
        Assert.Equal(3, stillMissing.ExitCode);
        await Accepted("retry", folder, Barriers);
        ProgramResult complete = await CampaignProgram.RunAsync("resume", folder);
        Assert.True(complete.ExitCode == 0, complete.ToString());
        Assert.Equal(run.Numbers, UndisturbedRun.NumbersOf(folder));
    }

    private static async Task<ProgramResult> Succeeds(params string[] arguments)
    {
        ProgramResult result = await CampaignProgram.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private static async Task Accepted(params string[] wish)
    {
        ProgramResult result = await Succeeds([.. wish, "--json"]);
        Assert.True(result.Json["accepted"]!.GetValue<bool>(), result.Output);
    }

    private static async Task<JsonNode> Status(string folder) => (await Succeeds("status", folder, "--json")).Json;

    private static string StateOf(JsonNode status, string task) =>
        status["tasks"]!.AsArray().Single(t => t!["id"]!.GetValue<string>() == task)!["state"]!.GetValue<string>();

    private static void Has(JsonArray rows, params string[] fields)
    {
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.All(fields, f => Assert.True(row!.AsObject().ContainsKey(f), $"no '{f}' in {row!.ToJsonString()}")));
    }
}
