using Campaign.Workflows.Artifacts;

namespace Campaign.Workflows.Planning;

/// <summary>What the planner is given beside the spec.</summary>
/// <param name="Files">Path as written in the campaign file to the artifact of its content.</param>
/// <param name="Costs">Overrides per site name; others use the defaults.</param>
public sealed record PlanInputs(
    IReadOnlyDictionary<string, ArtifactRef> Files,
    MaterialFacts Material,
    IReadOnlyDictionary<string, CostModel>? Costs = null)
{
    public CostModel CostAt(string site) => Costs is not null && Costs.TryGetValue(site, out CostModel? c) ? c : DefaultCost;

    private static readonly CostModel DefaultCost = new();
}
