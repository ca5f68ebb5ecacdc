using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>Initial velocities and the kinetic quantities made of them. Degrees of freedom: 3N - 3, total momentum is zero.</summary>
public static class MaxwellVelocities
{
    /// <summary>Velocities in Å/fs from the Maxwell-Boltzmann distribution, total momentum removed, scaled to exactly the temperature.</summary>
    public static Vec3[] Draw(ReadOnlySpan<double> massesAmu, double temperatureK, Rng rng)
    {
        if (massesAmu.Length < 2)
            throw new ArgumentException("Velocities without total momentum need at least two atoms.");
        ArgumentOutOfRangeException.ThrowIfNegative(temperatureK);
        var v = new Vec3[massesAmu.Length];
        double kt = PhysicalConstants.BoltzmannEvPerK * temperatureK * PhysicalConstants.AccelerationPerEvPerAAmu;
        for (int i = 0; i < v.Length; i++)
            v[i] = Math.Sqrt(kt / massesAmu[i]) * new Vec3(rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian());
        RemoveMomentum(massesAmu, v);
        double t = TemperatureK(KineticEv(massesAmu, v), v.Length);
        double scale = t > 0 ? Math.Sqrt(temperatureK / t) : 0;
        for (int i = 0; i < v.Length; i++)
            v[i] = scale * v[i];
        return v;
    }

    /// <summary>Total momentum in amu Å/fs.</summary>
    public static Vec3 Momentum(ReadOnlySpan<double> massesAmu, ReadOnlySpan<Vec3> velocities)
    {
        Vec3 p = Vec3.Zero;
        for (int i = 0; i < velocities.Length; i++)
            p += massesAmu[i] * velocities[i];
        return p;
    }

    /// <summary>Kinetic energy in eV.</summary>
    public static double KineticEv(ReadOnlySpan<double> massesAmu, ReadOnlySpan<Vec3> velocities)
    {
        double sum = 0;
        for (int i = 0; i < velocities.Length; i++)
            sum += massesAmu[i] * velocities[i].NormSquared;
        return 0.5 * sum / PhysicalConstants.AccelerationPerEvPerAAmu;
    }

    /// <summary>Temperature in K of a kinetic energy on 3N - 3 degrees of freedom.</summary>
    public static double TemperatureK(double kineticEv, int atoms) => 2 * kineticEv / ((3 * atoms - 3) * PhysicalConstants.BoltzmannEvPerK);

    internal static void RemoveMomentum(ReadOnlySpan<double> massesAmu, Span<Vec3> velocities)
    {
        double mass = 0;
        foreach (double m in massesAmu)
            mass += m;
        Vec3 drift = Momentum(massesAmu, velocities) / mass;
        for (int i = 0; i < velocities.Length; i++)
            velocities[i] -= drift;
    }
}
