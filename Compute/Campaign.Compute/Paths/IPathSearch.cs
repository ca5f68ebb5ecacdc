using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>Finds minimum-energy paths between structures in a fixed cell: by a potential, or by an external program.</summary>
public interface IPathSearch
{
    /// <summary>Relaxes a structure in its cell. No atom of the result is wrapped against the structure given.</summary>
    EndPoint Relax(Structure structure, CancellationToken cancel = default);

    /// <summary>Relaxes the band between two relaxed end points, between which no atom may have been wrapped.</summary>
    /// <exception cref="ArgumentException">Both are the same minimum.</exception>
    PathResult Between(EndPoint initial, EndPoint final, Action<NebProgress>? progress = null, CancellationToken cancel = default);
}
