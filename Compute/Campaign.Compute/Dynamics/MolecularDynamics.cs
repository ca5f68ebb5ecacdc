using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>Constant temperature by a Nose-Hoover chain.</summary>
public sealed record NvtOptions(double TemperatureK, double DampingFs = 100, int ChainLength = 3);

/// <summary>How to integrate.</summary>
public sealed record MdOptions
{
    public required double TimeStepFs { get; init; }

    /// <summary>The thermostat; null for constant energy (NVE).</summary>
    public NvtOptions? Nvt { get; init; }

    /// <summary>
    /// Steps between checkpoints, counted from step 0. At every checkpoint the calculator is made anew, in the uninterrupted
    /// run too, so that a resumed run has the same bits.
    /// </summary>
    public int SegmentSteps { get; init; } = 1000;

    /// <summary>Steps between frames given to the observer.</summary>
    public int SampleEverySteps { get; init; } = 1;

    /// <summary>A higher temperature than this is a run gone wrong, not physics.</summary>
    public double DivergedAboveK { get; init; } = 20_000;
}

/// <summary>One moment of a run as the observer sees it. The arrays belong to the integrator: copy what must live longer.</summary>
public readonly record struct MdFrame(
    long Step, double TimeFs, Cell Cell, Vec3[] Positions, Vec3[] Velocities, Vec3[] Forces,
    double PotentialEv, Mat3 VirialEv, double KineticEv, double TemperatureK, double ConservedEv);

/// <summary>How a run ended.</summary>
public enum MdOutcome
{
    Completed,

    /// <summary>Forces or temperature went out of bounds; the state is the last checkpoint before it.</summary>
    Diverged,
}

/// <summary>The end of a run: its last state and why it ended.</summary>
/// <param name="State">State to continue from.</param>
/// <param name="Outcome">Completed or diverged.</param>
/// <param name="Message">For people: what went wrong and where; empty when completed.</param>
/// <param name="MeanTemperatureK">Mean over all steps since step 0, also those before a resume; NaN without steps.</param>
/// <param name="ConservedDriftEv">Conserved quantity at the end minus at step 0; NaN when no step was done.</param>
public sealed record MdResult(MdState State, MdOutcome Outcome, string Message, double MeanTemperatureK, double ConservedDriftEv);

/// <summary>
/// Molecular dynamics in a fixed cell: velocity Verlet, with half a thermostat step before and after for NVT. Total momentum is
/// removed at the start and conserved after.
/// </summary>
public static class MolecularDynamics
{
    /// <summary>
    /// Runs from a state to <paramref name="untilStep"/>.
    /// </summary>
    /// <param name="potential">Makes the calculator of every segment.</param>
    /// <param name="structure">Species of the atoms; its positions and cell are those of step 0 only.</param>
    /// <param name="options">Time step, thermostat, segments.</param>
    /// <param name="start">Where to begin or continue.</param>
    /// <param name="untilStep">Total number of steps, counted from step 0.</param>
    /// <param name="onFrame">
    /// Called every <see cref="MdOptions.SampleEverySteps"/> steps, and at step 0 by the run that starts there: a resumed run gives
    /// each frame once.
    /// </param>
    /// <param name="onCheckpoint">Called with the state at the end of every segment.</param>
    /// <param name="cancellation">Looked at every step; the state of the last checkpoint stays valid.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static MdResult Run(
        IPotential potential, Structure structure, MdOptions options, MdState start, long untilStep,
        Action<MdFrame>? onFrame = null, Action<MdState>? onCheckpoint = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TimeStepFs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SegmentSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SampleEverySteps);
        if (start.Positions.Length != structure.Count || start.Velocities.Length != structure.Count)
            throw new ArgumentException($"The state has {start.Positions.Length} atoms, the structure {structure.Count}.", nameof(start));

        double[] masses = AtomMasses.Of(structure);
        MdState state = start;
        while (state.Step < untilStep)
        {
            long end = Math.Min((state.Step / options.SegmentSteps + 1) * options.SegmentSteps, untilStep);
            using ICalculator calculator = potential.CreateCalculator(structure with { Cell = state.Cell, Positions = state.Positions });
            var segment = new Segment(calculator, masses, options, state);
            try
            {
                segment.Begin();
                if (segment.Step == 0)
                    onFrame?.Invoke(segment.Frame());
                while (segment.Step < end)
                {
                    cancellation.ThrowIfCancellationRequested();
                    segment.Advance();
                    if (segment.Step % options.SampleEverySteps == 0)
                        onFrame?.Invoke(segment.Frame());
                }
            }
            catch (DivergedException e)
            {
                return new MdResult(state, MdOutcome.Diverged, e.Message, double.NaN, double.NaN);
            }
            state = segment.State();
            onCheckpoint?.Invoke(state);
        }
        return new MdResult(state, MdOutcome.Completed, "", state.TemperatureSumK / state.Step, Drift(potential, structure, masses, options, state));
    }

    /// <summary>From the state alone, so that a run killed behind its last checkpoint, which has no step left to do, gives the same bits.</summary>
    private static double Drift(IPotential potential, Structure structure, double[] masses, MdOptions options, MdState state)
    {
        if (double.IsNaN(state.ConservedReferenceEv))
            return double.NaN;
        using ICalculator calculator = potential.CreateCalculator(structure with { Cell = state.Cell, Positions = state.Positions });
        var end = new Segment(calculator, masses, options, state);
        end.Begin();
        return end.ConservedEv - state.ConservedReferenceEv;
    }

    private sealed class DivergedException(string message) : Exception(message);

    /// <summary>The integrator between two checkpoints: mutable arrays, no allocation per step.</summary>
    private sealed class Segment(ICalculator calculator, double[] masses, MdOptions options, MdState start)
    {
        private readonly Vec3[] _positions = [.. start.Positions], _velocities = [.. start.Velocities], _forces = new Vec3[masses.Length];

        private readonly NoseHooverChain? _chain = options.Nvt is { } nvt
            ? new NoseHooverChain(nvt.TemperatureK, nvt.DampingFs, 3 * masses.Length - 3, OfLength(start.Thermostat, nvt.ChainLength))
            : null;

        private double _conservedReferenceEv = start.ConservedReferenceEv;
        private double _temperatureSumK = start.TemperatureSumK;
        private EnergyAndVirial _energy;
        private double _kineticEv;

        public long Step { get; private set; } = start.Step;

        public double TimeFs { get; private set; } = start.TimeFs;

        public double TemperatureK => MaxwellVelocities.TemperatureK(_kineticEv, masses.Length);

        public double ConservedEv => _energy.EnergyEv + _kineticEv + (_chain?.EnergyEv ?? 0);

        public void Begin()
        {
            ComputeForces();
            _kineticEv = MaxwellVelocities.KineticEv(masses, _velocities);
            if (double.IsNaN(_conservedReferenceEv))
                _conservedReferenceEv = ConservedEv;
        }

        public void Advance()
        {
            double dt = options.TimeStepFs;
            Thermostat();
            HalfKick(dt);
            for (int i = 0; i < _positions.Length; i++)
                _positions[i] += dt * _velocities[i];
            ComputeForces();
            HalfKick(dt);
            _kineticEv = MaxwellVelocities.KineticEv(masses, _velocities);
            Thermostat();
            Step++;
            TimeFs += dt;
            _temperatureSumK += TemperatureK;
            if (!(TemperatureK <= options.DivergedAboveK))
                throw Diverged($"the temperature reached {TemperatureK:g4} K");
        }

        public MdFrame Frame() => new(
            Step, TimeFs, start.Cell, _positions, _velocities, _forces, _energy.EnergyEv, _energy.VirialEv, _kineticEv, TemperatureK, ConservedEv);

        public MdState State() => start with
        {
            Step = Step,
            TimeFs = TimeFs,
            Positions = [.. _positions],
            Velocities = [.. _velocities],
            Thermostat = _chain?.State ?? start.Thermostat,
            ConservedReferenceEv = _conservedReferenceEv,
            TemperatureSumK = _temperatureSumK,
        };

        private static ThermostatState OfLength(ThermostatState state, int chainLength) => state.Eta.Length == chainLength
            ? state
            : throw new ArgumentException($"The state carries a chain of {state.Eta.Length} thermostats, the options ask for {chainLength}.");

        private void Thermostat()
        {
            if (_chain is null)
                return;
            double scale = _chain.HalfStep(_kineticEv, options.TimeStepFs);
            for (int i = 0; i < _velocities.Length; i++)
                _velocities[i] = scale * _velocities[i];
            _kineticEv *= scale * scale;
        }

        private void HalfKick(double dt)
        {
            for (int i = 0; i < _velocities.Length; i++)
                _velocities[i] += 0.5 * dt * PhysicalConstants.AccelerationPerEvPerAAmu / masses[i] * _forces[i];
        }

        private void ComputeForces()
        {
            try
            {
                _energy = calculator.Compute(start.Cell, _positions, _forces);
            }
            catch (ArgumentException e)
            {
                throw Diverged(e.Message);
            }
            if (!double.IsFinite(_energy.EnergyEv))
                throw Diverged("the energy is not a finite number");
        }

        private DivergedException Diverged(string what) =>
            new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The run diverged after step {Step} ({TimeFs:f1} fs): {what}. A smaller time step or a relaxed start may help."));
    }
}
