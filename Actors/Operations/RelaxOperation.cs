using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Operations;

/// <summary>The relax stage with an analytic potential: positions and, where asked, the whole cell.</summary>
public sealed class RelaxOperation : Operation<RelaxParameters>
{
    protected override OperationOutcome Run(RelaxParameters p, OperationContext context, CancellationToken cancellation)
    {
        Structure start = StructureInputs.Read(context.Single(Slots.Structure));
        IPotential potential = PotentialInputs.ToSimulate(context.Single(Slots.Potential), NumberPrecision.Float64);
        var options = new RelaxationOptions
        {
            MaxForceEvPerA = p.MaxForceEvPerA,
            MaxStressGpa = p.MaxStressGpa,
            MaxSteps = p.MaxSteps,
            RelaxCell = p.RelaxCell,
        };
        double firstForce = 0;
        RelaxationResult result = CellRelaxation.Relax(potential, start, options, Report, cancellation);
        if (!result.Converged)
            return new OperationOutcome.Failed(
                $"The relaxation of {p.Variant} with the {potential.Description} stopped early: {result.Message} " +
                $"(largest force {result.MaxForceEvPerA:g3} eV/Å, wanted {p.MaxForceEvPerA:g3}). Raise relax.maxSteps or loosen relax.maxForceEvPerA.", FindingKeys.RelaxationUnfinished);

        LatticeParameters lattice = LatticeParameters.OfParent(result.Structure.Cell, p.Supercell[0], p.Supercell[1], p.Supercell[2]);
        var summary = new RelaxSummary(
            p.Variant, p.Level, lattice.A, lattice.B, lattice.C, lattice.AlphaDeg, lattice.BetaDeg, lattice.GammaDeg, lattice.VolumeA3,
            result.EnergyEv / start.Count, result.MaxForceEvPerA, result.MaxStressGpa, result.Steps);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Structure] = context.Outputs.AddText(ExtXyz.ToText(new Frame(result.Structure, result.EnergyEv)), "extxyz"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["steps"] = result.Steps, ["maxForceEvPerA"] = result.MaxForceEvPerA, ["energyEv"] = result.EnergyEv });

        void Report(RelaxationStep step)
        {
            firstForce = Math.Max(firstForce, step.MaxForceEvPerA);
            double done = firstForce > p.MaxForceEvPerA
                ? Math.Log(firstForce / Math.Max(step.MaxForceEvPerA, p.MaxForceEvPerA)) / Math.Log(firstForce / p.MaxForceEvPerA)
                : 1;
            context.Progress(Math.Clamp(done, 0, 0.99), $"step {step.Step}, largest force {step.MaxForceEvPerA:g2} eV/Å");
        }
    }
}
