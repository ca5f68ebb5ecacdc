using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Diagnosis;

public enum VaspEnd
{
    /// <summary>All that was asked for is there, and converged.</summary>
    Complete,

    /// <summary>It stopped when it was asked to: the next segment goes on.</summary>
    Stopped,

    /// <summary>It ended before its last step, by itself or by somebody's hand, and says nothing of why.</summary>
    Cut,

    /// <summary>It ended in its own time, but the electrons of a step that counts did not converge.</summary>
    ElectronsUnconverged,

    /// <summary>The relaxation ran out of steps.</summary>
    IonsUnconverged,

    /// <summary>It tells of trouble that explains the end.</summary>
    Failed,
}

/// <summary>How a run ended, and why. A symptom counts only where the run did not end well.</summary>
/// <param name="Findings">The leading one first; none for a run that is complete.</param>
public sealed record VaspVerdict(VaspEnd End, IReadOnlyList<EngineFinding> Findings)
{
    /// <summary>From one ionic step to the next.</summary>
    public const double JumpEvPerAtom = 1;

    private const double SmearingEvPerAtom = 1e-3;

    public static VaspVerdict Of(VaspSummary run, IReadOnlyList<SeenSymptom> seen)
    {
        VaspEnd end = EndOf(run);
        if (end is VaspEnd.Complete or VaspEnd.Stopped)
            return new VaspVerdict(end, []);
        EngineFinding[] told = [.. seen.Select(s => new EngineFinding($"vasp.{s.Symptom.Key}", $"{s.Symptom.Meaning}{(s.Times > 1 ? $" ({s.Times} times)" : "")}.", s.Evidence))];
        EngineFinding[] ended = [.. told.Where((_, i) => seen[i].Symptom.EndsRun)], advice = [.. told.Where((_, i) => !seen[i].Symptom.EndsRun)];
        if (ended.Length > 0)
            return new VaspVerdict(VaspEnd.Failed, [.. ended, .. advice, .. InNumbers(run)]);
        EngineFinding state = end switch
        {
            VaspEnd.ElectronsUnconverged => ElectronsFailed(run),
            VaspEnd.IonsUnconverged => IonsFailed(run.Header.Integer("NSW") ?? 0) with { Evidence = run.Evidence(run.Last) },
            _ => new("vasp.cut", $"VASP ended after {run.Frames} ionic steps and says nothing of why: it was killed, or its node failed.", run.Evidence(run.Last)),
        };
        return new VaspVerdict(end, [state, .. advice, .. InNumbers(run)]);
    }

    public static EngineFinding ElectronsFailed(VaspSummary run) => new(
        "vasp.electronic", $"The electrons did not converge within NELM = {run.Header.Integer("NELM")} steps: {run.Unconverged} of {run.Frames} ionic steps.", run.Evidence(run.FirstUnconverged));

    public static EngineFinding IonsFailed(int steps) => new("vasp.ionic", $"The relaxation did not reach its accuracy within {steps} steps.");

    /// <summary>What the numbers of a run tell of why it ended badly.</summary>
    private static IEnumerable<EngineFinding> InNumbers(VaspSummary run)
    {
        if (run.Extremes.Jump is { } jump && jump.EvPerAtom > JumpEvPerAtom)
            yield return Jumped(jump.EvPerAtom, jump.Step);
        if (run.Extremes.PositiveStep is { } step)
            yield return new EngineFinding("vasp.positive_energy", $"The energy of ionic step {step} is positive: atoms lie on each other, or the electrons are in no bound state.");
        if (run.Header.Number("EDIFFG") is < 0 and var wanted && run.Header.Integer("IBRION") is 1 or 2 or 3 && run.LargestDriftEvPerA > -wanted)
            yield return new EngineFinding("vasp.drift", FormattableString.Invariant(
                $"The forces add up to {run.LargestDriftEvPerA:0.000} eV/Å instead of nothing, more than the {-wanted:0.000} that was asked for: the grid is too coarse for it. Use PREC = Accurate, a higher encutEv, or a larger maxForceEvPerA."));
        if (run.Extremes.SmearingEvPerAtom > SmearingEvPerAtom)
            yield return new EngineFinding("vasp.large_sigma", FormattableString.Invariant(
                $"The smearing adds up to {1000 * run.Extremes.SmearingEvPerAtom:0.0} meV per atom (T*S) to the energy; below {1000 * SmearingEvPerAtom:0} is usual. Lower sigmaEv of the level."));
    }

    /// <summary>Atoms that fly apart.</summary>
    public static EngineFinding Jumped(double evPerAtom, int step) => new("vasp.energy_jump", FormattableString.Invariant(
        $"The energy jumps by {evPerAtom:0.0} eV per atom to ionic step {step}: the time step is too long for these forces, or atoms collided."));

    private static VaspEnd EndOf(VaspSummary run)
    {
        if (run.StoppedOnRequest)
            return VaspEnd.Stopped;
        if (!run.Finished || run.Frames == 0)
            return VaspEnd.Cut;
        int? steps = run.Header.Integer("NSW");
        return run.Header.Integer("IBRION") switch
        {
            // of a trajectory, single frames may fail and are dropped by name
            0 when run.AllSteps < steps => VaspEnd.Cut,
            0 => run.Unconverged < run.Frames ? VaspEnd.Complete : VaspEnd.ElectronsUnconverged,
            1 or 2 or 3 when steps > 0 && !run.IonsConverged => run.Unconverged == run.Frames ? VaspEnd.ElectronsUnconverged : VaspEnd.IonsUnconverged,
            _ => run.Last!.ElectronsConverged == true ? VaspEnd.Complete : VaspEnd.ElectronsUnconverged,
        };
    }
}
