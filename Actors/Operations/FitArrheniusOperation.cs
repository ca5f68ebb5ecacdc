using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Transport;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;

namespace Campaign.Actors.Operations;

/// <summary>The Arrhenius lines of one variant: ln D, ln(σT) and ln σ, each labelled.</summary>
public sealed class FitArrheniusOperation : Operation<FitArrheniusParameters>
{
    protected override OperationOutcome Run(FitArrheniusParameters p, OperationContext context, CancellationToken cancellation)
    {
        TransportSummary[] points = [.. context.All(Slots.Points).Select(ResultJson.ReadFile<TransportSummary>)];
        ArrheniusPoint[] diffusion = [.. points.Select(x => new ArrheniusPoint(x.TemperatureK, x.DSelf, x.DSelfLogSystematic))];
        ArrheniusPoint[] conduction = [.. points.Select(x => new ArrheniusPoint(x.TemperatureK, x.Sigma))];
        ArrheniusLine[] lines =
        [
            Line("D", diffusion, ArrheniusForm.D, p.StandIn),
            Line("sigmaT", conduction, ArrheniusForm.SigmaT, p.StandIn),
            Line("sigma", conduction, ArrheniusForm.Sigma, p.StandIn),
        ];
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Summary] = context.Outputs.AddSummary(new ArrheniusSummary(p.Variant, p.Level, Labels.Of(p.Label), p.StandIn, lines)),
            },
            new JsonObject { ["activationEnergyEv"] = lines[0].ActivationEnergyEv.Value, ["stdErr"] = lines[0].ActivationEnergyEv.StdErr });
    }

    private static ArrheniusLine Line(string form, ArrheniusPoint[] points, ArrheniusForm kind, bool standIn)
    {
        if (Arrhenius.Fit(points, kind, out string? refusal) is not { } fit)
            return new ArrheniusLine(form, Quantity.None("eV", refusal!), null, null, 0, 1, false, [], [.. points.Select(x => x.TemperatureK)], null, null, null, null, refusal, []);
        return new ArrheniusLine(
            form, fit.ActivationEnergyEv, fit.LnPrefactor, fit.ChiSquared, fit.DegreesOfFreedom, fit.BirgeRatio, fit.Curved,
            fit.Used, fit.Excluded, fit.VarianceLnPrefactor, fit.CovarianceLnPrefactorEa, fit.VarianceEa,
            standIn || kind == ArrheniusForm.D ? null : fit.At(300), null, fit.Notes);
    }
}
