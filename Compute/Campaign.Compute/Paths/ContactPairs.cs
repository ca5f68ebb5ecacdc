using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Paths;

/// <summary>
/// The pairs of atoms (i before j, or j an image of i) that come near each other on a path, each with one fixed lattice
/// translation, so that distances stay smooth along the whole path: r_ij = r_j + shift - r_i.
/// </summary>
internal sealed class ContactPairs
{
    private ContactPairs(int[] first, int[] second, Vec3[] shifts) => (First, Second, Shifts) = (first, second, shifts);

    public int[] First { get; }

    public int[] Second { get; }

    public Vec3[] Shifts { get; }

    public int Count => First.Length;

    /// <summary>Pairs within <paramref name="rangeA"/> (Å) at the middle of the straight path between two aligned structures.</summary>
    public static ContactPairs OnPath(Structure initial, Structure final, double rangeA)
    {
        var middle = new Vec3[initial.Count];
        for (int i = 0; i < middle.Length; i++)
            middle[i] = 0.5 * (initial.Positions[i] + final.Positions[i]);
        var list = new NeighborList(rangeA, 0);
        list.Update(initial.Cell, middle);

        List<int> first = [], second = [];
        List<Vec3> shifts = [];
        for (int i = 0; i < middle.Length; i++)
            for (int k = list.Start[i]; k < list.Start[i + 1]; k++)
            {
                if (list.Neighbors[k] <= i)
                    continue; // an atom and its own image keep their distance
                first.Add(i);
                second.Add(list.Neighbors[k]);
                shifts.Add(list.Shifts[k]);
            }
        return new ContactPairs([.. first], [.. second], [.. shifts]);
    }

    public double[] Distances(ReadOnlySpan<Vec3> positions)
    {
        var d = new double[Count];
        for (int p = 0; p < d.Length; p++)
            d[p] = (positions[Second[p]] + Shifts[p] - positions[First[p]]).Norm;
        return d;
    }
}
