using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>The cells worth a picture: every variant of the campaign file, relaxed where it was relaxed.</summary>
internal static class PictureAssembly
{
    public static IEnumerable<StructurePicture> Of(ReportParameters p, ReportInputs inputs)
    {
        Sourced<RelaxSummary>[] relaxed = [.. inputs.Read<RelaxSummary>("relax", Slots.Summary)];
        Sourced<VariantSummary>[] built = [.. inputs.Read<VariantSummary>("structures", Slots.Summary)];
        foreach (ReportVariant v in p.Variants)
        {
            Sourced<RelaxSummary>? r = relaxed.FirstOrDefault(x => x.Value.Variant == v.Name);
            if ((r?.Task ?? built.FirstOrDefault(x => x.Value.Name == v.Name)?.Task) is { } task && inputs.File(task, Slots.Structure) is { } file)
                yield return new StructurePicture(v.Name, r?.Value.Level, StructureInputs.Read(file), p.LayerNormal switch { "a" => 0, "b" => 1, _ => 2 }, p.LayerNormal is not null);
        }
    }
}
