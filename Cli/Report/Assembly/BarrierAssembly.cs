using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Paths;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>NEB profiles and their part of the method blank, from the neb stage's results.</summary>
internal sealed class BarrierAssembly(ReportInputs inputs)
{
    /// <summary>How far a barrier of the potential may lie from the teacher's.</summary>
    private const double BlankToleranceEv = 0.020;

    /// <summary>Below this no barrier can be told from none on a band of a few images.</summary>
    private const double SmallestBarrierEv = 0.005;

    private readonly IReadOnlyList<Sourced<BarriersSummary>> _results = [.. inputs.Read<BarriersSummary>("neb", Slots.Summary)];

    public IReadOnlyList<NebRow> Rows =>
    [
        .. from r in _results
           from h in r.Value.Hops
           where h.BarrierForwardEv is not null
           select new NebRow(
               r.Value.Variant, r.Value.Level, r.Value.Label == Labels.Teacher ? Mover.Teacher : Mover.Potential, Direction(r.Value), HopName(h), h.Layer,
               Barrier(h.BarrierForwardEv!.Value, r.Source), h.BarrierReverseEv is { } reverse ? Barrier(reverse, r.Source) : null,
               h.Converged, h.Images.Max(i => i.MaxForceEvPerA), h.DisplacementA,
               [.. h.Images.Select(i => i.Reaction)], [.. h.Images.Select(i => i.EnergyEv)],
               [.. h.Spline.Select(s => s.Reaction)], [.. h.Spline.Select(s => s.EnergyEv)])
    ];

    public IEnumerable<(string Where, string What)> Notes
    {
        get
        {
            foreach (Sourced<BarriersSummary> r in _results)
            {
                foreach (string note in r.Value.Notes)
                    yield return ($"NEB {Direction(r.Value)}, {r.Value.Variant}, {r.Value.Level}, {r.Value.Label}", note);
                foreach (HopBarrier h in r.Value.Hops.Where(h => h.BarrierForwardEv is null))
                    yield return ($"NEB {Direction(r.Value)}, {r.Value.Variant}, {r.Value.Level}, {r.Value.Label}, {HopName(h)}{InLayer(h)}", $"no barrier, {string.Join("; ", h.Notes)}");
            }
        }
    }

    /// <summary>Barriers of equal paths, potential against teacher.</summary>
    public IEnumerable<BlankRow> Blank()
    {
        foreach (Sourced<BarriersSummary> p in _results.Where(r => r.Value.Label == Labels.Potential))
        {
            Sourced<BarriersSummary>? t = _results.FirstOrDefault(r => r.Value.Label == Labels.Teacher && r.Value.Variant == p.Value.Variant
                && r.Value.Level == p.Value.Level && r.Value.Direction.SequenceEqual(p.Value.Direction));
            if (t is null)
                continue;
            foreach (HopBarrier h in p.Value.Hops)
                if (t.Value.Hops.FirstOrDefault(x => x.Key == h.Key) is { } same)
                    yield return Compare(p, h, t, same);
        }
    }

    private static BlankRow Compare(Sourced<BarriersSummary> p, HopBarrier h, Sourced<BarriersSummary> t, HopBarrier same)
    {
        string name = $"barrier {HopName(h)} {Direction(p.Value)}{InLayer(h)}";
        Q Of(HopBarrier x, IReadOnlyList<string> source) => x.BarrierForwardEv is { } b ? Barrier(b, source) : Q.None("eV", string.Join("; ", x.Notes));
        if (h.BarrierForwardEv is { } mine && same.BarrierForwardEv is { } theirs)
            return new BlankRow(
                p.Value.Variant, p.Value.Level, name, Of(h, p.Source), Of(same, t.Source), Q.Exact(1000 * (mine - theirs), "meV", [.. p.Source, .. t.Source]),
                "within 20 meV", h.Converged && same.Converged ? Math.Abs(mine - theirs) <= BlankToleranceEv : null);
        bool neither = h.BarrierForwardEv is null && same.BarrierForwardEv is null;
        return new BlankRow(
            p.Value.Variant, p.Value.Level, name, Of(h, p.Source), Of(same, t.Source),
            Q.None("meV", neither ? "neither finds a path" : "only one side finds a path"), "within 20 meV", null);
    }

    private static Q Barrier(double ev, IReadOnlyList<string> source) => ev < SmallestBarrierEv
        ? Q.Below(SmallestBarrierEv, "eV", "no image rises above this end: downhill on this band", source)
        : Q.Exact(ev, "eV", source);

    private static string HopName(HopBarrier h) => h.SitePair.Replace("-", "→", StringComparison.Ordinal);

    private static string InLayer(HopBarrier h) => h.Layer is null ? "" : $" ({h.Layer}-layer)";

    private static string Direction(BarriersSummary r) => new Miller(r.Direction[0], r.Direction[1], r.Direction[2]).ToString();
}
