using Campaign.Cli.Report;

namespace Campaign.Cli.Figures;

/// <summary>Every figure the model has data for, by section of the report.</summary>
public sealed record FigureSet(IReadOnlyDictionary<string, IReadOnlyList<Figure>> BySection)
{
    public IEnumerable<Figure> All => BySection.Values.SelectMany(f => f);

    public IReadOnlyList<Figure> Of(string section) => BySection.GetValueOrDefault(section, []);

    public static FigureSet Draw(ReportModel model) => new(new Dictionary<string, IReadOnlyList<Figure>>
    {
        ["stages"] = Some(RunFigures.StageGraph(model)),
        ["cells"] = Some([.. model.Pictures.Select(p => CrystalFigures.Picture(model, p))]),
        ["lattice"] = Some(StructureFigures.LatticeDeviation(model)),
        ["parity"] = Some([.. model.Parity.Select(p => PotentialFigures.Parity(model, p))]),
        ["lcurve"] = Some([.. model.LearningCurves.Select(c => PotentialFigures.LearningCurves(model, c))]),
        ["rdf"] = Some([.. model.Rdf.Select(r => (r.Variant, r.Level, r.TemperatureK)).Distinct().Select(k => PotentialFigures.Rdf(model, k.Variant, k.Level, k.TemperatureK))]),
        ["msd"] = Some([.. model.Msd.Select(m => (m.Variant, m.Level, m.Mover)).Distinct().Select(k => TransportFigures.Msd(model, k.Variant, k.Level, k.Mover))]),
        ["arrhenius"] = Some([.. model.Arrhenius.Where(WorthDrawing).Select(f => f.Fit).Distinct().Select(f => TransportFigures.Arrhenius(model, f))]),
        ["neb"] = Some(BarrierFigures.Profiles(model)),
        ["cost"] = Some(RunFigures.Cost(model)),
    });

    /// <summary>Bounds alone make no line: the table says them.</summary>
    private static bool WorthDrawing(ArrheniusFit fit) => fit.Fit == "D" || fit.ActivationEnergyEv.IsUsable || fit.Points.Any(p => p.Y.IsUsable);

    private static Figure[] Some(params Figure?[] figures) => [.. figures.OfType<Figure>()];
}
