namespace Campaign.Compute.Paths;

/// <summary>
/// An energy over points in R^n with its force, what a path search works on: atoms in a cell, a model surface,
/// or the pair-distance objective of an initial path. Not thread-safe; one instance per image.
/// </summary>
public interface IEnergySurface : IDisposable
{
    /// <summary>Number of coordinates n.</summary>
    int Dimension { get; }

    /// <summary>Coordinates that belong together (3 for atoms): forces and steps are judged per particle.</summary>
    int ParticleDimension { get; }

    /// <summary>Writes the force -∂E/∂x at <paramref name="point"/> (both of length n) and returns the energy E.</summary>
    double Evaluate(ReadOnlySpan<double> point, Span<double> force);
}
