using System.Text.Json.Nodes;
using Xunit;

namespace Campaign.SystemTests.EndToEnd;

[Collection("end to end")]
public sealed class ChangedCampaignTests(UndisturbedRun run)
{
    [Fact]
    public async Task A_changed_file_is_refused_and_once_accepted_only_what_changed_runs()
    {
        string folder = run.Copy();
        string changed = run.WriteFile("changed.yaml", "temperaturesK: [700, 800, 900]", "temperaturesK: [700, 800, 850]");
        int before = (await Journal.OfAsync(folder)).Count;

        ProgramResult refused = await CampaignProgram.RunAsync("run", changed, "--dir", folder);

        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("+ dlmd/small/ionic/t850", refused.Error);
        Assert.Contains("- dlmd/small/ionic/t900", refused.Error);
        Assert.Contains("--accept-changes", refused.Error);
        Assert.Equal(before, (await Journal.OfAsync(folder)).Count);

        ProgramResult accepted = await CampaignProgram.RunAsync("run", changed, "--dir", folder, "--accept-changes");

        Assert.True(accepted.ExitCode == 0, accepted.ToString());
        string[] started = [.. accepted.Output.Split('\n').Where(l => l.Contains(" start   ", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]).Order(StringComparer.Ordinal)];
        Assert.Equal(
        [
            "dlmd/small/ionic/blank-t850", "dlmd/small/ionic/t850", "report/report", "transport/small/ionic/arrhenius", "transport/small/ionic/blank-arrhenius",
            "transport/small/ionic/blank-t850", "transport/small/ionic/t850",
        ], started);
        double[] temperatures = [.. UndisturbedRun.ReportOf(folder)["transport"]!.AsArray().Select(t => t!["temperatureK"]!.GetValue<double>()).Distinct().Order()];
        Assert.Equal([700, 800, 850], temperatures);
        Assert.Equal(1, (await Journal.OfAsync(folder)).CountOf("campaign.replanned.v1"));
    }

    [Fact]
    public async Task A_value_set_on_the_command_line_is_shown_as_a_change_journaled_and_kept()
    {
        string folder = run.Copy();

        ProgramResult refused = await CampaignProgram.RunAsync("run", run.File, "--dir", folder, "--set", "transport.hopLengthA=3.5");
        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("~ transport/small/ionic/t700", refused.Error);
        Assert.DoesNotContain("~ dlmd", refused.Error);

        ProgramResult accepted = await CampaignProgram.RunAsync("run", run.File, "--dir", folder, "--set", "transport.hopLengthA=3.5", "--accept-changes");
        Assert.True(accepted.ExitCode == 0, accepted.ToString());
        Assert.DoesNotContain("start   dlmd", accepted.Output);
        Journal journal = await Journal.OfAsync(folder);
        Assert.Equal(1, journal.CountOf("campaign.parameterSet.v1"));

        ProgramResult again = await CampaignProgram.RunAsync("run", run.File, "--dir", folder);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(journal.Count, (await Journal.OfAsync(folder)).Count);
    }

    [Fact]
    public async Task A_missing_file_is_named_and_nothing_is_created()
    {
        string folder = Directory.CreateDirectory(run.New("empty")).FullName;
        ProgramResult result = await CampaignProgram.RunInAsync(folder, "run", "no-such.yaml");
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("no-such.yaml", result.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("seed: 7", "seed: [7", 4)]
    [InlineData("seed: 7", "sede: 7", 4)]
    [InlineData("timeStepFs: 2\n  equilibrationPs: 0.2", "timeStepFs: two\n  equilibrationPs: 0.2", 53)]
    [InlineData("structures/Li3TiCl6.cif", "structures/no-such.cif", 8)]
    public async Task A_wrong_file_is_refused_with_line_and_column_and_nothing_is_created(string right, string wrong, int line)
    {
        string folder = Directory.CreateDirectory(run.New("empty")).FullName;
        string file = run.WriteFile($"wrong-{Guid.NewGuid():N}.yaml", right, wrong);
        ProgramResult result = await CampaignProgram.RunInAsync(folder, "run", file);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Matches($@"{Path.GetFileNameWithoutExtension(file)}\.yaml:{line}:\d+: ", result.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }
}
