namespace Campaign.Compute.Paths;

/// <summary>
/// Energy along a path between images, the piecewise cubic that takes both the energies and the tangent forces
/// of the images (dE/ds = -F·τ), so its maximum is better than that of the images alone.
/// </summary>
public sealed class HermiteProfile
{
    private readonly double[] _s, _e, _slope;

    /// <param name="pathLengthsA">Increasing positions s of the images (Å).</param>
    /// <param name="energiesEv">Energies at the images (eV).</param>
    /// <param name="tangentForcesEvPerA">Forces along +s at the images (eV/Å).</param>
    public HermiteProfile(IReadOnlyList<double> pathLengthsA, IReadOnlyList<double> energiesEv, IReadOnlyList<double> tangentForcesEvPerA)
    {
        if (pathLengthsA.Count < 2 || energiesEv.Count != pathLengthsA.Count || tangentForcesEvPerA.Count != pathLengthsA.Count)
            throw new ArgumentException("A profile needs at least two images with one energy and one force each.");
        _s = [.. pathLengthsA];
        _e = [.. energiesEv];
        _slope = [.. tangentForcesEvPerA.Select(f => -f)];
    }

    /// <summary>Length of the path (Å).</summary>
    public double LengthA => _s[^1];

    /// <summary>The highest point: position (Å) and energy (eV).</summary>
    public (double PathLengthA, double EnergyEv) Maximum
    {
        get
        {
            (double S, double E) best = (_s[0], _e[0]);
            for (int i = 0; i + 1 < _s.Length; i++)
            {
                foreach (double t in StationaryPoints(i))
                    best = Higher(best, (_s[i] + t * (_s[i + 1] - _s[i]), Interpolate(i, t)));
                best = Higher(best, (_s[i + 1], _e[i + 1]));
            }
            return best;
        }
    }

    /// <summary>Energy at a position along the path (Å), clamped to its ends.</summary>
    public double EnergyEv(double pathLengthA)
    {
        int i = 0;
        while (i < _s.Length - 2 && pathLengthA > _s[i + 1])
            i++;
        return Interpolate(i, Math.Clamp((pathLengthA - _s[i]) / (_s[i + 1] - _s[i]), 0, 1));
    }

    /// <summary>Evenly spaced points for plotting: fraction of the path and energy (eV).</summary>
    public IReadOnlyList<(double Reaction, double EnergyEv)> Sample(int points) =>
        [.. Enumerable.Range(0, points).Select(k => (double)k / (points - 1)).Select(x => (x, EnergyEv(x * LengthA)))];

    private double Interpolate(int i, double t)
    {
        double h = _s[i + 1] - _s[i], u = 1 - t;
        return u * u * ((1 + 2 * t) * _e[i] + t * h * _slope[i]) + t * t * ((3 - 2 * t) * _e[i + 1] - u * h * _slope[i + 1]);
    }

    /// <summary>Roots of the cubic's derivative a t² + b t + c inside (0, 1).</summary>
    private IEnumerable<double> StationaryPoints(int i)
    {
        double h = _s[i + 1] - _s[i], rise = _e[i + 1] - _e[i];
        double a = 3 * (h * (_slope[i] + _slope[i + 1]) - 2 * rise);
        double b = 2 * (3 * rise - h * (2 * _slope[i] + _slope[i + 1]));
        double c = h * _slope[i];
        double[] roots;
        if (Math.Abs(a) < 1e-14 * (Math.Abs(b) + Math.Abs(c)))
        {
            roots = b == 0 ? [] : [-c / b];
        }
        else
        {
            double discriminant = b * b - 4 * a * c;
            if (discriminant < 0)
                return [];
            double q = -0.5 * (b + Math.CopySign(Math.Sqrt(discriminant), b));
            roots = q == 0 ? [0] : [q / a, c / q];
        }
        return roots.Where(t => t > 0 && t < 1);
    }

    private static (double, double) Higher((double S, double E) a, (double S, double E) b) => b.E > a.E ? b : a;
}
