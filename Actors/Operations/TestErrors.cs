using System.Globalization;
using System.Text;
using Campaign.Actors.Operations.Results;
using Campaign.Compute.Datasets;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;

namespace Campaign.Actors.Operations;

/// <summary>Errors of one model on the test systems, as the report needs them.</summary>
internal static class TestErrors
{
    private const int ParityPoints = 1500;

    public static PotentialTestResult Of(IPotential model, IReadOnlyList<DatasetSystem> test, CancellationToken cancellation)
    {
        bool[] hops = [.. test.SelectMany(s => s.HasHop)];
        return PotentialTest.Evaluate(model, test.SelectMany(s => s.System.Frames), k => hops[k], cancellation);
    }

    public static ModelErrors Summary(PotentialTestResult r, int model, IReadOnlyList<DatasetSystem> test) => new(
        model, r.Frames, test[0].System.AtomCount,
        r.EnergyPerAtom.Mae, r.EnergyPerAtom.Rmse, r.Force.Mae, r.Force.Rmse, r.VirialPerAtom?.Rmse, r.EnergyPerAtom.R2, r.Force.R2, r.Force.MaxError, r.Force.LabelStd,
        [.. r.ForceBySpecies.Select(s => new SpeciesErrors(s.Key, s.Value.Count, s.Value.Mae, s.Value.Rmse, s.Value.LabelStd))],
        r.ForceOnChosen is { } h ? new HopFrameErrors(test.Sum(s => s.HasHop.Count(x => x)), h.Rmse, h.LabelStd) : null);

    /// <summary>Label and prediction per species (force components) and for the energy per atom, thinned evenly.</summary>
    public static string ParityCsv(Parity parity)
    {
        var csv = new StringBuilder("series,label,predicted\n");
        foreach (IGrouping<string, (double Label, double Prediction)> s in parity.ForceEvPerA.Zip(parity.ForceSpecies).GroupBy(x => x.Item2, x => x.Item1).OrderBy(g => g.Key, StringComparer.Ordinal))
            Write(s.Key, [.. s]);
        Write(ParityNames.Energy, parity.EnergyPerAtomEv);
        return csv.ToString();

        void Write(string name, IReadOnlyList<(double Label, double Prediction)> pairs)
        {
            // an odd stride does not keep to one Cartesian component
            int stride = Math.Max(1, pairs.Count / ParityPoints) | 1;
            for (int k = 0; k < pairs.Count; k += stride)
                csv.AppendLine(CultureInfo.InvariantCulture, $"{name},{pairs[k].Label:R},{pairs[k].Prediction:R}");
        }
    }
}
