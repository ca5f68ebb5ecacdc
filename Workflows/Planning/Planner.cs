using System.Globalization;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Planning;

/// <summary>
/// From a spec to the graph of tasks. Pure and deterministic: equal arguments give equal ids, parameters and order. A task's seed
/// follows from the campaign's seed and what the task is, never from its position, so adding a temperature leaves the others alone.
/// </summary>
public static class Planner
{
    public static WorkflowGraph Plan(CampaignSpec spec, PlanInputs inputs) => new(new GraphBuilder(spec, inputs).Build());

    /// <summary>Lattice direction as part of a task id: [1, -1, 0] is 1m10.</summary>
    public static string DirectionTag(IReadOnlyList<int> direction) =>
        string.Concat(direction.Select(d => string.Create(CultureInfo.InvariantCulture, $"{(d < 0 ? "m" : "")}{Math.Abs(d)}")));

    public static string TemperatureTag(double temperatureK) => "t" + temperatureK.ToString(CultureInfo.InvariantCulture);

    /// <summary>Stable over versions of .NET: FNV-1a of what the seed is for, mixed with the campaign's seed; in [0, 2^53).</summary>
    public static long SeedFor(long campaignSeed, string purpose)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in $"{campaignSeed}/{purpose}")
            hash = (hash ^ c) * 1099511628211;
        return (long)(hash >> 11);
    }
}
