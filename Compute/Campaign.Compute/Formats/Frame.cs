using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// One configuration of a trajectory or data set. Virial in eV, row-major -dE/dstrain (positive under compression); forces and velocities one per atom.
/// </summary>
public sealed record Frame(
    Structure Structure,
    double? EnergyEv = null,
    Vec3[]? ForcesEvPerA = null,
    Mat3? VirialEv = null,
    double? TimeFs = null,
    Vec3[]? VelocitiesAPerFs = null)
{
    /// <summary>Where it comes from, for people: the run and its step; null where that is plain.</summary>
    public string? Origin { get; init; }
}
