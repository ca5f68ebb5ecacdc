using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>A hop between two sites of a periodic network.</summary>
/// <param name="From">Site index.</param>
/// <param name="To">Site index.</param>
/// <param name="Crossing">Cells crossed along a, b, c when going from one to the other (the image of the target).</param>
/// <param name="SaddleEv">Energy of the saddle on a scale common to all edges (eV); a barrier when all sites are alike.</param>
public readonly record struct NetworkEdge(int From, int To, (int A, int B, int C) Crossing, double SaddleEv);

/// <summary>Bottlenecks of a periodic network of hops.</summary>
public static class Percolation
{
    /// <summary>
    /// The smallest possible highest saddle on a path that winds through the periodic cell along one axis, so that a walker can
    /// go on for ever (eV); null when no path crosses. Edges are added from the lowest saddle up (union-find with image
    /// offsets): the first that closes a loop with a winding along the axis is the bottleneck.
    /// </summary>
    /// <param name="sites">Number of sites.</param>
    /// <param name="edges">Hops; each may be used in both senses.</param>
    /// <param name="axis">0, 1, 2 for a, b, c. With c the winding crosses layers stacked along c*.</param>
    public static double? Bottleneck(int sites, IEnumerable<NetworkEdge> edges, int axis)
    {
        if (axis is < 0 or > 2)
            throw new ArgumentOutOfRangeException(nameof(axis), "The axis is 0, 1 or 2.");
        var network = new OffsetUnionFind(sites);
        foreach (NetworkEdge edge in edges.OrderBy(e => e.SaddleEv))
        {
            int crossing = axis switch { 0 => edge.Crossing.A, 1 => edge.Crossing.B, _ => edge.Crossing.C };
            if (!network.Join(edge.From, edge.To, crossing))
                return edge.SaddleEv;
        }
        return null;
    }

    /// <summary>The image of a target site reached from a source: lattice translation of the displacement, rounded.</summary>
    /// <param name="cell">The periodic cell.</param>
    /// <param name="from">Position of the source (Å).</param>
    /// <param name="to">Position of the target in the list of sites (Å).</param>
    /// <param name="displacement">The hop itself (Å).</param>
    public static (int A, int B, int C) CrossingOf(Cell cell, Vec3 from, Vec3 to, Vec3 displacement)
    {
        Vec3 f = cell.ToFractional(from + displacement - to);
        return ((int)Math.Round(f.X), (int)Math.Round(f.Y), (int)Math.Round(f.Z));
    }

    /// <summary>Trees of sites, each with its image number relative to the root along one axis.</summary>
    private sealed class OffsetUnionFind(int count)
    {
        private readonly int[] _parent = [.. Enumerable.Range(0, count)];
        private readonly int[] _offset = new int[count];

        /// <summary>False when both are already joined with another image number: a path winds through the cell.</summary>
        public bool Join(int from, int to, int crossing)
        {
            (int rootFrom, int imageFrom) = Find(from);
            (int rootTo, int imageTo) = Find(to);
            if (rootFrom == rootTo)
                return imageTo == imageFrom + crossing;
            _parent[rootTo] = rootFrom;
            _offset[rootTo] = imageFrom + crossing - imageTo;
            return true;
        }

        private (int Root, int Image) Find(int site)
        {
            int image = 0;
            while (_parent[site] != site)
            {
                image += _offset[site];
                site = _parent[site];
            }
            return (site, image);
        }
    }
}
