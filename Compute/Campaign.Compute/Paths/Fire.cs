namespace Campaign.Compute.Paths;

/// <summary>Memory of the FIRE optimiser, enough to continue bit by bit.</summary>
/// <param name="TimeStep">Current pseudo time step (unit mass).</param>
/// <param name="MaxTimeStep">Largest one allowed; lowered when the band proves stiffer than expected.</param>
/// <param name="Mixing">Current weight of the force direction in the velocity.</param>
/// <param name="Downhill">Consecutive steps with positive power.</param>
/// <param name="LargestForce">Largest force on a particle at the last step; 0 before the first.</param>
/// <param name="Velocities">One velocity per coordinate of the whole band.</param>
public sealed record FireState(double TimeStep, double MaxTimeStep, double Mixing, int Downhill, double LargestForce, double[] Velocities);

/// <summary>
/// The fast inertial relaxation engine (Bitzek et al., PRL 97, 170201): damped dynamics that needs forces only,
/// so it suits nudged bands, whose forces belong to no energy. Unit mass, step length bounded per particle.
/// </summary>
public sealed class Fire
{
    private const double StartMixing = 0.1, MixingDecay = 0.99, Grow = 1.1, Shrink = 0.5, BlowUp = 2;
    private const int Latency = 5;

    private readonly double[] _v;
    private readonly double _maxStep;
    private readonly int _particleDimension;
    private double _dt, _maxDt, _mixing, _largest;
    private int _downhill;

    public Fire(int dimension, int particleDimension, double timeStep, double maxTimeStep, double maxStep)
        : this(new FireState(timeStep, maxTimeStep, StartMixing, 0, 0, new double[dimension]), particleDimension, maxStep)
    {
    }

    public Fire(FireState state, int particleDimension, double maxStep)
    {
        (_dt, _maxDt, _mixing, _downhill, _largest) = (state.TimeStep, state.MaxTimeStep, state.Mixing, state.Downhill, state.LargestForce);
        _v = (double[])state.Velocities.Clone();
        (_particleDimension, _maxStep) = (particleDimension, maxStep);
    }

    public FireState State => new(_dt, _maxDt, _mixing, _downhill, _largest, (double[])_v.Clone());

    /// <summary>Writes the next step for the given force.</summary>
    public void Step(ReadOnlySpan<double> force, Span<double> step)
    {
        double power = 0, vv = 0, ff = 0;
        for (int i = 0; i < _v.Length; i++)
        {
            power += force[i] * _v[i];
            vv += _v[i] * _v[i];
            ff += force[i] * force[i];
        }
        double largest = Particles.LargestNorm(force, _particleDimension);
        bool blowsUp = _largest > 0 && largest > BlowUp * _largest; // soft modes can hide a stiff one from the total power
        _largest = largest;
        if (power > 0 && !blowsUp)
        {
            double along = ff > 0 ? _mixing * Math.Sqrt(vv / ff) : 0;
            for (int i = 0; i < _v.Length; i++)
                _v[i] = (1 - _mixing) * _v[i] + along * force[i];
            if (_downhill++ > Latency)
            {
                _dt = Math.Min(_dt * Grow, _maxDt);
                _mixing *= MixingDecay;
            }
        }
        else if (vv > 0)
        {
            Array.Clear(_v);
            _mixing = StartMixing;
            _dt *= Shrink;
            _downhill = 0;
            if (blowsUp)
                _maxDt = Math.Max(_dt, 0.7 * _maxDt);
        }
        for (int i = 0; i < _v.Length; i++)
        {
            _v[i] += _dt * force[i];
            step[i] = _dt * _v[i];
        }
        double longest = Particles.LargestNorm(step, _particleDimension);
        if (longest > _maxStep)
            foreach (ref double s in step)
                s *= _maxStep / longest;
    }
}
