using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>The cation sites of a relaxed supercell and the frame of its parent: what hops are found on.</summary>
/// <param name="Sites">Cation sites, occupied or empty.</param>
/// <param name="Frame">Directions and layers of the parent.</param>
/// <param name="Notes">What a reader must know about the assignment.</param>
public sealed record HopLattice(IReadOnlyList<HopSite> Sites, ParentFrame Frame, IReadOnlyList<string> Notes)
{
    /// <summary>The sites of an average structure in a relaxed supercell that repeats it.</summary>
    /// <param name="relaxed">The relaxed supercell.</param>
    /// <param name="parent">The average structure it was drawn from.</param>
    /// <param name="mobile">Symbol of the mobile species.</param>
    /// <param name="layerAxis">Reciprocal axis along which layers stack, if the crystal has any: 0, 1, 2 for a*, b*, c*.</param>
    /// <exception cref="ArgumentException">The supercell does not repeat the parent cell, or holds no mobile ion.</exception>
    public static HopLattice Of(Structure relaxed, AverageStructure parent, string mobile, int layerAxis)
    {
        (int a, int b, int c) = (Repeats(0), Repeats(1), Repeats(2));
        (string Label, Vec3 Fractional)[] cationSites =
        [
            .. new Supercell(parent, a, b, c).Sites
                .Where(s => !s.Species.All(x => HopSites.IsAnion(x.Symbol)))
                .Select(s => (s.Name, s.Fractional)),
        ];
        var notes = new List<string>();
        IReadOnlyList<HopSite> sites = HopSites.Assign(relaxed, mobile, cationSites, notes);
        int? layers = LayerStack.Find(parent, symbol => !HopSites.IsAnion(symbol), layerAxis)?.PerParentCell;
        Mat3[] rotations = [.. parent.Operations.Select(o => o.Rotation)];
        return new HopLattice(sites, ParentFrame.InSupercell(relaxed.Cell, (a, b, c), layerAxis, layers, rotations), notes);

        int Repeats(int row)
        {
            double ratio = relaxed.Cell[row].Norm / parent.Cell[row].Norm;
            int n = (int)Math.Round(ratio);
            if (n < 1 || Math.Abs(ratio / n - 1) > 0.1)
                throw new ArgumentException(FormattableString.Invariant($"Cell vector {"abc"[row]} of the structure is {ratio:F2} times that of its parent: not a whole number of repeats."));
            return n;
        }
    }
}
