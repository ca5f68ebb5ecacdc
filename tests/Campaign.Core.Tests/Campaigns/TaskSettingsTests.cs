using System.Text.Json.Nodes;
using Campaign.Core.Tests.Planning;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Campaigns;

public sealed class TaskSettingsTests
{
    private static readonly WorkflowGraph Plan = ShippedCampaigns.Plan("quickstart.yaml");
    private static readonly TaskId Run = TaskId.Parse("dlmd/ti0750/ionic/t860");

    [Fact]
    public void The_last_value_holds_and_no_value_takes_it_away()
    {
        TaskSettings settings = TaskSettings.None.With(Run, new("timeStepFs", 1)).With(Run, new("seed", 5)).With(Run, new("timeStepFs", 0.5));
        Assert.Equal(0.5, (double)settings.Applied(Plan)[Run].Parameters["timeStepFs"]!);
        Assert.Equal(2, settings.Of(Run).Count);
        TaskSettings back = settings.With(Run, new("timeStepFs", null)).With(Run, new("seed", null));
        Assert.Empty(back.Of(Run));
        Assert.Equal(CanonicalJson.Encode(Plan[Run].Parameters), CanonicalJson.Encode(back.Applied(Plan)[Run].Parameters));
    }

    [Theory]
    [InlineData("timeStepFs", "1")]
    [InlineData("timeStepFs", "0.5")]
    [InlineData("seed", "7")]
    [InlineData("minimiseFirst", "false")]
    [InlineData("repeat", "[2, 1, 1]")]
    [InlineData("precision", "\"float64\"")]
    public void A_sensible_value_is_taken(string key, string value) => Assert.Null(Refusal(key, value));

    [Theory]
    [InlineData("timestepFs", "1", "Did you mean 'timeStepFs'?")]
    [InlineData("variant", "\"other\"", "says which task")]
    [InlineData("temperatureK", "900", "says which task")]
    [InlineData("timeStepFs", "-1", "not above zero")]
    [InlineData("timeStepFs", "0", "not above zero")]
    [InlineData("timeStepFs", "2e-15", "is the unit right?")]
    [InlineData("timeStepFs", "\"1 fs\"", "a number is wanted")]
    [InlineData("timeStepFs", "\"NaN\"", "a number is wanted")]
    [InlineData("timeStepFs", "[1]", "a number is wanted")]
    [InlineData("steps", "1000.5", "not of the kind")]
    [InlineData("repeat", "[]", "empty")]
    [InlineData("repeat", "[0, 1, 1]", "not above zero")]
    [InlineData("repeat", "2", "a list is wanted")]
    [InlineData("precision", "\"float16\"", "not of the kind")]
    [InlineData("minimiseFirst", "1", "true or false is wanted")]
    public void A_wrong_value_is_refused_with_the_reason(string key, string value, string reason) => Assert.Contains(reason, Refusal(key, value));

    [Fact]
    public void A_value_that_a_dependant_was_planned_with_too_is_left_to_the_campaign_file()
    {
        WorkflowGraph paper = ShippedCampaigns.Plan("li3ticl6-paper.yaml");
        TaskSpec relax = paper.Tasks.First(t => t.Operation == OperationCatalogue.Relax && paper.Tasks.Any(o => o.Operation == OperationCatalogue.Sample && o.DependsOn.Contains(t.Id)));
        Assert.Contains("the two must agree", TaskSettings.Refusal(paper, relax.Id, new ParameterChange("dft.encutEv", 520)));
    }

    [Fact]
    public void What_a_report_says_of_the_campaign_cannot_be_set() =>
        Assert.Contains("campaign file", TaskSettings.Refusal(Plan, TaskId.Parse("report/report"), new ParameterChange("campaignName", "other")));

    private static string? Refusal(string key, string value) => TaskSettings.Refusal(Plan, Run, new ParameterChange(key, JsonNode.Parse(value)));
}
