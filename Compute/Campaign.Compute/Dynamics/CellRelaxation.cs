using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>
/// Relaxes positions and the full triclinic cell together by L-BFGS (Nocedal, Math. Comp. 35, 773 (1980)) with a backtracking line
/// search: the energy never rises. Variables are the positions in the starting frame and a symmetric strain ε with
/// r = x (1 + ε), so the cell cannot rotate; the strain is scaled by √N Å to the stiffness of the atoms.
/// </summary>
public static class CellRelaxation
{
    private const int Memory = 20;
    private const double SufficientDecrease = 1e-4, SmallestStep = 1e-10;

    /// <summary>Relaxes to the tolerances on force and stress (stress only where the cell is free).</summary>
    public static RelaxationResult Relax(
        IPotential potential, Structure structure, RelaxationOptions options, Action<RelaxationStep>? onStep = null, CancellationToken cancellation = default)
    {
        using ICalculator calculator = potential.CreateCalculator(structure);
        var surface = new Surface(calculator, structure, options.RelaxCell);
        Point now = surface.At(Start(structure));
        var history = new History();
        int steps = 0;
        string? failure = null;
        while (!IsDone(now, options))
        {
            cancellation.ThrowIfCancellationRequested();
            if (steps == options.MaxSteps)
            {
                failure = $"not converged after {steps} steps";
                break;
            }
            Vec3[] direction = history.Direction(now.Gradient);
            double slope = ConjugateGradient.Dot(now.Gradient, direction);
            if (slope >= 0)
            {
                history = new History();
                direction = history.Direction(now.Gradient);
                slope = ConjugateGradient.Dot(now.Gradient, direction);
            }
            Point? next = LineSearch(surface, now, direction, slope, options.MaxMoveA);
            if (next is null && history.IsEmpty)
            {
                failure = "the energy falls no further along the search direction";
                break;
            }
            if (next is null)
            {
                history = new History();
                continue;
            }
            history.Add(now, next);
            now = next;
            steps++;
            onStep?.Invoke(new RelaxationStep(steps, now.EnergyEv, now.MaxForceEvPerA, now.MaxStressGpa));
        }
        return new RelaxationResult(
            structure with { Cell = now.Cell, Positions = now.Positions }, failure is null, failure ?? "converged",
            steps, surface.Evaluations, now.EnergyEv, now.MaxForceEvPerA, now.StressKbar);
    }

    private static bool IsDone(Point p, RelaxationOptions options) =>
        p.MaxForceEvPerA <= options.MaxForceEvPerA && (!options.RelaxCell || p.MaxStressGpa <= options.MaxStressGpa);

    private static Vec3[] Start(Structure s) => [.. s.Positions, Vec3.Zero, Vec3.Zero, Vec3.Zero];

    private static Point? LineSearch(Surface surface, Point from, Vec3[] direction, double slope, double maxMoveA)
    {
        for (double a = Math.Min(1, maxMoveA / ConjugateGradient.MaxNorm(direction)); a > SmallestStep; a *= 0.5)
        {
            var x = new Vec3[direction.Length];
            for (int i = 0; i < x.Length; i++)
                x[i] = from.X[i] + a * direction[i];
            Point trial = surface.At(x);
            if (trial.EnergyEv <= from.EnergyEv + SufficientDecrease * a * slope)
                return trial;
        }
        return null;
    }

    /// <summary>Energy and gradient at one set of variables: N positions of the starting frame, then three rows of √N ε.</summary>
    private sealed record Point(
        Vec3[] X, Cell Cell, Vec3[] Positions, double EnergyEv, Vec3[] Gradient, double MaxForceEvPerA, Mat3 StressKbar)
    {
        public double MaxStressGpa => StressKbar.ToRowMajor().Max(Math.Abs) / 10;
    }

    private sealed class Surface(ICalculator calculator, Structure start, bool relaxCell)
    {
        private readonly double _strainScale = Math.Sqrt(start.Count);

        public int Evaluations { get; private set; }

        public Point At(Vec3[] x)
        {
            int n = start.Count;
            Vec3 ex = x[n] / _strainScale, ey = x[n + 1] / _strainScale, ez = x[n + 2] / _strainScale;
            var strain = new Mat3(ex.X, ex.Y, ex.Z, ey.X, ey.Y, ey.Z, ez.X, ez.Y, ez.Z);
            Cell cell = start.Cell.Strained(strain);
            Mat3 f = Mat3.Identity + strain;
            var positions = new Vec3[n];
            for (int i = 0; i < n; i++)
                positions[i] = x[i] * f;
            var forces = new Vec3[n];
            EnergyAndVirial e = calculator.Compute(cell, positions, forces);
            Evaluations++;

            var gradient = new Vec3[n + 3];
            for (int i = 0; i < n; i++)
                gradient[i] = -(forces[i] * f); // f is symmetric
            if (relaxCell)
                StrainGradient(f, e.VirialEv).CopyTo(gradient.AsSpan(n));
            return new Point(
                x, cell, positions, e.EnergyEv, gradient, ConjugateGradient.MaxNorm(forces), -PhysicalConstants.KbarPerEvPerA3 / cell.Volume * e.VirialEv);
        }

        /// <summary>dE/dε = -(1+ε)⁻¹ W, symmetrised, per scaled variable.</summary>
        private Vec3[] StrainGradient(Mat3 f, Mat3 w)
        {
            var inverse = new Cell(new Vec3(f.XX, f.XY, f.XZ), new Vec3(f.YX, f.YY, f.YZ), new Vec3(f.ZX, f.ZY, f.ZZ));
            Vec3[] columns = // of F⁻¹ W
            [
                inverse.ToFractional(new Vec3(w.XX, w.YX, w.ZX)), inverse.ToFractional(new Vec3(w.XY, w.YY, w.ZY)),
                inverse.ToFractional(new Vec3(w.XZ, w.YZ, w.ZZ)),
            ];
            double s = -1 / _strainScale;
            double xy = 0.5 * s * (columns[1].X + columns[0].Y), xz = 0.5 * s * (columns[2].X + columns[0].Z), yz = 0.5 * s * (columns[2].Y + columns[1].Z);
            return [new Vec3(s * columns[0].X, xy, xz), new Vec3(xy, s * columns[1].Y, yz), new Vec3(xz, yz, s * columns[2].Z)];
        }
    }

    /// <summary>The last pairs of moves and gradient changes, and the two-loop recursion on them.</summary>
    private sealed class History
    {
        private const double FirstStepA2PerEv = 0.05;

        private readonly List<(Vec3[] S, Vec3[] Y, double Rho)> _pairs = [];

        public bool IsEmpty => _pairs.Count == 0;

        public void Add(Point from, Point to)
        {
            Vec3[] s = Difference(to.X, from.X), y = Difference(to.Gradient, from.Gradient);
            double sy = ConjugateGradient.Dot(s, y);
            if (sy <= 1e-12 * ConjugateGradient.Dot(y, y))
                return; // no curvature to learn from
            if (_pairs.Count == Memory)
                _pairs.RemoveAt(0);
            _pairs.Add((s, y, 1 / sy));
        }

        public Vec3[] Direction(Vec3[] gradient)
        {
            Vec3[] q = Array.ConvertAll(gradient, g => -g);
            Span<double> alpha = stackalloc double[Memory];
            for (int k = _pairs.Count - 1; k >= 0; k--)
            {
                (Vec3[] s, Vec3[] y, double rho) = _pairs[k];
                alpha[k] = rho * ConjugateGradient.Dot(s, q);
                AddScaled(q, -alpha[k], y);
            }
            double scale = IsEmpty ? FirstStepA2PerEv : 1 / (_pairs[^1].Rho * ConjugateGradient.Dot(_pairs[^1].Y, _pairs[^1].Y));
            for (int i = 0; i < q.Length; i++)
                q[i] = scale * q[i];
            for (int k = 0; k < _pairs.Count; k++)
            {
                (Vec3[] s, Vec3[] y, double rho) = _pairs[k];
                AddScaled(q, alpha[k] - rho * ConjugateGradient.Dot(y, q), s);
            }
            return q;
        }

        private static Vec3[] Difference(Vec3[] a, Vec3[] b)
        {
            var d = new Vec3[a.Length];
            for (int i = 0; i < d.Length; i++)
                d[i] = a[i] - b[i];
            return d;
        }

        private static void AddScaled(Vec3[] target, double factor, Vec3[] x)
        {
            for (int i = 0; i < target.Length; i++)
                target[i] += factor * x[i];
        }
    }
}
