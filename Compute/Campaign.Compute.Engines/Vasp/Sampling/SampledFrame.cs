using System.Globalization;
using Campaign.Compute.Engines.Vasp.Reading;
using Campaign.Compute.Engines.Vasp.Runs;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Sampling;

/// <summary>A frame that was asked for, and whether it may be learnt from.</summary>
/// <param name="LeftOut">Why not; null where it may.</param>
/// <param name="Moments">Smallest and largest moment (µB, without sign) of the watched atoms; null where none are watched or printed.</param>
public sealed record SampledFrame(ChainFrame Place, string? LeftOut, (double Least, double Most)? Moments)
{
    /// <param name="watched">Window of every atom in the order of the POSCAR; null where its moment does not matter.</param>
    public static SampledFrame Of(ChainFrame place, MomentWindow?[] watched)
    {
        VaspFrame frame = place.Frame;
        bool anyWatched = Array.Exists(watched, w => w is not null);
        (double, double)? moments = anyWatched && frame.Moments is { } m ? Range(m, watched) : null;
        string? leftOut =
            frame.ElectronsConverged == false ? string.Create(CultureInfo.InvariantCulture, $"its electrons did not converge in {frame.ElectronicSteps} steps")
            : frame.StressKb is null ? "no stress was printed"
            : anyWatched && frame.Moments is null ? "no moments were printed"
            : anyWatched ? Stray(frame.Moments!, watched)
            : null;
        return new SampledFrame(place, leftOut, moments);
    }

    /// <summary>Windows of atoms by their species.</summary>
    public static MomentWindow?[] Watched(VaspAtoms atoms, IReadOnlyDictionary<string, MomentWindow> windows) =>
        [.. atoms.Blocks.SelectMany(b => Enumerable.Repeat(windows.TryGetValue(b.Species, out MomentWindow w) ? w : (MomentWindow?)null, b.Count))];

    private static string? Stray(double[] moments, MomentWindow?[] watched)
    {
        int atom = Array.FindIndex(watched, w => w is not null);
        for (; atom >= 0 && atom < moments.Length; atom++)
            if (watched[atom] is { } window && !window.Holds(moments[atom]))
                return string.Create(CultureInfo.InvariantCulture, $"atom {atom + 1} has a moment of {moments[atom]:0.000} µB, outside {window.From:0.0#} to {window.To:0.0#}");
        return null;
    }

    private static (double Least, double Most) Range(double[] moments, MomentWindow?[] watched)
    {
        double[] sizes = [.. moments.Where((_, i) => watched[i] is not null).Select(Math.Abs)];
        return (sizes.Min(), sizes.Max());
    }
}
