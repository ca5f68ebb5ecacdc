using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Datasets;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Relabelling;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs.Vasp;

/// <summary>Frames that VASP has labelled again, against the labels that their trajectory gave them.</summary>
internal static class LabelComparison
{
    public static VaspRelabelling Settings(OperationContext context)
    {
        RelabelParameters p = CanonicalParameters.Read<RelabelParameters>(context.Task.Parameters);
        LevelOfTheory theory = ResultJson.ReadFile<SampleSummary>(context.Single(Slots.Summary)).AbInitio?.Theory
            ?? throw new InvalidDataException($"The trajectory {context.Single(Slots.Summary).From} does not say at which level of theory its labels were made.");
        return new VaspRelabelling(VaspLevels.Of(p.Dft), context.Single(Slots.Frames).Path, p.Fraction, p.Seed, VaspLevels.ExtraElectrons(p.Vacancy), theory);
    }

    public static AttemptExit.Completed Keep(OperationContext context, VaspRelabelling settings, RelabelledFrames result)
    {
        RelabelParameters p = CanonicalParameters.Read<RelabelParameters>(context.Task.Parameters);
        LabelDifference[] differences = [.. result.Frames.Select(f => LabelDifference.Of(f.Before.EnergyEv!.Value, f.Before.ForcesEvPerA!, f.EnergyEv, f.ForcesEvPerA))];
        var scatter = LabelScatter.Of(differences);
        var summary = new RelabelSummary(
            p.Variant, p.Level, context.Single(Slots.Frames).From?.Value ?? "", settings.Level.InitialMoments, result.Program,
            scatter.Frames, scatter.ForceRms, scatter.LargestForceEvPerA, scatter.EnergyMean, scatter.EnergySpreadEvPerAtom, [.. result.LeftOut.Select(f => new LeftOutFrame(f.Number, f.Why))]);
        return new AttemptExit.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Scatter] = context.Outputs.AddSummary(summary),
                [Slots.Differences] = context.Outputs.AddText(Csv(result.Frames, differences), "csv"),
            },
            new JsonObject
            {
                ["frames"] = scatter.Frames, ["leftOut"] = result.LeftOut.Count, ["forceRmsEvPerA"] = scatter.ForceRms.Value, ["maxForceDifferenceEvPerA"] = scatter.LargestForceEvPerA,
                ["energyMeanEvPerAtom"] = scatter.EnergyMean.Value,
            });
    }

    private static string Csv(IReadOnlyList<RelabelledFrame> frames, LabelDifference[] differences)
    {
        var csv = new StringBuilder("frame,time_fs,force_rms_eV_per_A,max_force_eV_per_A,energy_eV_per_atom,most_moment_muB\n");
        foreach ((RelabelledFrame f, LabelDifference d) in frames.Zip(differences))
            csv.Append(CultureInfo.InvariantCulture, $"{f.Number},{f.Before.TimeFs:0.###},{d.ForceEvPerA:R},{d.LargestForceEvPerA:R},{d.EnergyEvPerAtom:R},{f.LargestMoment:0.000}\n");
        return csv.ToString();
    }
}
