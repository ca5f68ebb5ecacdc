using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Sampling;
using Campaign.Compute.Formats;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs.Vasp;

/// <summary>Makes labelled frames, a ledger of moments and a summary of a trajectory that VASP has finished.</summary>
internal static class SampledFrames
{
    /// <summary>A mean temperature further off than this, and than three of its standard errors, is worth a word.</summary>
    private const double FarOff = 0.03;

    /// <summary>For so long, fs, the kinetic energy remembers.</summary>
    private const double CorrelationFs = 100;

    public static AttemptExit.Completed Keep(OperationContext context, VaspSampling settings, VaspTrajectory trajectory)
    {
        SampleParameters p = CanonicalParameters.Read<SampleParameters>(context.Task.Parameters);
        string path = Path.Combine(context.RunDirectory, "frames.extxyz");
        var leftOut = new List<LeftOutFrame>();
        var ledger = new StringBuilder("step,time_fs,least_moment_muB,most_moment_muB,left_out\n");
        int kept = 0, withTemperature = 0;
        double temperature = 0;
        using (var frames = new ExtXyz.Writer(path))
            foreach (SampledFrame sampled in trajectory.Frames())
            {
                VaspFrame frame = sampled.Place.Frame;
                if (frame.TemperatureK is { } t)
                    (temperature, withTemperature) = (temperature + t, withTemperature + 1);
                if (sampled.Moments is { } m)
                    ledger.Append(CultureInfo.InvariantCulture, $"{sampled.Place.Step},{sampled.Place.TimeFs:0.###},{m.Least:0.000},{m.Most:0.000},{(sampled.LeftOut is null ? 0 : 1)}\n");
                if (sampled.LeftOut is { } why)
                {
                    leftOut.Add(new LeftOutFrame(sampled.Place.Step, why));
                    continue;
                }
                frames.Write(Labelled(context, trajectory, sampled));
                kept++;
            }
        double mean = withTemperature == 0 ? double.NaN : temperature / withTemperature;
        var summary = new SampleSummary(
            p.Variant, p.Level, trajectory.Program, p.TemperatureK, mean, p.TimeStepFs, kept, p.FrameStride * p.TimeStepFs, p.Strain, p.Vacancy?.Count ?? 0)
        {
            AbInitio = new AbInitioSummary(trajectory.Program, trajectory.Theory, [.. trajectory.Segments().Select(s => new SegmentSummary(s.Steps, s.TimeStepFs))], leftOut, [.. trajectory.PotcarNotes, .. Notes(settings, mean, leftOut.Count)]) { Potcars = [.. trajectory.Potcars.Select(p => $"{p.Title} (SHA-256 {p.Sha256})")] },
        };
        var outputs = new Dictionary<string, ArtifactRef>
        {
            [Slots.Frames] = context.Outputs.AddFile(path, "extxyz"),
            [Slots.Summary] = context.Outputs.AddSummary(summary),
        };
        if (settings.Moments.Count > 0)
            outputs[Slots.Moments] = context.Outputs.AddText(ledger.ToString(), "csv");
        return new AttemptExit.Completed(
            outputs,
            new JsonObject { ["frames"] = kept, ["leftOut"] = leftOut.Count, ["segments"] = trajectory.Directories.Count, ["temperatureMeanK"] = double.IsFinite(mean) ? mean : null });
    }

    private static Frame Labelled(OperationContext context, VaspTrajectory trajectory, SampledFrame sampled)
    {
        VaspFrame f = sampled.Place.Frame;
        return new Frame(trajectory.Atoms.At(f.Cell, f.PositionsA), f.FreeEnergyEv, trajectory.Atoms.Restored(f.ForcesEvPerA), f.VirialEv, sampled.Place.TimeFs)
        {
            Origin = string.Create(CultureInfo.InvariantCulture, $"{context.Task.Id} run {sampled.Place.Run + 1} step {sampled.Place.Step}"),
        };
    }

    private static IEnumerable<string> Notes(VaspSampling settings, double meanK, int leftOut)
    {
        double independent = Math.Max(1, settings.Steps * settings.TimeStepFs / CorrelationFs);
        double standardError = Math.Sqrt(2.0 / (3 * settings.Start.Count) / independent);
        if (double.IsFinite(meanK) && Math.Abs(meanK / settings.TemperatureK - 1) > Math.Max(FarOff, 3 * standardError))
            yield return FormattableString.Invariant($"the thermostat was set to {settings.TemperatureK:0.#} K and the ions had {meanK:0.#} K on average");
        if (leftOut > 0)
            yield return FormattableString.Invariant($"{leftOut} frames were left out, each with its reason");
        if (settings.ExtraElectrons is { } electrons)
            yield return FormattableString.Invariant($"the cell is charged: NELECT = sum of ZVAL + {electrons:0.##}, with VASP's compensating background");
        if (settings.Thermostat == Compute.Engines.Vasp.Inputs.VaspThermostat.Nose)
            yield return "the mass of the Nosé thermostat is VASP's own choice (SMASS = 0, a period of 40 steps); aimd.dampingFs is not used";
    }
}
