using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>The aimd stage with an analytic potential: labelled frames from NVT dynamics, a stand-in for ab initio dynamics.</summary>
public sealed class SampleOperation : Operation<SampleParameters>
{
    private const int SegmentSteps = 2000;

    protected override OperationOutcome Run(SampleParameters p, OperationContext context, CancellationToken cancellation)
    {
        Structure relaxed = StructureInputs.Read(context.Single(Slots.Structure));
        IPotential potential = PotentialInputs.ToSimulate(context.Single(Slots.Potential), NumberPrecision.Float64);
        var rng = new Rng((ulong)p.Seed);
        Structure structure = SampledCell.Of(relaxed, p, rng);
        var nvt = new NvtOptions(p.TemperatureK, p.DampingFs);
        var options = new MdOptions { TimeStepFs = p.TimeStepFs, Nvt = nvt, SegmentSteps = SegmentSteps, SampleEverySteps = p.FrameStride };
        long total = p.EquilibrationSteps + p.Steps;
        var run = new SegmentedRun(context.CheckpointDirectory, context.DamagedCheckpoint);
        MdResult result = run.Run(
            potential, structure, options,
            () => MdState.Start(structure, p.TemperatureK, rng, nvt.ChainLength),
            total, Labelled, f => context.Progress((double)f.Step / total, $"step {f.Step} of {total}, {f.TemperatureK:f0} K"), cancellation);
        if (result.Outcome == MdOutcome.Diverged)
            return new OperationOutcome.Failed($"Sampling {p.Variant} at {p.TemperatureK} K: {result.Message}", FindingKeys.DynamicsDiverged);

        string frames = Path.Combine(context.RunDirectory, "frames.extxyz");
        int count = run.JoinFrames(frames);
        var summary = new SampleSummary(
            p.Variant, p.Level, potential.Description, p.TemperatureK, result.MeanTemperatureK, p.TimeStepFs, count, p.FrameStride * p.TimeStepFs, p.Strain, p.Vacancy?.Count ?? 0);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Frames] = context.Outputs.AddFile(frames, "extxyz"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["frames"] = count, ["temperatureMeanK"] = result.MeanTemperatureK });

        Frame? Labelled(MdFrame f) => f.Step <= p.EquilibrationSteps
            ? null
            : new Frame(structure with { Positions = [.. f.Positions] }, f.PotentialEv, [.. f.Forces], f.VirialEv, f.TimeFs);
    }
}
