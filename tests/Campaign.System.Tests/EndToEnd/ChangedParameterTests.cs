using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>Corrections, their budgets, and parameters set by hand, as a user meets them.</summary>
public sealed class ChangedParameterTests : IDisposable
{
    private const string Relax = "relax/small/ionic";
    private static readonly string File = Path.Combine(UndisturbedRun.Repository(), "tests", "data", "relax.yaml");
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"campaign-changed-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_relaxation_that_needs_more_steps_gets_them_and_why_history_and_report_say_so()
    {
        ProgramResult run = await RunAsync("--set", "relax.maxSteps=10");
        Assert.True(run.ExitCode == 0, run.ToString());

        JsonNode why = (await CampaignProgram.RunAsync("why", _folder, Relax, "--json")).Json;
        JsonNode correction = why["attempts"]![0]!["corrections"]![0]!;
        Assert.Equal("double-steps", (string)correction["handler"]!);
        Assert.Equal("numerics", (string)correction["class"]!);
        Assert.Equal(20, (int)correction["changes"]![0]!["value"]!);
        Assert.Contains("task.correctionApplied.v1", (await CampaignProgram.RunAsync("history", _folder, "--task", Relax, "--json")).Output);
        Assert.Contains(UndisturbedRun.ReportOf(_folder)["notes"]!.AsArray(), n => ((string)n!).StartsWith($"{Relax}: maxSteps = 20, changed by 'double-steps' (numerics)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_budget_the_task_fails_and_a_value_set_by_hand_completes_the_campaign()
    {
        ProgramResult run = await RunAsync("--set", "relax.maxSteps=10", "--set", "budgets.correctionsPerHandler=0");
        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Contains("budgets.correctionsPerHandler", run.Error);

        ProgramResult typo = await CampaignProgram.RunAsync("set", _folder, Relax, "maxStep=500");
        Assert.True(typo.ExitCode == 2, typo.ToString());
        Assert.Contains("Did you mean 'maxSteps'?", typo.Error);
        ProgramResult negative = await CampaignProgram.RunAsync("set", _folder, Relax, "maxSteps=-5");
        Assert.True(negative.ExitCode == 2, negative.ToString());

        foreach (string task in new[] { Relax, "relax/other/ionic" })
        {
            ProgramResult set = await CampaignProgram.RunAsync("set", _folder, task, "maxSteps=500", "--json");
            Assert.True(set.ExitCode == 0, set.ToString());
            Assert.True((bool)set.Json["accepted"]!);
        }
        ProgramResult resumed = await CampaignProgram.RunAsync("resume", _folder, "--quiet");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Contains(UndisturbedRun.ReportOf(_folder)["notes"]!.AsArray(), n => (string)n! == $"{Relax}: maxSteps = 500, set by hand.");

        ProgramResult done = await CampaignProgram.RunAsync("set", _folder, Relax, "maxSteps=600");
        Assert.True(done.ExitCode == 1, done.ToString());
        Assert.Contains("is done and its result stands", done.Error);
    }

    [Fact]
    public async Task A_value_of_the_command_line_can_be_taken_back()
    {
        await RunAsync("--set", "relax.maxSteps=10");
        ProgramResult back = await RunAsync("--unset", "relax.maxSteps", "--accept-changes");
        Assert.True(back.ExitCode == 0, back.ToString());
        ProgramResult again = await RunAsync();
        Assert.True(again.ExitCode == 0, again.ToString());
        JsonNode why = (await CampaignProgram.RunAsync("why", _folder, Relax, "--json")).Json;
        Assert.Equal(2000, (int)why["parameters"]!["maxSteps"]!);
    }

    private Task<ProgramResult> RunAsync(params string[] more) => CampaignProgram.RunAsync(["run", File, "--dir", _folder, "--quiet", .. more]);
}
