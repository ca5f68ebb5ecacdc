namespace Campaign.Compute.Dynamics;

/// <summary>
/// Nose-Hoover chain on the kinetic energy of 3N - 3 degrees of freedom, integrated by the Liouville splitting of Martyna,
/// Tuckerman, Tobias and Klein, Mol. Phys. 87, 1117 (1996), with three Suzuki-Yoshida weights.
/// Q1 = g kT τ², Qk = kT τ².
/// </summary>
public sealed class NoseHooverChain
{
    private static readonly double[] SuzukiYoshida = Weights();

    private readonly double _kt, _g;
    private readonly double[] _q, _eta, _p;

    /// <param name="temperatureK">Set point.</param>
    /// <param name="dampingFs">Time constant τ.</param>
    /// <param name="degreesOfFreedom">g, 3N - 3 with the total momentum removed.</param>
    /// <param name="state">Where the chain stands; copied.</param>
    public NoseHooverChain(double temperatureK, double dampingFs, int degreesOfFreedom, ThermostatState state)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperatureK);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dampingFs);
        if (state.Eta.Length == 0 || state.Eta.Length != state.EtaMomentum.Length)
            throw new ArgumentException("The chain needs at least one thermostat, with a position and a momentum each.", nameof(state));
        _kt = PhysicalConstants.BoltzmannEvPerK * temperatureK;
        _g = degreesOfFreedom;
        _eta = [.. state.Eta];
        _p = [.. state.EtaMomentum];
        _q = new double[_eta.Length];
        Array.Fill(_q, _kt * dampingFs * dampingFs);
        _q[0] *= _g;
    }

    /// <summary>A copy of the chain's variables.</summary>
    public ThermostatState State => new([.. _eta], [.. _p]);

    /// <summary>Energy of the chain in eV; potential + kinetic + this is conserved.</summary>
    public double EnergyEv
    {
        get
        {
            double e = _g * _kt * _eta[0];
            for (int k = 0; k < _eta.Length; k++)
                e += 0.5 * _p[k] * _p[k] / _q[k] + (k > 0 ? _kt * _eta[k] : 0);
            return e;
        }
    }

    /// <summary>Advances the chain by half a time step; returns the factor all velocities must be multiplied by.</summary>
    public double HalfStep(double kineticEv, double timeStepFs)
    {
        double scale = 1, twiceKinetic = 2 * kineticEv;
        int last = _eta.Length - 1;
        foreach (double weight in SuzukiYoshida)
        {
            double h2 = 0.25 * weight * timeStepFs, h4 = 0.5 * h2, h = 2 * h2; // h = the sub-step, half of weight·dt
            _p[last] += h2 * Force(last, twiceKinetic);
            for (int k = last - 1; k >= 0; k--)
                Kick(k);
            double s = Math.Exp(-h * _p[0] / _q[0]);
            scale *= s;
            twiceKinetic *= s * s;
            for (int k = 0; k <= last; k++)
                _eta[k] += h * _p[k] / _q[k];
            for (int k = 0; k < last; k++)
                Kick(k);
            _p[last] += h2 * Force(last, twiceKinetic);

            void Kick(int k)
            {
                double drag = Math.Exp(-h4 * _p[k + 1] / _q[k + 1]);
                _p[k] = (_p[k] * drag + h2 * Force(k, twiceKinetic)) * drag;
            }
        }
        return scale;
    }

    private double Force(int k, double twiceKinetic) => k == 0 ? twiceKinetic - _g * _kt : _p[k - 1] * _p[k - 1] / _q[k - 1] - _kt;

    private static double[] Weights()
    {
        double w = 1 / (2 - Math.Cbrt(2));
        return [w, 1 - 2 * w, w];
    }
}
