using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Paths;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Persistence.Artifacts;
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
        (int a, int b, int c) = Repeats(relaxed.Cell, parent.Cell);
        int axis = p.LayerNormal switch { "a" => 0, "b" => 1, _ => 2 };
        var notes = new List<string>();
        IReadOnlyDictionary<string, double> charges = OxidationStates.Resolve(parent.Composition, parent, null, notes);
        LayerStack? layers = LayerStack.Find(parent, symbol => charges[symbol] > 0, axis);
        if (layers is null)
            notes.Add($"the cations form no evenly spaced layers along {p.LayerNormal}*: intra and inter refer to the whole cell");

        IReadOnlyList<HopSite> sites = HopSites.Assign(
            relaxed, p.Mobile, [.. new Supercell(parent, a, b, c).Sites.Select(s => (s.Name, s.Fractional))], notes);
        ParentFrame frame = ParentFrame.InSupercell(relaxed.Cell, (a, b, c), axis, layers?.PerParentCell ?? 1, Rotations(parent));
        var search = new HopBarriers(
            potential,
            new HopOptions { MaxDistanceA = p.MaxHopDistanceA, HopsPerClass = p.HopsPerClass },
            new PathOptions { Band = new NebOptions { Images = p.Images, MaxForceEvPerA = p.MaxForceEvPerA, SpringEvPerA2 = p.SpringEvPerA2 } });

        List<HopBarrier> finished = Finished(context.CheckpointDirectory);
        DirectionResult result = search.Compute(
            relaxed, sites, frame, new Miller(p.Direction[0], p.Direction[1], p.Direction[2]), finished, Keep, Report, cancellation);

        var summary = new BarriersSummary(p.Variant, p.Level, Labels.Of(p.Label), [.. p.Direction], result.Hops, result.Spread, [.. notes, .. result.Notes]);
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
            AtomicFile.Write(FinishedFile(context.CheckpointDirectory), System.Text.Encoding.UTF8.GetBytes(ResultJson.Write(finished)));
        }

        void Report(string key, NebProgress at) => context.Progress(
            Math.Min(0.99, finished.Count / (finished.Count + 2.0)),
            $"{finished.Count} paths done; iteration {at.Iteration}, largest force {at.MaxForceEvPerA:g2} eV/Å");
    }

    private static string FinishedFile(string directory) => Path.Combine(directory, "finished.json");

    /// <summary>Paths relaxed by an earlier attempt.</summary>
    private static List<HopBarrier> Finished(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = FinishedFile(directory);
        return File.Exists(path) ? ResultJson.Read<List<HopBarrier>>(File.ReadAllText(path)) : [];
    }

    private static (int A, int B, int C) Repeats(Cell supercell, Cell parent)
    {
        int Of(int axis) => Math.Max(1, (int)Math.Round(supercell[axis].Norm / parent[axis].Norm));
        return (Of(0), Of(1), Of(2));
    }

    private static IReadOnlyList<Mat3> Rotations(AverageStructure parent) =>
        [.. parent.Operations.Select(o => new Mat3(o.RowX.X, o.RowX.Y, o.RowX.Z, o.RowY.X, o.RowY.Y, o.RowY.Z, o.RowZ.X, o.RowZ.Y, o.RowZ.Z))];
}
