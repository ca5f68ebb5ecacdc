using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Compute;
using Campaign.Compute.Engines.Vasp.Bands;
using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Relabelling;
using Campaign.Compute.Engines.Vasp.Relaxing;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Engines.Vasp.Sampling;
using Campaign.Compute.Formats;
using Campaign.Compute.Paths;
using Campaign.Compute.Structures;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs.Vasp;

/// <summary>The operations that VASP carries out.</summary>
public static class VaspOperations
{
    private const string Labels = "VASP";

    public static IReadOnlyList<IEngineOperation> All { get; } =
    [
        new EngineOperation<VaspRelaxation, RelaxedStructure>(OperationCatalogue.Relax, new VaspRelaxEngine(), Relaxation, Relaxed),
        new EngineOperation<VaspSampling, VaspTrajectory>(OperationCatalogue.Sample, new VaspSampleEngine(), Sampling, SampledFrames.Keep),
        new EngineOperation<VaspRelabelling, RelabelledFrames>(OperationCatalogue.Relabel, new VaspRelabelEngine(), LabelComparison.Settings, LabelComparison.Keep),
        new EngineOperation<VaspBarriers, DirectionResult>(OperationCatalogue.FindBarriers, new VaspBandEngine(), Barriers, Found),
    ];

    public static VaspRelaxation Relaxation(OperationContext context)
    {
        RelaxParameters p = Parameters<RelaxParameters>(context);
        return new VaspRelaxation(VaspLevels.Of(p.Dft), StructureInputs.Read(context.Single(Slots.Structure)), p.MaxForceEvPerA, p.RelaxCell, p.MaxSteps);
    }

    public static VaspSampling Sampling(OperationContext context)
    {
        SampleParameters p = Parameters<SampleParameters>(context);
        Structure cell = SampledCell.Of(StructureInputs.Read(context.Single(Slots.Structure)), p, new Rng((ulong)p.Seed));
        return new VaspSampling(
            VaspLevels.Of(p.Dft), cell, p.TemperatureK, p.TimeStepFs, p.EquilibrationSteps, p.Steps, p.FrameStride,
            p.Thermostat == "langevin" ? VaspThermostat.Langevin : VaspThermostat.Nose, 1000 / p.DampingFs, p.Seed,
            VaspLevels.ExtraElectrons(p.Vacancy),
            (p.Moments ?? new Dictionary<string, IReadOnlyList<double>>()).ToDictionary(m => m.Key, m => new MomentWindow(m.Value[0], m.Value[1])));
    }

    public static VaspBarriers Barriers(OperationContext context)
    {
        FindBarriersParameters p = Parameters<FindBarriersParameters>(context);
        Structure relaxed = StructureInputs.Read(context.Single(Slots.Structure));
        return new VaspBarriers(
            VaspLevels.Of(p.Dft), relaxed, BarrierInputs.Lattice(context, p, relaxed), BarrierInputs.Direction(p), BarrierInputs.Hops(p), BarrierInputs.Band(p),
            EndPointMaxForceEvPerA: Math.Min(p.MaxForceEvPerA, 0.01), p.VacancyElectrons ?? 0);
    }

    private static AttemptExit.Completed Relaxed(OperationContext context, VaspRelaxation settings, RelaxedStructure result)
    {
        RelaxParameters p = Parameters<RelaxParameters>(context);
        LatticeParameters lattice = LatticeParameters.OfParent(result.Structure.Cell, p.Supercell[0], p.Supercell[1], p.Supercell[2]);
        double stressGpa = result.StressKb is { } kb ? kb.ToRowMajor().Max(Math.Abs) / 10 : double.NaN;
        var summary = new RelaxSummary(
            p.Variant, p.Level, lattice.A, lattice.B, lattice.C, lattice.AlphaDeg, lattice.BetaDeg, lattice.GammaDeg, lattice.VolumeA3,
            result.EnergyEv / result.Structure.Count, result.MaxForceEvPerA, stressGpa, result.Steps);
        return new AttemptExit.Completed(
            new Dictionary<string, ArtifactRef>
            {
                [Slots.Structure] = context.Outputs.AddText(ExtXyz.ToText(new Frame(result.Structure, result.EnergyEv)), "extxyz"),
                [Slots.Summary] = context.Outputs.AddSummary(summary),
            },
            new JsonObject
            {
                ["steps"] = result.Steps, ["runs"] = result.Runs, ["maxForceEvPerA"] = result.MaxForceEvPerA, ["energyEv"] = result.EnergyEv,
                ["vasp"] = result.Theory.VaspMajor,
            });
    }

    private static AttemptExit.Completed Found(OperationContext context, VaspBarriers settings, DirectionResult result)
    {
        FindBarriersParameters p = Parameters<FindBarriersParameters>(context);
        if (result.Hops.Any(h => h.Mechanism == HopMechanism.Vacancy))
            result = result with
            {
                Notes =
                [
                    .. result.Notes,
                    settings.VacancyElectrons == 0
                        ? "vacancies are neutral: the missing ion took its electron along, and the host is oxidised"
                        : FormattableString.Invariant($"vacancies are charged: NELECT = sum of ZVAL + {settings.VacancyElectrons:0.##}, with VASP's compensating background"),
                ],
            };
        return BarrierInputs.Completed(context, p, result);
    }

    private static T Parameters<T>(OperationContext context)
        where T : IOperationParameters => CanonicalParameters.Read<T>(context.Task.Parameters);
}
