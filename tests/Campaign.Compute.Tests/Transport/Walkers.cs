using Campaign.Compute.Structures;

namespace Campaign.Compute.Tests.Transport;

/// <summary>Model walks with known diffusion coefficients: [atom][frame] paths in Å, time in fs.</summary>
internal static class Walkers
{
    /// <summary>Brownian motion, variance 2·D·dt per component and frame.</summary>
    public static Vec3[][] Brownian(int walkers, int frames, double d, double dt, Rng rng)
    {
        double s = Math.Sqrt(2 * d * dt);
        var paths = new Vec3[walkers][];
        for (int i = 0; i < walkers; i++)
        {
            paths[i] = new Vec3[frames];
            for (int k = 1; k < frames; k++)
                paths[i][k] = paths[i][k - 1] + new Vec3(s * rng.NextGaussian(), s * rng.NextGaussian(), s * rng.NextGaussian());
        }
        return paths;
    }

    /// <summary>
    /// Independent ions that hop by <paramref name="a"/> along ±x, ±y, ±z at a rate, and fall back with probability
    /// <paramref name="back"/> after an exponential time: D = rate·(1 - back)·a²/6 at long times.
    /// </summary>
    public static Vec3[][] Hopping(int walkers, int frames, double dt, double rate, double a, double back, double backFs, Rng rng)
    {
        var paths = new Vec3[walkers][];
        for (int i = 0; i < walkers; i++)
        {
            var events = new List<(double Time, Vec3 Step)>();
            for (double t = -5 * backFs + Exponential(rng) / rate; t < frames * dt; t += Exponential(rng) / rate)
            {
                Vec3 step = Step(rng.NextInt(6), a);
                events.Add((t, step));
                if (rng.NextDouble() < back)
                    events.Add((t + Exponential(rng) * backFs, -step));
            }
            events.Sort((x, y) => x.Time.CompareTo(y.Time));
            paths[i] = Sampled(events, frames, dt);
        }
        return paths;
    }

    /// <summary>
    /// Ions that hop freely while the whole crystal is active and rest while it is not: active a share <paramref name="active"/> of the
    /// time, in spells that come and go within <paramref name="cycleFs"/> on average. D = rate·a²/6, rate the mean over all times.
    /// </summary>
    public static Vec3[][] Bursts(int walkers, int frames, double dt, double rate, double a, double cycleFs, double active, Rng rng)
    {
        var spells = new List<(double From, double To)>();
        bool on = rng.NextDouble() < active;
        for (double t = 0; t < frames * dt; on = !on)
        {
            double end = t + Exponential(rng) * cycleFs * (on ? active : 1 - active);
            if (on)
                spells.Add((t, end));
            t = end;
        }
        var paths = new Vec3[walkers][];
        for (int i = 0; i < walkers; i++)
        {
            var events = new List<(double Time, Vec3 Step)>();
            foreach ((double from, double to) in spells)
                for (double t = from + Exponential(rng) * active / rate; t < to; t += Exponential(rng) * active / rate)
                    events.Add((t, Step(rng.NextInt(6), a)));
            paths[i] = Sampled(events, frames, dt);
        }
        return paths;
    }

    /// <summary>
    /// Ions on an L³ simple cubic lattice that try to hop to one of six neighbours and succeed when it is empty. The
    /// collective coefficient is exactly attempts·(vacant fraction)·a²/6; the tracer's is smaller by the correlation factor.
    /// </summary>
    public static Vec3[][] Vacancies(int l, int ions, int frames, double dt, double attemptRate, double a, Rng rng)
    {
        int sites = l * l * l;
        int[] occupant = [.. Enumerable.Repeat(-1, sites)], order = [.. Enumerable.Range(0, sites)];
        rng.Shuffle<int>(order);
        int[] site = order[..ions];
        for (int i = 0; i < ions; i++)
            occupant[site[i]] = i;
        var r = new Vec3[ions];
        Vec3[][] paths = [.. Enumerable.Range(0, ions).Select(_ => new Vec3[frames])];
        double perAttempt = 1 / (attemptRate * ions), t = Exponential(rng) * perAttempt;
        for (int k = 0; k < frames; k++)
        {
            for (; t < k * dt; t += Exponential(rng) * perAttempt)
            {
                int ion = rng.NextInt(ions), direction = rng.NextInt(6), s = site[ion];
                Vec3 step = Step(direction, 1);
                int x = (s % l + (int)step.X + l) % l, y = (s / l % l + (int)step.Y + l) % l, z = (s / l / l + (int)step.Z + l) % l;
                int target = x + l * (y + l * z);
                if (occupant[target] >= 0)
                    continue;
                (occupant[s], occupant[target], site[ion]) = (-1, ion, target);
                r[ion] += a * step;
            }
            for (int i = 0; i < ions; i++)
                paths[i][k] = r[i];
        }
        return paths;
    }

    /// <summary>Adds Gaussian vibrations of amplitude u per axis that forget themselves in <paramref name="memoryFs"/>.</summary>
    public static Vec3[][] Vibrating(Vec3[][] paths, double dt, double u, double memoryFs, Rng rng)
    {
        double keep = Math.Exp(-dt / memoryFs), s = u * Math.Sqrt(1 - keep * keep);
        foreach (Vec3[] path in paths)
        {
            Vec3 v = Gaussian(rng, u);
            for (int k = 0; k < path.Length; k++)
            {
                path[k] += v;
                v = keep * v + Gaussian(rng, s);
            }
        }
        return paths;
    }

    private static Vec3[] Sampled(List<(double Time, Vec3 Step)> events, int frames, double dt)
    {
        var path = new Vec3[frames];
        Vec3 r = Vec3.Zero;
        for (int k = 0, e = 0; k < frames; k++)
        {
            while (e < events.Count && events[e].Time <= k * dt)
                r += events[e++].Step;
            path[k] = r;
        }
        return path;
    }

    private static Vec3 Gaussian(Rng rng, double s) => new(s * rng.NextGaussian(), s * rng.NextGaussian(), s * rng.NextGaussian());

    private static double Exponential(Rng rng) => -Math.Log(1 - rng.NextDouble());

    private static Vec3 Step(int direction, double a)
    {
        double s = direction % 2 == 0 ? a : -a;
        return (direction / 2) switch { 0 => new Vec3(s, 0, 0), 1 => new Vec3(0, s, 0), _ => new Vec3(0, 0, s) };
    }
}
