using Campaign.Actors.Operations.Results;
using Campaign.Compute.Datasets;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Potentials;

namespace Campaign.Actors.Operations;

/// <summary>Errors of one model on the test systems, as the report needs them.</summary>
internal static class TestErrors
{
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
}
