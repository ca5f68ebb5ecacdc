using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Formats;
using Campaign.Compute.Transport;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using ReferenceFrame = Campaign.Compute.Transport.ReferenceFrame;

namespace Campaign.Actors.Operations;

/// <summary>The transport stage at one temperature: MSD, diffusion, Haven ratio and conductivity with their errors.</summary>
public sealed class AnalyseTransportOperation : Operation<AnalyseTransportParameters>
{
    private const int CurvePoints = 200;

    protected override OperationOutcome Run(AnalyseTransportParameters p, OperationContext context, CancellationToken cancellation)
    {
        DynamicsSummary[] runs = [.. context.All(Slots.Summary).Select(ResultJson.ReadFile<DynamicsSummary>)];
        var replicas = new List<Trajectory>();
        foreach ((InputFile file, DynamicsSummary run) in context.All(Slots.Trajectory).Zip(runs))
        {
            cancellation.ThrowIfCancellationRequested();
            context.Progress(0.5 * replicas.Count / runs.Length, "reading trajectories");
            replicas.Add(Trajectory.FromStructures(ExtXyz.Read(file.Path).Select(f => f.Structure), run.FrameSpacingFs, wrapped: false));
        }
        double temperatureK = runs.Average(r => r.TemperatureMeanK);
        TransportResult result = TransportAnalysis.Run(replicas, new TransportOptions(p.Mobile, p.Charge, temperatureK)
        {
            Frame = FrameOf(p.Frame),
            HopLengthA = p.HopLengthA > 0 ? p.HopLengthA : null,
            MassesAmu = replicas[0].Species.Distinct().ToDictionary(s => s, Elements.MassAmu),
        });

        TransportDiagnostics d = result.Diagnostics;
        int hops = d.Hops.Sum(h => h.Count);
        var summary = new TransportSummary(
            p.Variant, p.Level, Labels.Of(p.Label), p.TemperatureK, temperatureK,
            result.DSelf, result.DTotal, result.HavenRatio, result.Sigma, result.SigmaNernstEinstein, result.DSelfLogSystematic,
            d.Replicas, d.TotalTimeFs / 1000, d.MobileCount, hops, d.HopLengthA, d.AnionMaxDisplacementA, d.Estimate?.Beta,
            d.Estimate?.Self?.FirstLagFs / 1000, d.Estimate?.Self?.LastLagFs / 1000, p.Frame.ToString().ToLowerInvariant(), result.Notes);
        return new OperationOutcome.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Msd] = context.Outputs.AddText(Curves(result), "csv"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject { ["hops"] = hops, ["dSelfCm2PerS"] = result.DSelf.Value, ["temperatureK"] = temperatureK });
    }

    /// <summary>Lags up to half the run, at most <see cref="CurvePoints"/> of them: beyond half, too few origins are left to mean anything.</summary>
    private static string Curves(TransportResult result)
    {
        MsdCurves c = result.Msd;
        double frameFs = c.LagFs.Length > 1 ? c.LagFs[1] : 1;
        int last = Math.Max(1, c.LagFs.Length / 2), stride = Math.Max(1, last / CurvePoints);
        var csv = new StringBuilder("lagPs,selfA2,totalA2,distinctA2,selfAlongA,selfAlongB,selfAlongCStar,selfStderrA2\n");
        for (int k = 0; k <= last && k < c.LagFs.Length; k += stride)
            csv.AppendLine(CultureInfo.InvariantCulture, $"{c.LagFs[k] / 1000:R},{c.Self[k]:R},{c.Total?[k]:R},{c.Distinct?[k]:R},{c.SelfA[k]:R},{c.SelfB[k]:R},{c.SelfCStar[k]:R},{SelfStdErr(result.Diagnostics, c.LagFs[k], frameFs):R}");
        return csv.ToString();
    }

    /// <summary>
    /// Standard error of the self MSD at a lag: the variance of the squared displacement over the N T/τ independent observations,
    /// interpolated between the lags at which the variance was measured.
    /// </summary>
    private static double SelfStdErr(TransportDiagnostics d, double lagFs, double frameFs)
    {
        if (lagFs <= 0)
            return 0;
        if (d.Estimate is not { Moments: { Length: > 1 } moments })
            return double.NaN;
        double lag = lagFs / frameFs;
        int upper = Math.Clamp(Array.FindIndex(moments, m => m.Lag >= lag), 1, moments.Length - 1);
        (LagMoments a, LagMoments b) = (moments[upper - 1], moments[upper]);
        double share = Math.Clamp((lag - a.Lag) / (b.Lag - a.Lag), 0, 1);
        double variance = a.Variance + share * (b.Variance - a.Variance);
        return Math.Sqrt(variance * lagFs / (d.MobileCount * d.TotalTimeFs));
    }

    private static ReferenceFrame FrameOf(Workflows.Operations.ReferenceFrame frame) => frame switch
    {
        Workflows.Operations.ReferenceFrame.Host => ReferenceFrame.Anions,
        Workflows.Operations.ReferenceFrame.Lab => ReferenceFrame.Laboratory,
        Workflows.Operations.ReferenceFrame.Barycentric => ReferenceFrame.Barycentric,
        _ => throw new ArgumentOutOfRangeException(nameof(frame)),
    };
}
