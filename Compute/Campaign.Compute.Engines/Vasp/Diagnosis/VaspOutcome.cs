using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Diagnosis;

/// <summary>How a run ended, in one word; the first that holds.</summary>
public enum VaspOutcome
{
    /// <summary>VASP says what broke it, and it did not converge.</summary>
    Crashed,

    /// <summary>Not one ionic step is complete.</summary>
    NoIonicStep,

    /// <summary>It ended before its last step.</summary>
    Unfinished,

    /// <summary>The electrons of the last frame did not converge.</summary>
    UnconvergedElectronic,

    UnconvergedIonic,

    /// <summary>Molecular dynamics, all steps.</summary>
    Completed,

    Converged,
}

/// <summary>What decides it.</summary>
public static class VaspOutcomes
{
    public static VaspOutcome Of(VaspSummary run, IReadOnlyList<SeenSymptom> seen)
    {
        VaspOutcome own = Of(run);
        return own is not (VaspOutcome.Completed or VaspOutcome.Converged) && seen.Any(s => s.Symptom.EndsRun) ? VaspOutcome.Crashed : own;
    }

    private static VaspOutcome Of(VaspSummary run)
    {
        int? steps = run.Header.Integer("NSW"), mover = run.Header.Integer("IBRION");
        bool dynamics = mover == 0 && steps > 0, relaxation = mover is 1 or 2 or 3 && steps > 0;
        if (run.Frames == 0)
            return VaspOutcome.NoIonicStep;
        if (!run.Finished || run.StoppedOnRequest && !run.IonsConverged || dynamics && run.AllSteps < steps)
            return VaspOutcome.Unfinished;
        if (run.Last!.ElectronsConverged == false)
            return VaspOutcome.UnconvergedElectronic;
        if (relaxation && !run.IonsConverged)
            return VaspOutcome.UnconvergedIonic;
        return dynamics ? VaspOutcome.Completed : VaspOutcome.Converged;
    }
}
