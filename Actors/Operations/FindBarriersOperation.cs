using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Paths;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Files;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>The neb stage with a potential: climbing-image bands for the hop classes along one lattice direction.</summary>
public sealed class FindBarriersOperation : Operation<FindBarriersParameters>
{
    protected override OperationOutcome Run(FindBarriersParameters p, OperationContext context, CancellationToken cancellation)
    {
        Structure relaxed = StructureInputs.Read(context.Single(Slots.Structure));
        AverageStructure parent = AverageStructures.Read(context.Single(Slots.Parent));
        IPotential potential = PotentialInputs.Read(context.Single(Slots.Potential), NumberPrecision.Float64);
        HopLattice lattice = HopLattice.Of(relaxed, parent, p.Mobile, p.LayerNormal switch { "a" => 0, "b" => 1, _ => 2 });
        var search = new HopBarriers(
            potential,
            new HopOptions { MaxDistanceA = p.MaxHopDistanceA, HopsPerClass = p.HopsPerClass },
            new PathOptions { Band = new NebOptions { Images = p.Images, MaxForceEvPerA = p.MaxForceEvPerA, SpringEvPerA2 = p.SpringEvPerA2 } });

        AtomicFile.CreateDirectory(context.CheckpointDirectory);
        var checkpoints = new Generations(context.CheckpointDirectory, "finished", context.DamagedCheckpoint);
        List<HopBarrier> finished = checkpoints.Newest(Finished) ?? [];
        DirectionResult result = search.Compute(
            relaxed, lattice, new Miller(p.Direction[0], p.Direction[1], p.Direction[2]), finished, Keep, Report, cancellation);

        var summary = new BarriersSummary(p.Variant, p.Level, Labels.Of(p.Label), [.. p.Direction], result.Hops, result.Spread, result.Notes);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Profiles] = context.Outputs.AddText(ResultJson.Write(result.Hops.Select(h => new { h.Key, h.SitePair, h.Layer, h.Images, h.Spline })), "json"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["hops"] = result.Hops.Count, ["minBarrierEv"] = result.Spread?.MinEv, ["maxBarrierEv"] = result.Spread?.MaxEv });

        void Keep(HopBarrier hop)
        {
            finished.Add(hop);
            checkpoints.Keep(finished.Count, path => SealedFile.Write(path, Encoding.UTF8.GetBytes(ResultJson.Write(finished))));
        }

        void Report(string key, NebProgress at) => context.Progress(
            Math.Min(0.99, finished.Count / (finished.Count + 2.0)),
            $"{finished.Count} paths done; iteration {at.Iteration}, largest force {at.MaxForceEvPerA:g2} eV/Å");
    }

    /// <summary>Paths relaxed by an earlier attempt.</summary>
    private static List<HopBarrier> Finished(string path) => ResultJson.Read<List<HopBarrier>>(Encoding.UTF8.GetString(SealedFile.Read(path)));
}
