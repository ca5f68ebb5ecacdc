using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs;
using Xunit;

namespace Campaign.Core.Tests.Planning;

public sealed class PlannerTests
{
    private static WorkflowGraph Plan(string file, params string[] overrides)
    {
        CampaignSpec spec = ShippedCampaigns.Spec(file, overrides);
        return Planner.Plan(spec, ShippedCampaigns.Inputs(spec));
    }

    [Theory]
    [InlineData("quickstart.yaml", "structures 3, relax 3, aimd 5, dataset 1, train 1, validate 1, dlmd 12, transport 14, neb 8, report 1")]
    [InlineData("quickstart-long.yaml", "structures 3, relax 3, aimd 33, dataset 1, train 1, validate 1, dlmd 72, transport 42, neb 24, report 1")]
    [InlineData("li3ticl6-paper.yaml", "structures 3, relax 6, aimd 12, dataset 2, train 2, validate 2, dlmd 12, transport 14, neb 8, report 1")]
    [InlineData("li3ticl6-corrected.yaml", "structures 9, relax 6, aimd 36, dataset 2, train 2, validate 2, dlmd 36, transport 14, neb 8, report 1")]
    public void Shipped_campaigns_have_the_expected_number_of_tasks_per_stage(string file, string expected)
    {
        string[] order = ["structures", "relax", "aimd", "dataset", "train", "validate", "dlmd", "transport", "neb", "report"];
        WorkflowGraph graph = Plan(file);
        Assert.Equal(expected, string.Join(", ", order.Select(s => $"{s} {graph.Tasks.Count(t => t.Id.Stage == s)}")));
        Assert.All(graph.Stages, s => Assert.Contains(s, order));
    }
}
