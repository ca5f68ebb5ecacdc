using System.Globalization;
using System.Text;

namespace Campaign.Cli.Report;

/// <summary>
/// Every table and curve of the report as CSV: one header line with units in the names, numbers in round-trip form,
/// missing values empty. A quantity takes five columns: value, stderr, low95, high95, resolved.
/// </summary>
public static class ReportTables
{
    /// <summary>Name (without extension) and text of each table that has rows.</summary>
    public static IEnumerable<(string Name, string Csv)> All(ReportModel m)
    {
        var tables = new (string Name, string[] Header, IEnumerable<object?[]> Rows)[]
        {
            ("structures", ["variant", "atoms", "supercell", "kMesh", "species", "site", "target", "achieved", "minCationDistanceA", "ewaldEv", "ewaldRank", "draws"],
                m.Structures.SelectMany(v => v.Occupancies.DefaultIfEmpty(new OccupancyRow("", "", double.NaN, double.NaN)).Select(o => (object?[])
                    [v.Name, v.Atoms, string.Join("x", v.Supercell), string.Join("x", v.KMesh), o.Species, o.Site, o.Target, o.Achieved, v.MinCationDistanceA, v.EwaldEv, v.EwaldRank, v.Draws]))),
            ("composition", ["variant", "element", "count"], m.Structures.SelectMany(v => v.Counts.Select(c => (object?[])[v.Name, c.Element, c.Count]))),
            ("lattice", ["variant", "level", "aA", "bA", "cA", "betaDeg", "volumeA3", "reference", "refA", "refB", "refC", "refBeta", "refVolume", "devAPercent", "devBPercent", "devCPercent", "devBetaPercent", "devVolumePercent", "alphaDeg", "gammaDeg", "refAlpha", "refGamma"],
                m.Lattice.Select(l => (object?[])[l.Variant, l.Level, Value(l.A), Value(l.B), Value(l.C), Value(l.Beta), Value(l.Volume),
                    l.Reference?.Label, l.Reference?.A, l.Reference?.B, l.Reference?.C, l.Reference?.Beta, l.Reference?.Volume,
                    l.DeviationPercent?.A, l.DeviationPercent?.B, l.DeviationPercent?.C, l.DeviationPercent?.Beta, l.DeviationPercent?.Volume,
                    l.Alpha?.Value, l.Gamma?.Value, l.Reference?.Alpha, l.Reference?.Gamma])),
            ("potential", ["level", "model", "trainFrames", "validationFrames", "testFrames", "energyMaeEvPerAtom", "energyRmseEvPerAtom", "forceMaeEvPerA", "forceRmseEvPerA", "virialRmseEvPerAtom", "r2Energy", "r2Force", "maxForceErrorEvPerA", "forceLabelStdEvPerA", "forceRelative"],
                m.Potential.Select(p => (object?[])[p.Level, p.Model, p.Frames.Train, p.Frames.Validation, p.Frames.Test, Value(p.EnergyMaeEvPerAtom), Value(p.EnergyRmseEvPerAtom), Value(p.ForceMaeEvPerA),
                    Value(p.ForceRmseEvPerA), Value(p.VirialRmseEvPerAtom), Value(p.R2Energy), Value(p.R2Force), Value(p.MaxForceErrorEvPerA), Value(p.ForceLabelStd), Value(p.ForceRelative)])),
            ("potential-species", ["level", "model", "group", "count", "forceMaeEvPerA", "forceRmseEvPerA", "forceLabelStdEvPerA", "forceRelative"],
                m.Potential.SelectMany(p => p.Species.Select(s => (object?[])[p.Level, p.Model, s.Species, s.Components, Value(s.ForceMaeEvPerA), Value(s.ForceRmseEvPerA), Value(s.ForceLabelStd), Value(s.ForceRelative)])
                    .Concat(p.HopFrames is { } h ? [[p.Level, p.Model, "hop frames", h.Frames, null, Value(h.ForceRmseEvPerA), null, Value(h.ForceRelative)]] : Array.Empty<object?[]>()))),
            ("relabelled", ["variant", "level", "trajectory", "initialMoments", "frames", "leftOut", .. Quantity("forceRmsEvPerA"), "maxForceDifferenceEvPerA", .. Quantity("energyMeanEvPerAtom"), "energySpreadEvPerAtom"],
                (m.Relabelled ?? []).Select(r => (object?[])[r.Variant, r.Level, r.Trajectory, r.InitialMoments, r.Frames, r.LeftOut, .. Fields(r.ForceRmsEvPerA), Value(r.MaxForceDifferenceEvPerA), .. Fields(r.EnergyMeanEvPerAtom), Value(r.EnergySpreadEvPerAtom)])),
            ("parity", ["level", "kind", "species", "label", "predicted"],
                m.Parity.SelectMany(p => p.ForcesEvPerA.SelectMany(s => Pairs(s).Select(v => (object?[])[p.Level, "forceEvPerA", s.Name, v.Label, v.Predicted]))
                    .Concat(Pairs(p.EnergiesEvPerAtom).Select(v => (object?[])[p.Level, "energyEvPerAtom", "", v.Label, v.Predicted])))),
            ("lcurve", ["level", "model", "step", "forceRmseTrain", "forceRmseValidation", "energyRmseTrain", "energyRmseValidation", "learningRate"],
                m.LearningCurves.SelectMany(c => c.Step.Select((s, i) => (object?[])[c.Level, c.Model, s, At(c.ForceRmseTrain, i), At(c.ForceRmseValidation, i), At(c.EnergyRmseTrain, i), At(c.EnergyRmseValidation, i), At(c.LearningRate, i)]))),
            ("rdf", ["variant", "level", "temperatureK", "pair", "rA", "gAimd", "gDlmd"],
                m.Rdf.SelectMany(r => r.RA.Select((x, i) => (object?[])[r.Variant, r.Level, r.TemperatureK, r.Pair, x, At(r.GAimd, i), At(r.GDlmd, i)]))),
            ("rdf-peaks", ["variant", "level", "temperatureK", "pair", "aimdPeakA", "aimdHeight", "aimdCoordination", "dlmdPeakA", "dlmdHeight", "dlmdCoordination", "meanAbsoluteDifference"],
                m.Rdf.Select(r => (object?[])[r.Variant, r.Level, r.TemperatureK, r.Pair, r.Aimd?.PositionA, r.Aimd?.Height, r.Aimd?.Coordination, r.Dlmd?.PositionA, r.Dlmd?.Height, r.Dlmd?.Coordination, Value(r.MeanAbsoluteDifference)])),
            ("msd", ["variant", "level", "mover", "temperatureK", "lagPs", "selfA2", "selfStderrA2", "distinctA2", "totalA2", "totalStderrA2"],
                m.Msd.SelectMany(c => c.LagPs.Select((t, i) => (object?[])[c.Variant, c.Level, Word(c.Mover), c.TemperatureK, t, At(c.Self, i), At(c.SelfStderr, i), At(c.Distinct, i), At(c.Total, i), At(c.TotalStderr, i)]))),
            ("transport", ["variant", "level", "mover", "temperatureK", "realisedK", "lengthPs", "replicas", "hops", .. Quantity("dSelfCm2PerS"), .. Quantity("dTotalCm2PerS"), .. Quantity("havenRatio"), .. Quantity("sigmaMsPerCm")],
                m.Transport.Select(p => (object?[])[p.Variant, p.Level, Word(p.Mover), p.TemperatureK, p.RealisedK, p.LengthPs, p.Replicas, p.Hops, .. Fields(p.DSelf), .. Fields(p.DTotal), .. Fields(p.HavenRatio), .. Fields(p.Sigma)])),
            ("arrhenius", ["variant", "level", "mover", "fit", "points", "lnPrefactor", .. Quantity("activationEnergyEv")],
                m.Arrhenius.Select(f => (object?[])[f.Variant, f.Level, Word(f.Mover), f.Fit, f.Points.Count(p => p.Y.IsUsable), f.LnPrefactor, .. Fields(f.ActivationEnergyEv)])),
            ("method-blank", ["variant", "level", "quantity", "unit", .. Quantity("potential"), .. Quantity("teacher"), "difference", "differenceStderr", "criterion", "agrees"],
                m.MethodBlank.Select(b => (object?[])[b.Variant, b.Level, b.Quantity, b.Potential.Unit, .. Fields(b.Potential), .. Fields(b.Teacher), b.Difference.Value, b.Difference.Stderr, b.Criterion, b.Agrees])),
            ("neb", ["variant", "level", "mover", "direction", "hop", "layer", "barrierEv", "reverseBarrierEv", "converged", "maxForceEvPerA", "lengthA"],
                m.Neb.Select(n => (object?[])[n.Variant, n.Level, Word(n.Mover), n.Direction, n.Hop, n.Layer, Value(n.BarrierEv), Value(n.ReverseBarrierEv), n.Converged, n.MaxForceEvPerA, n.LengthA])),
            ("neb-profiles", ["variant", "level", "mover", "direction", "hop", "image", "reaction", "energyEv"],
                m.Neb.SelectMany(n => n.Reaction.Select((x, i) => (object?[])[n.Variant, n.Level, Word(n.Mover), n.Direction, n.Hop, i, x, At(n.EnergyEv, i)]))),
            ("cost", ["stage", "operation", "engine", "tasks", "coreSeconds", "wallSeconds", "usPerAtomStep", "coreSecondsPerAtomPs"],
                m.Cost.Select(c => (object?[])[c.Stage, c.Operation, c.Engine, c.Tasks, c.CoreSeconds, c.WallSeconds, c.UsPerAtomStep, c.CoreSecondsPerAtomPs])),
        };
        foreach ((string name, string[] header, IEnumerable<object?[]> rows) in tables)
        {
            object?[][] all = [.. rows];
            if (all.Length > 0)
                yield return (name, Csv(header, all));
        }
    }

    private static string Csv(string[] header, object?[][] rows)
    {
        var text = new StringBuilder();
        foreach (object?[] row in rows.Prepend(header))
            text.AppendJoin(',', row.Select(f => Quoted(Text(f)))).Append('\n');
        return text.ToString();
    }

    /// <summary>RFC 4180: quotes only where a comma, a quote or a line break would be misread.</summary>
    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : "\"" + field.Replace("\"", "\"\"") + "\"";

    private static string Text(object? field) => field switch
    {
        null => "",
        double d => double.IsFinite(d) ? d.ToString("R", CultureInfo.InvariantCulture) : "",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => field.ToString() ?? "",
    };

    private static string[] Quantity(string name) => [name, name + "Stderr", name + "Low95", name + "High95", name + "Resolved"];

    private static object?[] Fields(Q q) => [Value(q), q.Stderr, q.Ci95?.Low, q.Ci95?.High, q.Resolved];

    /// <summary>An unresolved number never stands bare in a column of numbers.</summary>
    private static double? Value(Q? q) => q is { IsUsable: true } ? q.Value : null;

    private static double? At(double[] values, int i) => i < values.Length ? values[i] : null;

    private static IEnumerable<(double Label, double Predicted)> Pairs(ParitySeries s) => s.Label.Zip(s.Predicted);

    private static string Word(Mover mover) => mover == Mover.Teacher ? "teacher" : "potential";
}
