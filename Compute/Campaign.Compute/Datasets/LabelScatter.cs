using Campaign.Compute.Structures;
using MathNet.Numerics.Distributions;

namespace Campaign.Compute.Datasets;

/// <summary>One frame that was labelled twice.</summary>
/// <param name="ForceEvPerA">Root mean square difference of its force components, eV/Å.</param>
/// <param name="LargestForceEvPerA">Largest difference of one component, eV/Å, without sign.</param>
/// <param name="EnergyEvPerAtom">Second energy minus first, eV per atom.</param>
public sealed record LabelDifference(double ForceEvPerA, double LargestForceEvPerA, double EnergyEvPerAtom)
{
    /// <param name="first">Forces of the first label, one per atom, eV/Å; the second in the same order.</param>
    public static LabelDifference Of(double firstEnergyEv, Vec3[] first, double secondEnergyEv, Vec3[] second)
    {
        if (first.Length != second.Length || first.Length == 0)
            throw new ArgumentException($"The labels are of {first.Length} and {second.Length} atoms.", nameof(second));
        double squares = 0, largest = 0;
        for (int i = 0; i < first.Length; i++)
        {
            Vec3 d = second[i] - first[i];
            squares += d.Norm * d.Norm;
            largest = Math.Max(largest, Math.Max(Math.Abs(d.X), Math.Max(Math.Abs(d.Y), Math.Abs(d.Z))));
        }
        return new LabelDifference(Math.Sqrt(squares / (3 * first.Length)), largest, (secondEnergyEv - firstEnergyEv) / first.Length);
    }
}

/// <summary>
/// How far two labels of the same frames are from each other. Intervals are over frames, which are taken to be independent, with Student's
/// quantile: of the mean square difference per frame, of which the root is shown, and of the mean energy difference.
/// </summary>
/// <param name="ForceRms">Root mean square difference over all components of all frames, eV/Å.</param>
/// <param name="LargestForceEvPerA">Of one component.</param>
/// <param name="EnergyMean">Mean difference, eV per atom.</param>
/// <param name="EnergySpreadEvPerAtom">Standard deviation of the differences from frame to frame; NaN with fewer than two frames.</param>
public sealed record LabelScatter(int Frames, Quantity ForceRms, double LargestForceEvPerA, Quantity EnergyMean, double EnergySpreadEvPerAtom)
{
    private const string OneFrame = "one frame has no interval";

    /// <param name="frames">At least one, all of the same number of atoms.</param>
    public static LabelScatter Of(IReadOnlyList<LabelDifference> frames)
    {
        (double square, double? squareError) = Mean([.. frames.Select(f => f.ForceEvPerA * f.ForceEvPerA)]);
        (double energy, double? energyError) = Mean([.. frames.Select(f => f.EnergyEvPerAtom)]);
        return new LabelScatter(
            frames.Count, Root(square, squareError, frames.Count), frames.Max(f => f.LargestForceEvPerA), Signed(energy, energyError, frames.Count),
            energyError * Math.Sqrt(frames.Count) ?? double.NaN);
    }

    /// <summary>The mean and its standard error, which fewer than two values do not have.</summary>
    private static (double Mean, double? StdErr) Mean(double[] x)
    {
        double mean = x.Average();
        return (mean, x.Length < 2 ? null : Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / (x.Length - 1) / x.Length));
    }

    private static Quantity Root(double square, double? squareError, int frames)
    {
        double root = Math.Sqrt(square);
        if (squareError is not { } error)
            return new Quantity(root, null, null, "eV/Å", false, OneFrame);
        double half = HalfWidth(error, frames), lo = Math.Sqrt(Math.Max(0, square - half)), hi = Math.Sqrt(square + half);
        return new Quantity(root, root > 0 ? error / (2 * root) : 0, (lo, hi), "eV/Å", hi - lo < 2 * Quantity.ResolvedHalfWidth * root);
    }

    /// <summary>A difference is judged by its absolute error: it may well be zero.</summary>
    private static Quantity Signed(double mean, double? error, int frames) => error is { } e
        ? new Quantity(mean, e, (mean - HalfWidth(e, frames), mean + HalfWidth(e, frames)), "eV/atom", true)
        : new Quantity(mean, null, null, "eV/atom", false, OneFrame);

    private static double HalfWidth(double error, int frames) => StudentT.InvCDF(0, 1, frames - 1, 0.975) * error;
}
