using System.Text;
using Campaign.Compute.Paths;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Files;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>The neb stage with a potential: climbing-image bands for the hop classes along one lattice direction.</summary>
public sealed class FindBarriersOperation : Operation<FindBarriersParameters>
{
    protected override OperationOutcome Run(FindBarriersParameters p, OperationContext context, CancellationToken cancellation)
    {
        Structure relaxed = StructureInputs.Read(context.Single(Slots.Structure));
        IPotential potential = PotentialInputs.ToSimulate(context.Single(Slots.Potential), NumberPrecision.Float64);
        var search = new HopBarriers(new MinimumEnergyPath(potential, new PathOptions { Band = BarrierInputs.Band(p) }), BarrierInputs.Hops(p));

        AtomicFile.CreateDirectory(context.CheckpointDirectory);
        var checkpoints = new Generations(context.CheckpointDirectory, "finished", context.DamagedCheckpoint);
        List<HopBarrier> finished = checkpoints.Newest(Finished) ?? [];
        DirectionResult result = search.Compute(relaxed, BarrierInputs.Lattice(context, p, relaxed), BarrierInputs.Direction(p), finished, Keep, Report, cancellation);
        AttemptExit.Completed done = BarrierInputs.Completed(context, p, result);
        return new OperationOutcome.Completed(done.Outputs, done.Summary!);

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
