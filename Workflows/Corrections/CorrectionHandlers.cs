using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Corrections;

/// <summary>What is known about mending failures: of the built-in engines here, of VASP in a table of its own.</summary>
public static class CorrectionHandlers
{
    public static IReadOnlyList<CorrectionHandler> All { get; } =
    [
        // Half the step and twice the steps: the same time is simulated, and the same instants are written.
        new CorrectionHandler<DynamicsParameters>("halve-time-step", FindingKeys.DynamicsDiverged, CorrectionClass.Physics, p => p with
        {
            TimeStepFs = p.TimeStepFs / 2,
            EquilibrationSteps = p.EquilibrationSteps * 2,
            Steps = p.Steps * 2,
            DumpEverySteps = p.DumpEverySteps * 2,
            SegmentSteps = p.SegmentSteps * 2,
        }),
        new CorrectionHandler<SampleParameters>("halve-time-step", FindingKeys.DynamicsDiverged, CorrectionClass.Physics, p => p with
        {
            TimeStepFs = p.TimeStepFs / 2,
            EquilibrationSteps = p.EquilibrationSteps * 2,
            Steps = p.Steps * 2,
            FrameStride = p.FrameStride * 2,
        }),
        new CorrectionHandler<TrainParameters>("halve-learning-rate", FindingKeys.TrainingDiverged, CorrectionClass.Numerics, p => p with
        {
            LearningRate = p.LearningRate with { Start = Math.Max(p.LearningRate.Start / 2, p.LearningRate.Stop) },
        }),
        new CorrectionHandler<RelaxParameters>("double-steps", FindingKeys.RelaxationUnfinished, CorrectionClass.Numerics, p => p with
        {
            MaxSteps = p.MaxSteps * 2,
        }),
        .. VaspCorrections.All,
    ];
}
