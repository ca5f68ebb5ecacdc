using Campaign.Compute.Engines.Vasp.Inputs;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Relabelling;

/// <summary>Frames of a trajectory, to be computed again as single points at the trajectory's own level of theory.</summary>
/// <param name="Level">With other initial moments than the trajectory began with.</param>
/// <param name="FramesFile">The labelled frames of one trajectory, extended XYZ; all of the same atoms.</param>
/// <param name="Fraction">Of its frames, in (0, 1].</param>
/// <param name="Seed">Draws them.</param>
/// <param name="ExtraElectrons">As in the trajectory; null: neutral.</param>
/// <param name="Theory">Of the trajectory, as VASP printed it.</param>
public sealed record VaspRelabelling(VaspLevel Level, string FramesFile, double Fraction, long Seed, double? ExtraElectrons, LevelOfTheory Theory)
{
    /// <summary>The frames that are computed again, in the order of the trajectory.</summary>
    /// <exception cref="InvalidDataException">There is none, or one has no labels to compare with.</exception>
    public IReadOnlyList<Frame> Chosen()
    {
        Frame[] all = [.. ExtXyz.Read(FramesFile)];
        Frame[] chosen = [.. FrameChoice.Of(all.Length, Fraction, Seed).Select(i => all[i])];
        if (chosen.Length == 0)
            throw new InvalidDataException("The trajectory has no frames that could be computed again: all were left out.");
        return Array.TrueForAll(chosen, f => f is { EnergyEv: not null, ForcesEvPerA: not null })
            ? chosen
            : throw new InvalidDataException("The trajectory has frames without energy and forces: there is nothing to compare with.");
    }
}

/// <summary>Frames that were computed again.</summary>
/// <param name="LeftOut">Frames that were asked for, and why they do not count.</param>
/// <param name="Theory">As VASP printed it, the same for all.</param>
/// <param name="Program">Version and build as VASP printed them.</param>
public sealed record RelabelledFrames(IReadOnlyList<RelabelledFrame> Frames, IReadOnlyList<UncountedFrame> LeftOut, LevelOfTheory Theory, string Program);

/// <param name="Number">From 1, among the chosen.</param>
/// <param name="Before">As it was labelled in the trajectory.</param>
/// <param name="ForcesEvPerA">In the order of <paramref name="Before"/>.</param>
/// <param name="LargestMoment">Of any atom, µB, without sign; null where none are printed.</param>
public sealed record RelabelledFrame(int Number, Frame Before, double EnergyEv, Vec3[] ForcesEvPerA, double? LargestMoment);

/// <param name="Number">From 1, among the chosen.</param>
public sealed record UncountedFrame(int Number, Frame Before, string Why);
