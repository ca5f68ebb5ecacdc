using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>
/// L-BFGS (Nocedal, Math. Comp. 35, 773 (1980)) that is fed one evaluation at a time: a point whose energy did not fall is taken back by
/// half, which is an ionic step of its own, as the trial steps of VASP's relaxations are.
/// </summary>
internal sealed class QuasiNewton(double longestMoveA)
{
    private const int Memory = 20;
    private const double FirstStepA2PerEv = 0.05, SufficientDecrease = 1e-4, Shortest = 1e-6;

    private readonly List<(Vec3[] S, Vec3[] Y, double Rho)> _pairs = [];
    private Vec3[] _x = [], _gradient = [], _direction = [];
    private double _energyEv = double.PositiveInfinity, _length;

    /// <summary>The point to evaluate after this one.</summary>
    public Vec3[] Next(Vec3[] x, double energyEv, Vec3[] gradient)
    {
        if (_x.Length > 0 && energyEv > _energyEv + SufficientDecrease * _length * Dot(_gradient, _direction) && _length > Shortest)
        {
            _length *= 0.5;
            return Along();
        }
        if (_x.Length > 0)
            Learn(Difference(x, _x), Difference(gradient, _gradient));
        (_x, _energyEv, _gradient) = (x, energyEv, gradient);
        _direction = Direction();
        if (Dot(_direction, gradient) >= 0)
        {
            _pairs.Clear();
            _direction = Direction();
        }
        _length = Math.Min(1, longestMoveA / _direction.Max(d => d.Norm));
        return Along();
    }

    private Vec3[] Along() => [.. _x.Zip(_direction, (x, d) => x + _length * d)];

    private void Learn(Vec3[] s, Vec3[] y)
    {
        double sy = Dot(s, y);
        if (sy <= 1e-12 * Dot(y, y))
            return; // no curvature to learn from
        if (_pairs.Count == Memory)
            _pairs.RemoveAt(0);
        _pairs.Add((s, y, 1 / sy));
    }

    private Vec3[] Direction()
    {
        Vec3[] q = Array.ConvertAll(_gradient, g => -g);
        var alpha = new double[_pairs.Count];
        for (int k = _pairs.Count - 1; k >= 0; k--)
        {
            alpha[k] = _pairs[k].Rho * Dot(_pairs[k].S, q);
            Add(q, -alpha[k], _pairs[k].Y);
        }
        double scale = _pairs.Count == 0 ? FirstStepA2PerEv : 1 / (_pairs[^1].Rho * Dot(_pairs[^1].Y, _pairs[^1].Y));
        for (int i = 0; i < q.Length; i++)
            q[i] *= scale;
        for (int k = 0; k < _pairs.Count; k++)
            Add(q, alpha[k] - _pairs[k].Rho * Dot(_pairs[k].Y, q), _pairs[k].S);
        return q;
    }

    private static Vec3[] Difference(Vec3[] a, Vec3[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double Dot(Vec3[] a, Vec3[] b) => a.Zip(b, Vec3.Dot).Sum();

    private static void Add(Vec3[] to, double factor, Vec3[] x)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += factor * x[i];
    }
}
