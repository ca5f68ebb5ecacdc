using System.Globalization;
using System.Text;

namespace Campaign.Compute.Learning.Training;

/// <summary>Labels and predictions as a table <c>series,label,predicted</c>: a series per species (force components, eV/Å), energies and virials (eV/atom).</summary>
public static class ParityTable
{
    public const string Energy = "energy";

    public const string Virial = "virial";

    /// <summary>Forces per species and energies.</summary>
    /// <param name="most">About so many points of each series, taken evenly.</param>
    public static string Thinned(Parity parity, int most) => Csv(ForcesAndEnergies(parity), most);

    /// <summary>Every point, and the virials where there are labels.</summary>
    public static string Whole(Parity parity) =>
        Csv(parity.VirialPerAtomEv.Count > 0 ? ForcesAndEnergies(parity).Append((Virial, parity.VirialPerAtomEv)) : ForcesAndEnergies(parity), int.MaxValue);

    private static IEnumerable<(string Name, IReadOnlyList<(double Label, double Prediction)> Pairs)> ForcesAndEnergies(Parity parity) =>
    [
        .. parity.ForceEvPerA.Zip(parity.ForceSpecies).GroupBy(x => x.Second, x => x.First).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.ToArray())),
        (Energy, parity.EnergyPerAtomEv),
    ];

    private static string Csv(IEnumerable<(string Name, IReadOnlyList<(double Label, double Prediction)> Pairs)> series, int most)
    {
        var csv = new StringBuilder("series,label,predicted\n");
        foreach ((string name, IReadOnlyList<(double Label, double Prediction)> pairs) in series)
        {
            int stride = Math.Max(1, pairs.Count / most);
            if (stride % 3 == 0)
                stride++; // forces go x, y, z: a multiple of three would keep to one component
            for (int k = 0; k < pairs.Count; k += stride)
                csv.Append(CultureInfo.InvariantCulture, $"{name},{pairs[k].Label:R},{pairs[k].Prediction:R}\n");
        }
        return csv.ToString();
    }
}
