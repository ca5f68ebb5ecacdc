using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>What other initial states do to the labels.</summary>
internal static class RelabelAssembly
{
    public static IReadOnlyList<RelabelRow> Rows(ReportInputs inputs) =>
        [.. inputs.Read<RelabelSummary>("aimd", Slots.Scatter).Select(Row)];

    private static RelabelRow Row(Sourced<RelabelSummary> s)
    {
        RelabelSummary r = s.Value;
        return new RelabelRow(
            r.Variant, r.Level, r.Trajectory, string.Join(", ", r.InitialMoments.Select(m => FormattableString.Invariant($"{m.Key}: {m.Value} µB"))), r.Frames, r.LeftOut.Count,
            Q.Of(r.ForceRms, s.Source), Q.Exact(r.MaxForceDifferenceEvPerA, "eV/Å", s.Source), Q.Of(r.EnergyMean, s.Source),
            double.IsFinite(r.EnergySpreadEvPerAtom) ? Q.Exact(r.EnergySpreadEvPerAtom, "eV/atom", s.Source) : null);
    }
}
