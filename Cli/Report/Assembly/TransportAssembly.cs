using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Transport;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>Transport, Arrhenius lines and the method blank, from the transport stage's results.</summary>
internal sealed class TransportAssembly
{
    private const string ArrheniusSuffix = "arrhenius";
    private const string DiffusionCriterion = "within the joint 95 % interval, which must be below a factor 2.5 to decide";
    private const string EnergyCriterion = "within the joint 95 % interval, both sides resolved";

    /// <summary>Joint half-width of ln D beyond which agreement could hardly fail and says nothing.</summary>
    private static readonly double DecidableLogWidth = Math.Log(2.5);

    private readonly IReadOnlyList<Sourced<TransportSummary>> _points;
    private readonly IReadOnlyList<Sourced<ArrheniusSummary>> _lines;
    private readonly ReportInputs _inputs;

    public TransportAssembly(ReportInputs inputs)
    {
        _inputs = inputs;
        _points = [.. inputs.Read<TransportSummary>("transport", Slots.Summary, id => !id.EndsWith(ArrheniusSuffix, StringComparison.Ordinal))];
        _lines = [.. inputs.Read<ArrheniusSummary>("transport", Slots.Summary, id => id.EndsWith(ArrheniusSuffix, StringComparison.Ordinal))];
    }

    public IReadOnlyList<TransportPoint> Points =>
    [
        .. _points.Select(p => new TransportPoint(
            p.Value.Variant, p.Value.Level, MoverOf(p.Value.Label), p.Value.SetTemperatureK, p.Value.TemperatureK,
            Q.Of(p.Value.DSelf, p.Source), Q.Of(p.Value.DTotal, p.Source), Q.Of(p.Value.HavenRatio, p.Source), Q.Of(p.Value.Sigma, p.Source),
            Q.Of(p.Value.SigmaNernstEinstein, p.Source), p.Value.LengthPs, p.Value.Replicas, p.Value.Hops))
    ];

    public IReadOnlyList<MsdCurve> Curves =>
    [
        .. from p in _points
           let file = _inputs.File(p.Task, Slots.Msd)
           where file is not null
           let c = Csv.Columns(file.Path)
           select new MsdCurve(p.Value.Variant, p.Value.Level, MoverOf(p.Value.Label), p.Value.SetTemperatureK, c[0], c[1], c[3], c[2], c[7].All(double.IsFinite) ? c[7] : [], [], p.Value.FitFromPs, p.Value.FitToPs)
    ];

    public IReadOnlyList<ArrheniusFit> Fits =>
    [
        .. from f in _lines
           from line in f.Value.Lines
           select new ArrheniusFit(
               f.Value.Variant, f.Value.Level, MoverOf(f.Value.Label), line.Form, Q.Of(line.ActivationEnergyEv, f.Source),
               line.Sigma300 is { } s ? Q.Of(s, f.Source) : null,
               [.. PointsOf(f.Value, line.Form)], line.LnPrefactor,
               line.VarianceEa is { } v ? new LineCovariance(line.VarianceLnPrefactor!.Value, line.CovarianceLnPrefactorEa!.Value, v) : null)
    ];

    public IEnumerable<(string Where, string What)> Notes
    {
        get
        {
            foreach (Sourced<TransportSummary> p in _points)
                foreach (string note in p.Value.Notes)
                    yield return (FormattableString.Invariant($"{p.Value.Variant}, {p.Value.Level}, {p.Value.Label}, {p.Value.SetTemperatureK} K"), note);
            foreach (Sourced<ArrheniusSummary> f in _lines)
                foreach (ArrheniusLine line in f.Value.Lines)
                    foreach (string note in line.Refusal is null ? line.Notes : [line.Refusal])
                        yield return ($"Arrhenius line of {line.Form}, {f.Value.Variant}, {f.Value.Level}, {f.Value.Label}", note);
        }
    }

    /// <summary>The recovery table: potential against teacher, temperature by temperature and for the activation energy.</summary>
    public IEnumerable<BlankRow> Blank()
    {
        foreach (IGrouping<(string Variant, string Level), Sourced<TransportSummary>> group in _points.GroupBy(p => (p.Value.Variant, p.Value.Level)))
        {
            var pairs = (from p in @group
                         where p.Value.Label == Labels.Potential
                         join t in @group.Where(x => x.Value.Label == Labels.Teacher) on p.Value.SetTemperatureK equals t.Value.SetTemperatureK
                         select (Potential: p, Teacher: t)).ToList();
            foreach ((Sourced<TransportSummary> p, Sourced<TransportSummary> t) in pairs)
                yield return Diffusion(group.Key, p, t);
            if (pairs.Count > 1)
                yield return Joint(group.Key, pairs);
            if (Line(group.Key, Labels.Potential) is { } pe && Line(group.Key, Labels.Teacher) is { } te)
                yield return Energy(group.Key, pe, te);
        }
    }

    private static BlankRow Diffusion((string Variant, string Level) of, Sourced<TransportSummary> p, Sourced<TransportSummary> t)
    {
        Comparison c = Agreement.OfLogs(p.Value.DSelf, t.Value.DSelf);
        return new BlankRow(
            of.Variant, of.Level, FormattableString.Invariant($"D self at {p.Value.SetTemperatureK} K"), Q.Of(p.Value.DSelf, p.Source), Q.Of(t.Value.DSelf, t.Source),
            Difference(c, "ln(D/D)", [.. p.Source, .. t.Source]), DiffusionCriterion, Decided(c, DecidableLogWidth));
    }

    private static BlankRow Joint((string Variant, string Level) of, List<(Sourced<TransportSummary> Potential, Sourced<TransportSummary> Teacher)> pairs)
    {
        JointComparison j = Agreement.OfSets([.. pairs.Select(x => x.Potential.Value.DSelf)], [.. pairs.Select(x => x.Teacher.Value.DSelf)]);
        string[] source = [.. pairs.SelectMany(x => x.Potential.Source.Concat(x.Teacher.Source))];
        return new BlankRow(
            of.Variant, of.Level, "D self at all temperatures together", Q.None("cm2/s", "see each temperature"), Q.None("cm2/s", "see each temperature"),
            j.Pairs == 0 ? Q.None("χ²", j.Words) : Q.Exact(j.ChiSquared, "χ²", source) with { Note = j.Words },
            "χ² of all differences below its 95 % point", j.Agree);
    }

    private static BlankRow Energy((string Variant, string Level) of, (Quantity Value, IReadOnlyList<string> Source) p, (Quantity Value, IReadOnlyList<string> Source) t)
    {
        Comparison c = Agreement.Of(p.Value, t.Value);
        return new BlankRow(
            of.Variant, of.Level, "activation energy of D", Q.Of(p.Value, p.Source), Q.Of(t.Value, t.Source),
            Difference(c, "eV", [.. p.Source, .. t.Source]), EnergyCriterion,
            p.Value.Resolved && t.Value.Resolved || c.Agree == false ? c.Agree : null);
    }

    /// <summary>Disagreement always counts; agreement only where the joint interval is narrow enough to have failed.</summary>
    private static bool? Decided(Comparison c, double widest) => c.Agree == true && c.Joint95 > widest ? null : c.Agree;

    private static Q Difference(Comparison c, string unit, IReadOnlyList<string> source) => c is { Difference: { } d, Joint95: { } joint }
        ? Q.Difference(d, joint / Quantity.Normal95, d - joint, d + joint, unit, source)
        : Q.None(unit, c.Words);

    private (Quantity Value, IReadOnlyList<string> Source)? Line((string Variant, string Level) of, string label)
    {
        Sourced<ArrheniusSummary>? f = _lines.FirstOrDefault(x => x.Value.Variant == of.Variant && x.Value.Level == of.Level && x.Value.Label == label);
        return f is null ? null : (f.Value.Lines.First(l => l.Form == "D").ActivationEnergyEv, f.Source);
    }

    private IEnumerable<ArrheniusPoint> PointsOf(ArrheniusSummary f, string form) =>
        from p in _points
        where p.Value.Variant == f.Variant && p.Value.Level == f.Level && p.Value.Label == f.Label
        select new ArrheniusPoint(p.Value.TemperatureK, form switch
        {
            "D" => Q.Of(p.Value.DSelf, p.Source),
            "sigmaT" => Q.Of(p.Value.Sigma.Scaled(p.Value.TemperatureK, "K mS/cm"), p.Source),
            _ => Q.Of(p.Value.Sigma, p.Source),
        });

    private static Mover MoverOf(string label) => label == Labels.Teacher ? Mover.Teacher : Mover.Potential;
}
