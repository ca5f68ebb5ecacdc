using System.Diagnostics;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>
/// The dlmd stage: minimisation, equilibration, then Nose-Hoover chain NVT with the trained potential, or with the
/// teacher itself for the method blank.
/// </summary>
public sealed class DynamicsOperation : Operation<DynamicsParameters>
{
    private static readonly RelaxationOptions Minimisation = new() { MaxForceEvPerA = 0.02, MaxSteps = 500 };

    protected override OperationOutcome Run(DynamicsParameters p, OperationContext context, CancellationToken cancellation)
    {
        Structure structure = Repeated(StructureInputs.Read(context.Single(Slots.Structure)), p.Repeat);
        IPotential potential = PotentialInputs.ToSimulate(context.Single(Slots.Potential), p.Precision, p.Threads ?? 1);
        var options = new MdOptions
        {
            TimeStepFs = p.TimeStepFs,
            Nvt = new NvtOptions(p.TemperatureK, p.DampingFs, p.ChainLength),
            SegmentSteps = p.SegmentSteps,
            SampleEverySteps = p.DumpEverySteps,
        };
        long total = p.EquilibrationSteps + p.Steps;
        var watch = Stopwatch.StartNew();
        long stepsHere = 0;

        var equilibration = new SegmentedRun(Path.Combine(context.CheckpointDirectory, "equilibration"), context.DamagedCheckpoint);
        MdResult warm = equilibration.Run(potential, structure, options, Begin, p.EquilibrationSteps, _ => null, Overall, cancellation);
        if (warm.Outcome == MdOutcome.Diverged)
            return Diverged(warm);
        var production = new SegmentedRun(Path.Combine(context.CheckpointDirectory, "production"), context.DamagedCheckpoint, p.EquilibrationSteps);
        MdResult result = production.Run(potential, structure, options, () => warm.State, total, Written, Overall, cancellation);
        if (result.Outcome == MdOutcome.Diverged)
            return Diverged(result);

        string trajectory = Path.Combine(context.RunDirectory, "trajectory.extxyz");
        int frames = production.JoinFrames(trajectory);
        double spacingFs = p.DumpEverySteps * p.TimeStepFs;
        double mean = (result.State.TemperatureSumK - warm.State.TemperatureSumK) / p.Steps;
        var summary = new DynamicsSummary(
            p.Variant, p.Level, Labels.Of(p.Label), potential.Description, structure.Count,
            p.TemperatureK, mean, p.TimeStepFs, p.Steps, frames, spacingFs,
            result.ConservedDriftEv / structure.Count / (total * p.TimeStepFs / 1000));
        double microseconds = stepsHere == 0 ? double.NaN : watch.Elapsed.TotalMicroseconds / stepsHere / structure.Count;
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Trajectory] = context.Outputs.AddFile(trajectory, "extxyz"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject
            {
                ["temperatureMeanK"] = mean,
                ["frames"] = frames,
                ["atomSteps"] = structure.Count * total,
                ["usPerAtomStep"] = double.IsFinite(microseconds) ? microseconds : null,
                ["pairsOutsideTables"] = (potential as DeepPotentialModel)?.PairsOutsideTables,
            });

        MdState Begin()
        {
            Structure start = structure;
            if (p.MinimiseFirst)
                start = ConjugateGradient.Minimise(potential, structure, Minimisation, null, cancellation).Structure;
            return MdState.Start(start, p.TemperatureK, new Rng((ulong)p.Seed), p.ChainLength);
        }

        Frame? Written(MdFrame f) => f.Step < p.EquilibrationSteps
            ? null
            : new Frame(structure with { Positions = [.. f.Positions] }, f.PotentialEv, TimeFs: f.TimeFs);

        void Overall(MdFrame f)
        {
            stepsHere += p.DumpEverySteps;
            context.Progress((double)f.Step / total, $"{f.TimeFs / 1000:f1} of {total * p.TimeStepFs / 1000:f1} ps, {f.TemperatureK:f0} K");
        }

        OperationOutcome Diverged(MdResult r) =>
            new OperationOutcome.Failed($"{potential.Description}, {p.Variant} at {p.TemperatureK} K: {r.Message}", FindingKeys.DynamicsDiverged);
    }

    private static Structure Repeated(Structure s, IReadOnlyList<int> n)
    {
        if (n.All(x => x == 1))
            return s;
        var types = new List<int>();
        var positions = new List<Vec3>();
        for (int a = 0; a < n[0]; a++)
            for (int b = 0; b < n[1]; b++)
                for (int c = 0; c < n[2]; c++)
                {
                    types.AddRange(s.Types);
                    positions.AddRange(s.Positions.Select(r => r + a * s.Cell.A + b * s.Cell.B + c * s.Cell.C));
                }
        return new Structure(s.Cell.Repeated(n[0], n[1], n[2]), s.TypeMap, [.. types], [.. positions]);
    }
}
