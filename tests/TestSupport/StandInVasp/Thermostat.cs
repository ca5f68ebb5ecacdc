using Campaign.Compute;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>Half a step of a thermostat, before and behind the half kicks of velocity Verlet.</summary>
/// <remarks>
/// What it must know of its past is four numbers that CONTCAR carries: S = exp(η) and the momentum of η (eV fs) of a Nosé-Hoover
/// thermostat, a zero, and the steps done, which choose the random numbers of a Langevin one.
/// </remarks>
internal abstract class Thermostat
{
    public static readonly double[] AtRest = [1, 0, 0, 0];

    public virtual double PotentialEv => 0;

    public virtual double KineticEv => 0;

    /// <param name="half">Counts half steps since the first run.</param>
    public abstract void Half(Vec3[] velocities, double targetK, long half);

    /// <summary>S and its momentum.</summary>
    public virtual (double S, double Momentum) State => (1, 0);

    public static Thermostat Of(InputDeck deck, double[] masses, double[] state) => deck.Settings switch
    {
        { Mdalgo: 3 } => new Langevin(deck, masses),
        { Mdalgo: 4 } or { Smass: >= 0 } => new NoseHoover(deck, masses, state),
        _ => new None(),
    };

    private sealed class None : Thermostat
    {
        public override void Half(Vec3[] velocities, double targetK, long half)
        {
            // constant energy
        }
    }

    private sealed class NoseHoover(InputDeck deck, double[] masses, double[] state) : Thermostat
    {
        /// <summary>With SMASS = 0 VASP chooses the mass so that the thermostat swings in 40 time steps.</summary>
        private const double StepsPerPeriod = 40;

        private ThermostatState _state = new([Math.Log(state[0])], [state[1]]);
        private double _potentialEv, _kineticEv;

        public override double PotentialEv => _potentialEv;

        public override double KineticEv => _kineticEv;

        public override (double S, double Momentum) State => (Math.Exp(_state.Eta[0]), _state.EtaMomentum[0]);

        public override void Half(Vec3[] velocities, double targetK, long half)
        {
            int g = 3 * masses.Length - 3;
            double kt = PhysicalConstants.BoltzmannEvPerK * targetK, dt = deck.Settings.Potim;
            // ω² = 2 g kT / Q and Q = g kT τ²; SMASS is Q in amu times the square of the first cell vector
            double massEvFs2 = deck.Settings.Smass > 0 ? deck.Settings.Smass * deck.Start.Structure.Cell.A.NormSquared / PhysicalConstants.AccelerationPerEvPerAAmu : 0;
            double damping = massEvFs2 > 0 ? Math.Sqrt(massEvFs2 / (g * kt)) : Math.Sqrt(2) * StepsPerPeriod * dt / (2 * Math.PI);
            var chain = new NoseHooverChain(targetK, damping, g, _state);
            double scale = chain.HalfStep(MaxwellVelocities.KineticEv(masses, velocities), dt);
            for (int i = 0; i < velocities.Length; i++)
                velocities[i] *= scale;
            _state = chain.State;
            _potentialEv = g * kt * _state.Eta[0];
            _kineticEv = chain.EnergyEv - _potentialEv;
        }
    }

    /// <summary>Friction and noise, the total momentum removed. The random numbers of a half step depend on its number only.</summary>
    private sealed class Langevin(InputDeck deck, double[] masses) : Thermostat
    {
        private readonly double[] _gammaPerFs = [.. deck.BlockOf.Select(b => deck.Settings.LangevinGamma![b] / 1000)];

        public override void Half(Vec3[] velocities, double targetK, long half)
        {
            var rng = new Rng(unchecked((ulong)deck.Settings.RandomSeed * 0x9E3779B97F4A7C15 + (ulong)half));
            double kt = PhysicalConstants.BoltzmannEvPerK * targetK * PhysicalConstants.AccelerationPerEvPerAAmu;
            Vec3 momentum = Vec3.Zero;
            for (int i = 0; i < velocities.Length; i++)
            {
                double keep = Math.Exp(-0.5 * _gammaPerFs[i] * deck.Settings.Potim);
                double noise = Math.Sqrt((1 - keep * keep) * kt / masses[i]);
                velocities[i] = keep * velocities[i] + noise * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
                momentum += masses[i] * velocities[i];
            }
            Vec3 drift = momentum / masses.Sum();
            for (int i = 0; i < velocities.Length; i++)
                velocities[i] -= drift;
        }
    }
}
