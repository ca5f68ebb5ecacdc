using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Verbs;
using Xunit;

namespace Campaign.SystemTests.Verbs;

/// <summary>validate, plan and init as a user calls them, without starting a process.</summary>
public sealed class CampaignFileVerbTests : IDisposable
{
    private static readonly string Config = FindConfig();

    private readonly string _folder = Directory.CreateTempSubdirectory("campaign-verbs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string Output, string Error) Call(Command command, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    [Theory]
    [InlineData("quickstart.yaml", 0)]
    [InlineData("quickstart-long.yaml", 0)]
    [InlineData("li3incl6.yaml", 0)]
    [InlineData("li3ycl6.yaml", 0)]
    [InlineData("li2mgcl4.yaml", 0)]
    [InlineData("li3ticl6-paper.yaml", 20)]
    [InlineData("li3ticl6-corrected.yaml", 4)]
    public void Every_shipped_campaign_is_valid(string file, int atLeastWarnings)
    {
        (int code, string output, _) = Call(ValidateCommand.Create(), Path.Combine(Config, file), "--json");
        JsonNode json = JsonNode.Parse(output)!;
        Assert.Equal("[]", json["errors"]!.ToJsonString());
        Assert.True(json["ok"]!.GetValue<bool>());
        Assert.Equal(0, code);
        int warnings = json["warnings"]!.AsArray().Count;
        Assert.True(atLeastWarnings == 0 ? warnings == 0 : warnings >= atLeastWarnings, $"{warnings} warnings:\n{output}");
    }

    [Fact]
    public void Every_file_in_config_is_planned_to_its_report()
    {
        string[] files = [.. Directory.EnumerateFiles(Config, "*.yaml")];
        Assert.True(files.Length >= 7, string.Join(", ", files));
        foreach (string file in files)
        {
            (int code, string output, string error) = Call(PlanCommand.Create(), file, "--json");
            Assert.True(code == 0, $"{file}: {error}");
            Assert.Equal("report/report", JsonNode.Parse(output)!["tasks"]!.AsArray()[^1]!["id"]!.GetValue<string>());
        }
    }

    [Fact]
    public void Plan_as_json_has_the_fields_of_the_contract()
    {
        (int code, string output, _) = Call(PlanCommand.Create(), Path.Combine(Config, "quickstart.yaml"), "--json");
        Assert.Equal(0, code);
        JsonNode json = JsonNode.Parse(output)!;
        JsonArray tasks = json["tasks"]!.AsArray();
        Assert.Equal(tasks.Count, json["totals"]!["tasks"]!.GetValue<int>());
        Assert.True(json["totals"]!["coreHours"]!.GetValue<double>() > 0);
        Assert.All(tasks, t => Assert.Subset(
            t!.AsObject().Select(p => p.Key).ToHashSet(),
            new HashSet<string> { "id", "stage", "operation", "engine", "site", "dependsOn", "coreHours", "diskMiB" }));
        JsonNode run = tasks.Single(t => t!["id"]!.GetValue<string>() == "dlmd/ti0750/ionic/t630")!;
        Assert.Equal("""["relax/ti0750/ionic","train/ionic/m0"]""", run["dependsOn"]!.ToJsonString());
    }

    [Fact]
    public void Plan_for_people_ends_with_the_totals()
    {
        (int code, string output, _) = Call(PlanCommand.Create(), Path.Combine(Config, "li3ticl6-corrected.yaml"));
        Assert.Equal(0, code);
        Assert.Contains("dlmd (36)", output, StringComparison.Ordinal);
        Assert.Contains("estimates within a factor 3", output, StringComparison.Ordinal);
        Assert.Contains("can be planned but not run", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_structure_and_a_missing_campaign_are_said_with_exit_code_two()
    {
        string file = Path.Combine(_folder, "x.yaml");
        File.WriteAllText(file, File.ReadAllText(Path.Combine(Config, "quickstart.yaml")));
        (int code, string output, _) = Call(ValidateCommand.Create(), file);
        Assert.Equal(2, code);
        Assert.Contains("x.yaml:16:14: error: material.structure: There is no file '", output, StringComparison.Ordinal);
        Assert.Equal(2, Call(ValidateCommand.Create(), Path.Combine(_folder, "none.yaml")).Code);
        Assert.Equal(2, Call(PlanCommand.Create(), Path.Combine(_folder, "none.yaml")).Code);
    }

    [Fact]
    public void Init_writes_a_campaign_that_is_valid_and_holds_the_requested_occupancies()
    {
        string file = Path.Combine(_folder, "mine.yaml");
        (int code, string output, string error) = Call(InitCommand.Create(), Path.Combine(Config, "structures", "Li3TiCl6.cif"), "--out", file,
            "--occupancy", "Ti@2a=0.875,Ti@4g=0.0625", "--occupancy", "Ti@2a=0.84375,Ti@4g=0.078125");
        Assert.True(code == 0, output + error);
        string text = File.ReadAllText(file);
        Assert.Contains("name: v1, supercell: [2, 2, 2], occupancy: { Ti@2a: 0.875, Ti@4g: 0.0625 }", text, StringComparison.Ordinal);
        Assert.Contains("name: v2, supercell: [2, 2, 4], occupancy: { Ti@2a: 0.84375, Ti@4g: 0.078125 }", text, StringComparison.Ordinal);
        (int valid, string report, _) = Call(ValidateCommand.Create(), file, "--json");
        Assert.True(valid == 0, report);
        Assert.Equal("[]", JsonNode.Parse(report)!["warnings"]!.ToJsonString());
        Assert.Equal(2, Call(InitCommand.Create(), Path.Combine(Config, "structures", "Li3TiCl6.cif"), "--out", file).Code);
    }

    [Fact]
    public void Init_says_which_occupancies_no_small_cell_can_hold()
    {
        string file = Path.Combine(_folder, "measured.yaml");
        Assert.Equal(0, Call(InitCommand.Create(), Path.Combine(Config, "structures", "Li3TiCl6.cif"), "--out", file).Code);
        string text = File.ReadAllText(file);
        Assert.Contains("wanted 0.754", text, StringComparison.Ordinal);
        Assert.Equal(0, Call(ValidateCommand.Create(), file).Code);
    }

    private static string FindConfig()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Campaign.sln")))
                return Path.Combine(d.FullName, "config");
        throw new DirectoryNotFoundException("Campaign.sln is in no folder above the tests.");
    }
}
