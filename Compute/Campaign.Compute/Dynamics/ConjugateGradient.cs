using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Dynamics;

/// <summary>
/// Minimises the positions in a fixed cell by conjugate gradients (Polak-Ribière, restarted when the update turns negative) with
/// a backtracking line search: the energy never rises.
/// </summary>
public static class ConjugateGradient
{
    private const double SufficientDecrease = 1e-4, Shrink = 0.5, SmallestStep = 1e-12;

    /// <summary>Relaxes until the largest force is below <see cref="RelaxationOptions.MaxForceEvPerA"/>; the cell stays.</summary>
    public static RelaxationResult Minimise(
        IPotential potential, Structure structure, RelaxationOptions options, Action<RelaxationStep>? onStep = null, CancellationToken cancellation = default)
    {
        using ICalculator calculator = potential.CreateCalculator(structure);
        int n = structure.Count, steps = 0, evaluations = 1;
        Vec3[] r = [.. structure.Positions], trial = new Vec3[n], f = new Vec3[n], fTrial = new Vec3[n], p = new Vec3[n];
        EnergyAndVirial e = calculator.Compute(structure.Cell, r, f);
        f.CopyTo(p, 0);
        double step = 0.05; // Å² / eV: a soft bond's compliance, adapted by the line search
        string? failure = null;
        while (MaxNorm(f) > options.MaxForceEvPerA && failure is null)
        {
            cancellation.ThrowIfCancellationRequested();
            if (steps == options.MaxSteps)
            {
                failure = $"not converged after {steps} steps";
                break;
            }
            double slope = Dot(f, p);
            if (slope <= 0)
            {
                f.CopyTo(p, 0);
                slope = Dot(f, f);
            }
            double a = Math.Min(step, options.MaxMoveA / MaxNorm(p));
            EnergyAndVirial eTrial;
            while (true)
            {
                for (int i = 0; i < n; i++)
                    trial[i] = r[i] + a * p[i];
                eTrial = calculator.Compute(structure.Cell, trial, fTrial);
                evaluations++;
                if (eTrial.EnergyEv <= e.EnergyEv - SufficientDecrease * a * slope)
                    break;
                a *= Shrink;
                if (a < SmallestStep)
                {
                    failure = "the energy falls no further along the search direction";
                    break;
                }
            }
            if (failure is not null)
                break;

            // the next trial step: the minimum of the parabola through both slopes, at most doubled
            double endSlope = Dot(fTrial, p);
            step = endSlope < slope ? Math.Min(a * slope / (slope - endSlope), 2 * a) : 2 * a;
            double beta = Math.Max(0, (Dot(fTrial, fTrial) - Dot(fTrial, f)) / Dot(f, f));
            (r, trial) = (trial, r);
            (f, fTrial) = (fTrial, f);
            e = eTrial;
            for (int i = 0; i < n; i++)
                p[i] = f[i] + beta * p[i];
            steps++;
            onStep?.Invoke(new RelaxationStep(steps, e.EnergyEv, MaxNorm(f), double.NaN));
        }
        Mat3 stress = -PhysicalConstants.KbarPerEvPerA3 / structure.Cell.Volume * e.VirialEv;
        return new RelaxationResult(structure with { Positions = r }, failure is null, failure ?? "converged", steps, evaluations, e.EnergyEv, MaxNorm(f), stress);
    }

    internal static double MaxNorm(ReadOnlySpan<Vec3> v)
    {
        double max = 0;
        foreach (Vec3 x in v)
            max = Math.Max(max, x.NormSquared);
        return Math.Sqrt(max);
    }

    internal static double Dot(ReadOnlySpan<Vec3> a, ReadOnlySpan<Vec3> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += Vec3.Dot(a[i], b[i]);
        return sum;
    }
}
