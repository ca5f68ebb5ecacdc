using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Learning.Training;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>Validation of the potentials, from the dataset, train and validate stages' results.</summary>
internal sealed class PotentialAssembly(ReportInputs inputs, double? forceLimit)
{
    private readonly IReadOnlyList<Sourced<DatasetSummary>> _datasets = [.. inputs.Read<DatasetSummary>("dataset", Slots.Summary)];
    private readonly IReadOnlyList<Sourced<TrainSummary>> _trainings = [.. inputs.Read<TrainSummary>("train", Slots.Summary)];
    private readonly IReadOnlyList<Sourced<ValidateSummary>> _validations = [.. inputs.Read<ValidateSummary>("validate", Slots.Summary)];

    public IReadOnlyList<PotentialRow> Rows =>
    [
        .. from v in _validations
           from m in v.Value.Models
           select Row(v, m)
    ];

    public IReadOnlyList<ParityData> Parity =>
    [
        .. from v in _validations
           let file = inputs.File(v.Task, Slots.Parity)
           where file is not null
           let series = Csv.Rows(file.Path).GroupBy(r => r[0]).Select(g => new ParitySeries(g.Key, [.. g.Select(r => Csv.Number(r[1]))], [.. g.Select(r => Csv.Number(r[2]))])).ToList()
           let energy = series.FirstOrDefault(s => s.Name == ParityTable.Energy)
           where energy is not null
           select new ParityData(v.Value.Level, [.. series.Where(s => s != energy)], energy)
    ];

    public IReadOnlyList<RdfRow> Rdf =>
    [
        .. from v in _validations
           let file = inputs.File(v.Task, Slots.Rdf)
           where file is not null
           from curve in Csv.Rows(file.Path).GroupBy(r => (TemperatureK: Csv.Number(r[0]), Pair: r[1]))
           let c = v.Value.Rdf.First(x => x.TemperatureK == curve.Key.TemperatureK && x.Pair == curve.Key.Pair)
           select new RdfRow(
               c.Variant, v.Value.Level, c.TemperatureK, c.Pair,
               [.. curve.Select(r => Csv.Number(r[2]))], [.. curve.Select(r => Csv.Number(r[3]))], [.. curve.Select(r => Csv.Number(r[4]))],
               new RdfPeak(c.PeakLabelsA, c.PeakLabelsHeight, c.CoordinationLabels), new RdfPeak(c.PeakPotentialA, c.PeakPotentialHeight, c.CoordinationPotential),
               Q.Exact(c.Relative, "1", v.Source))
    ];

    public IReadOnlyList<LearningCurve> LearningCurves =>
    [
        .. from t in _trainings
           let file = inputs.File(t.Task, Slots.LearningCurve)
           where file is not null
           select Curve(t.Value, file.Path)
    ];

    /// <summary>What a reader must know of the trainings.</summary>
    public IEnumerable<(string Where, string What)> Notes =>
    [
        .. from t in _trainings where t.Value.Program is not null select (t.Task.Value, $"trained by {t.Value.Program}"),
        .. _trainings.SelectMany(t => t.Value.RateHalvings.Select(h => (t.Task.Value, h.InWords()))),
    ];

    /// <summary>Columns of lcurve.out by the names in its header: DeePMD-kit leaves validation out when there is none.</summary>
    private static LearningCurve Curve(TrainSummary t, string path)
    {
        string[] header = System.IO.File.ReadLines(path).First(l => l.StartsWith('#')).TrimStart('#').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double[][] rows =
        [
            .. System.IO.File.ReadLines(path).Where(l => !l.StartsWith('#') && l.Trim().Length > 0)
                .Select(l => Array.ConvertAll(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Csv.Number))
        ];
        double[] Column(params string[] names)
        {
            int at = Array.FindIndex(header, names.Contains);
            return at < 0 ? [] : Array.ConvertAll(rows, r => r[at]);
        }
        return new LearningCurve(
            t.Level, ModelName(t.Model), Column("step"), Column("rmse_f_trn", "rmse_f"), Column("rmse_f_val"),
            Column("rmse_e_trn", "rmse_e"), Column("rmse_e_val"), Column("lr"));
    }

    private PotentialRow Row(Sourced<ValidateSummary> v, ModelErrors m)
    {
        DatasetSummary? d = _datasets.FirstOrDefault(x => x.Value.Level == v.Value.Level)?.Value;
        TrainSummary? t = _trainings.FirstOrDefault(x => x.Value.Level == v.Value.Level && x.Value.Model == m.Model)?.Value;
        int Frames(string part) => d?.Systems.Where(s => s.Part == part).Sum(s => s.Frames) ?? 0;
        Q Exact(double value, string unit) => Q.Exact(value, unit, v.Source);
        return new PotentialRow(
            v.Value.Level, ModelName(m.Model),
            new FrameCounts(Frames("training"), Frames("validation"), Frames("test"), m.AtomsPerFrame, t?.Steps ?? 0, t?.BatchFrames ?? 0),
            Exact(m.EnergyMaeEvPerAtom, "eV/atom"), Exact(m.EnergyRmseEvPerAtom, "eV/atom"), Exact(m.ForceMaeEvPerA, "eV/Å"), Exact(m.ForceRmseEvPerA, "eV/Å"),
            m.VirialRmseEvPerAtom is { } w ? Exact(w, "eV/atom") : null,
            Exact(m.R2Energy, "1"), Exact(m.R2Force, "1"), Exact(m.MaxForceErrorEvPerA, "eV/Å"), Exact(m.ForceStdEvPerA, "eV/Å"),
            Exact(m.ForceRmseEvPerA / m.ForceStdEvPerA, "1"), forceLimit,
            [.. m.Species.Select(s => new SpeciesErrorRow(
                s.Species, s.Components, Exact(s.ForceMaeEvPerA, "eV/Å"), Exact(s.ForceRmseEvPerA, "eV/Å"), Exact(s.ForceStdEvPerA, "eV/Å"), Exact(s.ForceRmseEvPerA / s.ForceStdEvPerA, "1")))],
            m.HopFrames is { } h ? new HopFrameErrorRow(h.Frames, Exact(h.ForceRmseEvPerA, "eV/Å"), Exact(h.ForceRmseEvPerA / h.ForceStdEvPerA, "1")) : null);
    }

    private static string ModelName(int index) => FormattableString.Invariant($"m{index}");
}
