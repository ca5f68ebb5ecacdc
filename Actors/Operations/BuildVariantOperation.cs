using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>The structures stage: an ordered supercell of the average structure.</summary>
public sealed class BuildVariantOperation : Operation<BuildVariantParameters>
{
    protected override OperationOutcome Run(BuildVariantParameters p, OperationContext context, CancellationToken cancellation)
    {
        InputFile file = context.Single(Slots.Structure);
        VariantResult variant;
        try
        {
            AverageStructure parent = AverageStructures.Read(file);
            if (context.All(Slots.Lattice) is [var relaxed])
                parent = parent with { Cell = ParentCell(StructureInputs.Read(relaxed).Cell, parent.Cell) };
            variant = VariantBuilder.Build(parent, Request(p));
        }
        catch (VariantException e)
        {
            return new OperationOutcome.Failed(e.Message);
        }

        var summary = new VariantSummary(
            variant.Name,
            variant.Structure.Count,
            [.. p.Supercell],
            variant.KMesh.ToArray(),
            variant.Counts,
            [.. variant.Occupancies.Select(o => new OccupancySummary(o.Species, o.Site, o.Target, o.Achieved, o.Atoms, o.Positions))],
            variant.MinCationDistanceA,
            [.. variant.ShortContacts.Select(c => new ContactSummary(c.Species, c.LimitA, c.Count))],
            variant.EwaldEv,
            variant.Rank,
            variant.Draws,
            p.Disorder == DisorderKind.StackingFaults ? "stacking faults" : "random sites",
            variant.Messages);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Structure] = context.Outputs.AddText(ExtXyz.ToText(new Frame(variant.Structure)), "extxyz"),
                [Slots.Poscar] = context.Outputs.AddText(Poscar.Write(variant.Structure, $"{variant.Name} {string.Join('x', p.Supercell)}"), "vasp"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["atoms"] = variant.Structure.Count, ["ewaldEv"] = variant.EwaldEv, ["draws"] = variant.Draws });
    }

    private static VariantRequest Request(BuildVariantParameters p) =>
        new(p.Name, p.Supercell[0], p.Supercell[1], p.Supercell[2], p.Occupancy, p.Draws, (ulong)p.Seed)
        {
            Disorder = p.Disorder == DisorderKind.StackingFaults ? DisorderModel.StackingFaults : DisorderModel.Random,
            OxidationStates = p.OxidationStates,
            KSpacingPerA = p.KSpacingPerA,
        };

    /// <summary>The conventional cell of a relaxed supercell of the parent.</summary>
    private static Cell ParentCell(Cell relaxed, Cell parent)
    {
        Vec3 Row(int axis) => relaxed[axis] / Math.Max(1, Math.Round(relaxed[axis].Norm / parent[axis].Norm));
        return new Cell(Row(0), Row(1), Row(2));
    }
}
