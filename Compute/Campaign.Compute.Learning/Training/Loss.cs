namespace Campaign.Compute.Learning.Training;

/// <summary>Weights of energy, force and virial errors.</summary>
public readonly record struct Prefactors(double Energy, double Force, double Virial);

/// <summary>
/// DeePMD-kit's loss of one batch: pe/N ⟨ΔE²⟩ + pf ⟨ΔF²⟩ + pv/N ⟨ΔV²⟩, each mean over frames and components,
/// with prefactors that follow the learning rate, p = limit + (start - limit) lr/lr0.
/// </summary>
public sealed record LossSchedule(Prefactors Start, Prefactors Limit)
{
    /// <param name="learningRateRatio">lr(t)/lr(0).</param>
    public Prefactors At(double learningRateRatio)
    {
        double Mix(double start, double limit) => limit + (start - limit) * learningRateRatio;
        return new Prefactors(Mix(Start.Energy, Limit.Energy), Mix(Start.Force, Limit.Force), Mix(Start.Virial, Limit.Virial));
    }
}

/// <summary>
/// Staircase of DeePMD-kit: lr(t) = start · rate^⌊t/decay⌋ with rate = (stop/start)^(decay/steps), so that it ends near stop.
/// </summary>
public sealed class LearningRate
{
    private readonly double _start, _logRate;

    public LearningRate(double start, double stop, int decaySteps, int steps)
    {
        if (!(start > 0) || !(stop > 0) || steps < 1 || decaySteps < 1)
            throw new ArgumentException($"Learning rates ({start} to {stop}) and steps ({steps}, decay {decaySteps}) must be positive.");
        // DeePMD-kit's own choice where the decay is as long as the run
        DecaySteps = decaySteps < steps ? decaySteps : steps / 10 > 100 ? 100 : steps / 100 + 1;
        _start = start;
        _logRate = Math.Log(stop / start) * DecaySteps / steps;
    }

    public int DecaySteps { get; }

    public double At(long step) => _start * RatioAt(step);

    /// <summary>lr(t)/lr(0).</summary>
    public double RatioAt(long step) => Math.Exp(_logRate * (step / DecaySteps));
}

/// <summary>Squared errors of some frames, and the loss they make.</summary>
public sealed class ErrorSums
{
    private double _loss, _energyPerAtom, _force, _virialPerAtom;
    private long _frames, _forceComponents, _virialFrames;

    /// <summary>Adds one frame: error of the total energy, sums of squares over force and virial components.</summary>
    public void Add(int atoms, double energyError, double forceSquares, double? virialSquares, Prefactors p)
    {
        _frames++;
        _energyPerAtom += energyError * energyError / ((double)atoms * atoms);
        _force += forceSquares;
        _forceComponents += 3L * atoms;
        _loss += p.Energy / atoms * energyError * energyError + p.Force * forceSquares / (3.0 * atoms);
        if (virialSquares is { } v)
        {
            _virialFrames++;
            _virialPerAtom += v / 9 / ((double)atoms * atoms);
            _loss += p.Virial / atoms * v / 9;
        }
    }

    /// <summary>Mean over frames.</summary>
    public double Loss => _loss / _frames;

    /// <summary>√⟨ΔE²⟩ with ΔE per atom, eV.</summary>
    public double EnergyRmsePerAtom => Math.Sqrt(_energyPerAtom / _frames);

    /// <summary>eV/Å.</summary>
    public double ForceRmse => Math.Sqrt(_force / _forceComponents);

    /// <summary>Per atom, eV; null without virial labels.</summary>
    public double? VirialRmsePerAtom => _virialFrames == 0 ? null : Math.Sqrt(_virialPerAtom / _virialFrames);
}
