using System.Globalization;

namespace Campaign.Cli.Report.Html;

/// <summary>One numbered section; <see cref="Write"/> gets a way to place the figures of a name.</summary>
internal sealed record Section(string Id, string Title, bool HasContent, Action<HtmlText, Action<string>> Write);

/// <summary>The sections in the order of the work.</summary>
internal static class Sections
{
    private static readonly CultureInfo Inv = CultureInfo.InvariantCulture;

    public static IEnumerable<Section> Of(ReportModel m) =>
    [
        new("run", "What ran", m.Stages.Count > 0, (p, figure) => figure("stages")),
        new("structures", "Structures", m.Structures.Count > 0, (p, figure) => Structures(p, m, figure)),
        new("cells", "Relaxed cells", m.Lattice.Count > 0, (p, figure) => Cells(p, m, figure)),
        new("potential", "Potential", m.Potential.Count + m.Rdf.Count + m.LearningCurves.Count + (m.Relabelled?.Count ?? 0) > 0, (p, figure) => Potential(p, m, figure)),
        new("transport", "Transport", m.Transport.Count + m.Arrhenius.Count > 0, (p, figure) => Transport(p, m, figure)),
        new("barriers", "Barriers", m.Neb.Count > 0, (p, figure) => Barriers(p, m, figure)),
        new("blank", "Method blank", m.MethodBlank.Count > 0, (p, _) => Blank(p, m)),
        new("cost", "Cost", m.Cost.Count > 0, (p, figure) => Cost(p, m, figure)),
        new("provenance", "Choices and provenance", true, (p, _) => Provenance(p, m)),
    ];

    private static void Structures(HtmlText p, ReportModel m, Action<string> figure)
    {
        p.Table("Ordered cells made from the average structure", m.Structures,
            Column<VariantRow>.Text("variant", v => v.Name),
            Column<VariantRow>.Plain("atoms", null, v => v.Atoms.ToString(Inv)),
            new Column<VariantRow>("composition", null, false, v => $"<td><span class=\"line\">{HtmlText.Encode(string.Join(" ", v.Counts.Select(c => c.Element + c.Count.ToString(Inv))))}</span></td>"),
            Column<VariantRow>.Plain("supercell", null, v => string.Join("×", v.Supercell)),
            Column<VariantRow>.Plain("k-mesh", null, v => string.Join("×", v.KMesh)),
            new Column<VariantRow>("occupancy: target → achieved", null, false, v => $"<td>{string.Concat(v.Occupancies.Where(IsPartial).Select(o => $"<span class=\"line\">{HtmlText.Encode($"{o.Species} on {o.Site}: {Occupancy(o.Target)} → {Occupancy(o.Achieved)}")}</span>"))}{(v.Occupancies.All(IsPartial) ? "" : "<span class=\"line\">all other sites full</span>")}</td>"),
            Column<VariantRow>.Plain("closest cations", "Å", v => v.MinCationDistanceA?.ToString("0.00", Inv)),
            Column<VariantRow>.Plain("Ewald energy", "eV", v => v.EwaldEv?.ToString("0.00;−0.00", Inv)),
            Column<VariantRow>.Plain("rank of draws", null, v => v is { EwaldRank: int r, Draws: int d } ? $"{r} of {d}" : null));
        string[] messages = [.. m.Structures.SelectMany(v => v.Messages.Select(t => $"{v.Name}: {t}"))];
        if (messages.Length > 0)
            p.List(messages, "small");
        figure("cells");
    }

    private static bool IsPartial(OccupancyRow o) => o.Target != 1 || o.Achieved != 1;

    private static string Occupancy(double value) => value.ToString("0.######", Inv);

    private static void Cells(HtmlText p, ReportModel m, Action<string> figure)
    {
        bool oblique = m.Lattice.Any(l => l.Reference is { IsOblique: true });
        p.Table("Conventional cells after relaxation; deviation from the reference in percent below each number", m.Lattice,
        [
            Column<LatticeRow>.Text("variant", l => l.Variant),
            Column<LatticeRow>.Text("level", l => Level(m, l.Level)),
            Lattice("a", "Å", l => l.A, d => d.A), Lattice("b", "Å", l => l.B, d => d.B), Lattice("c", "Å", l => l.C, d => d.C),
            .. oblique ? [Lattice("α", "°", l => l.Alpha, d => d.Alpha)] : Array.Empty<Column<LatticeRow>>(),
            Lattice("β", "°", l => l.Beta, d => d.Beta),
            .. oblique ? [Lattice("γ", "°", l => l.Gamma, d => d.Gamma)] : Array.Empty<Column<LatticeRow>>(),
            Lattice("V", "Å³", l => l.Volume, d => d.Volume),
            Column<LatticeRow>.Text("reference", l => l.Reference is { } r ? $"{r.Label}: {Numbers(r)}" : null),
        ]);
        figure("lattice");
    }

    private static string Numbers(LatticeReference r) => string.Join(", ", new[]
    {
        r.A?.ToString("'a' 0.###", Inv), r.B?.ToString("'b' 0.###", Inv), r.C?.ToString("'c' 0.###", Inv), r.IsOblique ? r.Alpha?.ToString("'α' 0.##°", Inv) : null,
        r.Beta?.ToString("'β' 0.##°", Inv), r.IsOblique ? r.Gamma?.ToString("'γ' 0.##°", Inv) : null,
    }.OfType<string>());

    private static Column<LatticeRow> Lattice(string name, string unit, Func<LatticeRow, Q?> value, Func<CellDeviation, double?> deviation) =>
        new(name, unit, true, l =>
        {
            string below = l.DeviationPercent is { } d && deviation(d) is double v ? $"<br><span class=\"unit\">{v.ToString("+0.0;−0.0;0.0", Inv)} %</span>" : "";
            return $"<td class=\"n\">{HtmlText.Encode(QuantityText.Cell(value(l)))}{below}</td>";
        });

    private static void Potential(HtmlText p, ReportModel m, Action<string> figure)
    {
        if (m.Potential.Count > 0)
        {
            p.Table("Errors on unseen frames", m.Potential,
                Column<PotentialRow>.Text("model", r => $"{r.Model} · {Level(m, r.Level)}"),
                Column<PotentialRow>.Plain("frames train / validation / test", null, r => $"{r.Frames.Train} / {r.Frames.Validation} / {r.Frames.Test}"),
                Column<PotentialRow>.Of("energy MAE", "meV/atom", r => Milli(r.EnergyMaeEvPerAtom)),
                Column<PotentialRow>.Of("energy RMSE", "meV/atom", r => Milli(r.EnergyRmseEvPerAtom)),
                Column<PotentialRow>.Of("force MAE", "meV/Å", r => Milli(r.ForceMaeEvPerA)),
                Column<PotentialRow>.Of("force RMSE", "meV/Å", r => Milli(r.ForceRmseEvPerA)),
                Column<PotentialRow>.Plain("RMSE / spread of labels", "%", r => Percent(r.ForceRelative)),
                Column<PotentialRow>.Of("virial RMSE", "meV/atom", r => Milli(r.VirialRmseEvPerAtom)),
                Column<PotentialRow>.Plain("R² energy / force", null, r => $"{Cut(r.R2Energy)} / {Cut(r.R2Force)}"),
                Column<PotentialRow>.Of("largest force error", "eV/Å", r => r.MaxForceErrorEvPerA));
            p.Table("Force errors per species, and on frames with an ion between two sites",
                m.Potential.SelectMany(r => r.Species.Select(s => (Row: r, Name: s.Species, Count: $"{s.Components:N0} components", Mae: (Q?)s.ForceMaeEvPerA, Rmse: s.ForceRmseEvPerA, Std: (Q?)s.ForceLabelStd, Rel: s.ForceRelative))
                    .Concat(r.HopFrames is { } h ? [(r, "frames with hops", $"{h.Frames} frames", null, h.ForceRmseEvPerA, null, h.ForceRelative)] : [])),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Text("model", r => $"{r.Row.Model} · {r.Row.Level}"),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Text("group", r => r.Name),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Plain("data", null, r => r.Count),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Of("MAE", "meV/Å", r => Milli(r.Mae)),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Of("RMSE", "meV/Å", r => Milli(r.Rmse)),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Of("spread of labels", "meV/Å", r => Milli(r.Std)),
                Column<(PotentialRow Row, string Name, string Count, Q? Mae, Q Rmse, Q? Std, Q Rel)>.Plain("RMSE / spread", "%", r => Percent(r.Rel)));
        }
        if (m.Relabelled is { } relabelled)
            p.Table("Labels from another initial state: the same frames computed again at the same level; intervals are over frames", relabelled,
                Column<RelabelRow>.Text("trajectory", r => r.Trajectory),
                Column<RelabelRow>.Text("began with", r => r.InitialMoments),
                Column<RelabelRow>.Plain("frames", null, r => r.LeftOut == 0 ? r.Frames.ToString(Inv) : string.Create(Inv, $"{r.Frames} (and {r.LeftOut} unconverged)")),
                Column<RelabelRow>.Of("RMS force difference", "meV/Å", r => Milli(r.ForceRmsEvPerA)),
                Column<RelabelRow>.Plain("95 %", "meV/Å", r => r.ForceRmsEvPerA.Ci95 is { Low: double low, High: double high } ? $"{QuantityText.Significant(1000 * low, 3)} to {QuantityText.Significant(1000 * high, 3)}" : null),
                Column<RelabelRow>.Of("largest", "eV/Å", r => r.MaxForceDifferenceEvPerA),
                Column<RelabelRow>.Of("mean energy difference", "meV/atom", r => Milli(r.EnergyMeanEvPerAtom)),
                Column<RelabelRow>.Of("spread", "meV/atom", r => Milli(r.EnergySpreadEvPerAtom)));
        figure("parity");
        figure("lcurve");
        if (m.Rdf.Count > 0)
        {
            figure("rdf");
            p.Details("First peaks and coordination numbers", d => d.Table("First peak of g(r), labels → potential", m.Rdf,
                Column<RdfRow>.Text("pair", r => r.Pair),
                Column<RdfRow>.Text("variant", r => $"{r.Variant} · {r.Level} · {r.TemperatureK:0.#} K"),
                Column<RdfRow>.Plain("peak", "Å", r => Arrow(r.Aimd?.PositionA, r.Dlmd?.PositionA, "0.00")),
                Column<RdfRow>.Plain("height", null, r => Arrow(r.Aimd?.Height, r.Dlmd?.Height, "0.00")),
                Column<RdfRow>.Plain("coordination", null, r => Arrow(r.Aimd?.Coordination, r.Dlmd?.Coordination, "0.00")),
                Column<RdfRow>.Plain("mean |difference|", "%", r => Percent(r.MeanAbsoluteDifference))));
        }
    }

    private static void Transport(HtmlText p, ReportModel m, Action<string> figure)
    {
        if (m.StandIn)
            p.Raw($"<p class=\"standin\">Transport of the {HtmlText.Encode(m.Labels)}: {ReportRules.StandInWords}.</p>");
        figure("arrhenius");
        if (m.Arrhenius.Count > 0)
        {
            List<Column<ArrheniusFit>> columns =
            [
                Column<ArrheniusFit>.Text("variant", f => $"{f.Variant} · {f.Level}"),
                Column<ArrheniusFit>.Text("moved by", f => QuantityText.Words(f.Mover)),
                Column<ArrheniusFit>.Text("fit", f => Verdict.FitWords(f.Fit)),
                Column<ArrheniusFit>.Plain("points", null, f => $"{f.Points.Count(x => x.Y.IsUsable)} of {f.Points.Count}"),
                Column<ArrheniusFit>.Of("activation energy", "eV", f => f.ActivationEnergyEv),
                Column<ArrheniusFit>.Plain("95 % interval", "eV", f => f.ActivationEnergyEv is { IsUsable: true, Ci95: { Low: double lo, High: double hi } } ? $"{lo.ToString("0.000", Inv)} to {hi.ToString("0.000", Inv)}" : null),
            ];
            if (m.Arrhenius.Any(f => f.Sigma300 is not null))
                columns.Add(Column<ArrheniusFit>.Of("σ(300 K), extrapolated", "mS/cm", f => f.Sigma300));
            p.Table("Arrhenius fits, y = A exp(−Ea/kT)", m.Arrhenius, [.. columns]);
            if (m.Experiment is { } e)
                p.Element("p", "Experiment: " + string.Join(", ", new[] { e.Sigma300MsPerCm is double s ? $"σ(300 K) {s.ToString(Inv)} mS/cm" : null, e.ActivationEnergyEv is double a ? $"Ea {a.ToString(Inv)} eV" : null, e.Citation }.OfType<string>()) + ".", "small");
        }
        foreach (IGrouping<(string Variant, string Level, Mover Mover), TransportPoint> g in m.Transport.GroupBy(t => (t.Variant, t.Level, t.Mover)))
            p.Table($"{m.Mobile} in {g.Key.Variant}, {Level(m, g.Key.Level)}, moved by the {QuantityText.Words(g.Key.Mover)}; host frame, σ from D total at the realised temperature", g,
                Column<TransportPoint>.Plain("T", "K", t => t.TemperatureK.ToString("0.#", Inv)),
                Column<TransportPoint>.Plain("realised", "K", t => t.RealisedK?.ToString("0.0", Inv)),
                Column<TransportPoint>.Plain("length", "ps", t => t.Replicas > 1 ? $"{t.LengthPs.ToString("0.#", Inv)} in {t.Replicas}" : t.LengthPs.ToString("0.#", Inv)),
                Column<TransportPoint>.Plain("hops", null, t => t.Hops?.ToString(Inv)),
                Column<TransportPoint>.Of("D self", "cm²/s", t => t.DSelf),
                Column<TransportPoint>.Of("D total", "cm²/s", t => t.DTotal),
                Column<TransportPoint>.Of("Haven ratio", null, t => t.HavenRatio),
                Column<TransportPoint>.Of("σ", "mS/cm", t => t.Sigma));
        figure("msd");
    }

    private static void Barriers(HtmlText p, ReportModel m, Action<string> figure)
    {
        figure("neb");
        p.Table("Migration barriers; direction, sites and layer from geometry", m.Neb,
            Column<NebRow>.Text("direction", n => n.Direction),
            Column<NebRow>.Text("hop", n => n.Hop),
            Column<NebRow>.Text("layer", n => n.Layer),
            Column<NebRow>.Text("variant", n => $"{n.Variant} · {n.Level}"),
            Column<NebRow>.Text("moved by", n => QuantityText.Words(n.Mover)),
            Column<NebRow>.Plain("length", "Å", n => n.LengthA.ToString("0.00", Inv)),
            Column<NebRow>.Of("barrier", "eV", n => n.BarrierEv),
            Column<NebRow>.Of("reverse", "eV", n => n.ReverseBarrierEv),
            Column<NebRow>.Plain("largest force", "eV/Å", n => n.MaxForceEvPerA.ToString("0.000", Inv)),
            Column<NebRow>.Judgement("state", n => n.Converged, "converged", "not converged", "—"));
        p.Element("p", "An activation energy also holds defect formation and correlation, and a disordered cell has a distribution of barriers: equality of barrier and activation energy is not expected.", "small");
    }

    private static void Blank(HtmlText p, ReportModel m)
    {
        p.Element("p", "The same analysis run on the teacher's own trajectories and paths. Agreement here, and not a small force error alone, says that the chain from labels to transport is right.");
        string[] criteria = [.. m.MethodBlank.Select(b => b.Criterion).Distinct()];
        string Letter(BlankRow b) => $"({(char)('a' + Array.IndexOf(criteria, b.Criterion))})";
        p.Table("Recovery of the teacher's own numbers", m.MethodBlank,
            Column<BlankRow>.Text("quantity", b => b.Quantity),
            Column<BlankRow>.Text("variant", b => $"{b.Variant} · {b.Level}"),
            Column<BlankRow>.Text("unit", b => QuantityText.UnitName(b.Potential.Unit)),
            Column<BlankRow>.Of("Deep Potential", null, b => b.Potential),
            Column<BlankRow>.Of("teacher", null, b => b.Teacher),
            new Column<BlankRow>("difference", null, true, b => $"<td class=\"n words\">{HtmlText.Encode(b.Difference.Unit == b.Potential.Unit ? QuantityText.Cell(b.Difference) : QuantityText.Full(b.Difference))}</td>"),
            Column<BlankRow>.Judgement("verdict", b => b.Agrees, "agrees", "disagrees", "undecided"),
            Column<BlankRow>.Text("criterion", Letter));
        p.List(criteria.Select((c, i) => $"({(char)('a' + i)}) {c}"), "small criteria");
    }

    private static void Cost(HtmlText p, ReportModel m, Action<string> figure)
    {
        figure("cost");
        if (m.Hardware is not null)
            p.Element("p", $"Hardware: {m.Hardware}.", "small");
        p.Table("Computing time", m.Cost,
            Column<CostRow>.Text("stage", c => c.Stage),
            Column<CostRow>.Text("operation", c => c.Operation),
            Column<CostRow>.Text("engine", c => c.Engine),
            Column<CostRow>.Plain("tasks", null, c => c.Tasks.ToString(Inv)),
            Column<CostRow>.Plain("core time", null, c => QuantityText.Seconds(c.CoreSeconds)),
            Column<CostRow>.Plain("wall time", null, c => QuantityText.Seconds(c.WallSeconds)),
            Column<CostRow>.Plain("per atom and step", "µs", c => c.UsPerAtomStep is double v ? QuantityText.Significant(v, 3) : null),
            Column<CostRow>.Plain("core-seconds per atom and ps", null, c => c.CoreSecondsPerAtomPs is double v ? QuantityText.Significant(v, 3) : null));
    }

    private static void Provenance(HtmlText p, ReportModel m)
    {
        if (m.Notes.Count > 0)
            p.List(m.Notes);
        if (m.Settings.Count > 0)
            p.Details(SettingsTitle(m.Settings), d => d.Table("Settings and where each comes from; cores, limits and budgets change no number and are left out", m.Settings,
                new Column<SettingRow>("setting", null, false, s => $"<td class=\"key\"><code>{HtmlText.Encode(s.Name)}</code></td>"),
                new Column<SettingRow>("value", null, false, s => $"<td class=\"words\">{HtmlText.Encode(s.Value)}</td>"),
                Column<SettingRow>.Text("chosen by", s => s.Origin)));
        p.Details($"Levels of theory ({m.Levels.Count})", d => d.Table("Levels of theory", m.Levels,
            Column<LevelOfTheory>.Text("name", l => l.Name), Column<LevelOfTheory>.Text("what it is", l => l.Words),
            Column<LevelOfTheory>.Text("standing", l => l.StandIn ? ReportRules.StandInWords : "first principles")));
        if (m.Software.Count > 0)
            p.Details($"Software ({m.Software.Count})", d => d.Table("Software versions", m.Software,
                Column<SoftwareRow>.Text("name", s => s.Name), Column<SoftwareRow>.Text("version", s => s.Version)));
        if (m.Provenance.Count > 0)
            p.Details($"Artifacts ({m.Provenance.Count})", d => d.Table("Artifacts by SHA-256", m.Provenance,
                Column<ArtifactRow>.Text("what", a => a.Role), Column<ArtifactRow>.Text("kind", a => a.Kind),
                Column<ArtifactRow>.Plain("bytes", null, a => a.Bytes.ToString("N0", Inv)),
                new Column<ArtifactRow>("SHA-256", null, false, a => $"<td><code>{HtmlText.Encode(a.Id)}</code></td>")), "screen");
    }

    private static string SettingsTitle(IReadOnlyList<SettingRow> settings) =>
        $"Settings the numbers depend on ({string.Join(", ", settings.GroupBy(s => s.Origin).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}"))})";

    private static string Level(ReportModel m, string level) => m.IsStandIn(level) ? $"{level} (stand-in)" : level;

    private static Q? Milli(Q? q) => q is null ? null : q with
    {
        Value = 1000 * q.Value,
        Stderr = 1000 * q.Stderr,
        Ci95 = q.Ci95 is { } c ? new Interval(1000 * c.Low, 1000 * c.High) : null,
        Unit = "m" + q.Unit,
    };

    private static string? Percent(Q q) => q.IsUsable ? (100 * q.Value!.Value).ToString("0.0", Inv) : null;

    private static string Cut(Q q) => q.IsUsable ? q.Value!.Value.ToString("0.00000", Inv) : "—";

    private static string? Arrow(double? from, double? to, string format) =>
        from is double f && to is double t ? $"{f.ToString(format, Inv)} → {t.ToString(format, Inv)}" : null;
}
