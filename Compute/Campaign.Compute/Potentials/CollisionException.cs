using System.Globalization;

namespace Campaign.Compute.Potentials;

/// <summary>Two atoms lie on each other: a mistake of the input, or a run that collapsed.</summary>
public sealed class CollisionException(int i, int j, double distanceA)
    : ArgumentException(string.Create(
        CultureInfo.InvariantCulture, $"Atoms {i} and {j} are {distanceA:0.###} Å apart; below {ClosestA} Å no potential holds. Look for a collapsed structure or a wrong cell."))
{
    /// <summary>Nearer than this, in Å, atoms are no configuration.</summary>
    public const double ClosestA = 0.5;
}
