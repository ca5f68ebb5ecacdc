using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>What a search for barriers is given and leaves, whoever carries it out.</summary>
internal static class BarrierInputs
{
    public static HopLattice Lattice(OperationContext context, FindBarriersParameters p, Structure relaxed) =>
        HopLattice.Of(relaxed, AverageStructures.Read(context.Single(Slots.Parent)), p.Mobile, p.LayerNormal switch { "a" => 0, "b" => 1, _ => 2 });

    public static Miller Direction(FindBarriersParameters p) => new(p.Direction[0], p.Direction[1], p.Direction[2]);

    public static HopOptions Hops(FindBarriersParameters p) => new() { MaxDistanceA = p.MaxHopDistanceA, HopsPerClass = p.HopsPerClass };

    public static NebOptions Band(FindBarriersParameters p) => new() { Images = p.Images, MaxForceEvPerA = p.MaxForceEvPerA, SpringEvPerA2 = p.SpringEvPerA2 };

    public static AttemptExit.Completed Completed(OperationContext context, FindBarriersParameters p, DirectionResult result)
    {
        var summary = new BarriersSummary(p.Variant, p.Level, Labels.Of(p.Label), [.. p.Direction], result.Hops, result.Spread, result.Notes);
        return new AttemptExit.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Profiles] = context.Outputs.AddText(ResultJson.Write(result.Hops.Select(h => new { h.Key, h.SitePair, h.Layer, h.Images, h.Spline })), "json"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["hops"] = result.Hops.Count, ["minBarrierEv"] = result.Spread?.MinEv, ["maxBarrierEv"] = result.Spread?.MaxEv });
    }
}
