namespace Campaign.Compute.Structures;

/// <summary>
/// One position of the parent crystal inside a supercell, occupied or not. <see cref="Fractional"/> is in units of the supercell, so the
/// site follows a relaxed cell by <c>cell.ToCartesian(Fractional)</c>. <see cref="Name"/> is the parent's <see cref="AverageStructure.SiteName"/>.
/// </summary>
public sealed record SupercellSite(
    int Index, int ParentSite, int OrbitIndex, (int A, int B, int C) Image, string Name, string Label, string? Wyckoff,
    Vec3 Fractional, Vec3 Position, IReadOnlyList<SiteSpecies> Species);

/// <summary>na x nb x nc repeats of an average structure, with all parent sites whether a draw occupies them or not.</summary>
public sealed class Supercell
{
    public Supercell(AverageStructure parent, int na, int nb, int nc)
    {
        CheckRepeats(na, nb, nc);
        (Parent, Na, Nb, Nc) = (parent, na, nb, nc);
        Cell = parent.Cell.Repeated(na, nb, nc);
        var sites = new List<SupercellSite>();
        for (int s = 0; s < parent.Sites.Count; s++)
        {
            AverageSite site = parent.Sites[s];
            string name = parent.SiteName(s);
            for (int o = 0; o < site.Orbit.Count; o++)
                foreach ((int a, int b, int c) in Images)
                {
                    Vec3 f = site.Orbit[o] + new Vec3(a, b, c);
                    var fractional = new Vec3(f.X / na, f.Y / nb, f.Z / nc);
                    sites.Add(new SupercellSite(sites.Count, s, o, (a, b, c), name, site.Label, site.Wyckoff, fractional, Cell.ToCartesian(fractional), site.Species));
                }
        }
        Sites = sites;
    }

    /// <summary>Bound on the number of cells, far above any cell a campaign can compute.</summary>
    public const int MaximumCells = 4096;

    /// <exception cref="VariantException">Not positive, or too many.</exception>
    internal static void CheckRepeats(int na, int nb, int nc)
    {
        if (na < 1 || nb < 1 || nc < 1 || (long)na * nb * nc > MaximumCells)
            throw new VariantException($"Supercell {na}x{nb}x{nc} is not possible.", $"Repeats are positive and their product is at most {MaximumCells}.");
    }

    public AverageStructure Parent { get; }

    public int Na { get; }

    public int Nb { get; }

    public int Nc { get; }

    public int CellCount => Na * Nb * Nc;

    public Cell Cell { get; }

    /// <summary>
    /// All sites. Site (parent site s, orbit position o, image (a, b, c)) has the index
    /// (o + sum of the multiplicities before s) * CellCount + (a * Nb + b) * Nc + c.
    /// </summary>
    public IReadOnlyList<SupercellSite> Sites { get; }

    /// <summary>Translations of the parent cell in the order of the site index.</summary>
    public IEnumerable<(int A, int B, int C)> Images
    {
        get
        {
            for (int a = 0; a < Na; a++)
                for (int b = 0; b < Nb; b++)
                    for (int c = 0; c < Nc; c++)
                        yield return (a, b, c);
        }
    }

    /// <summary>Indices of the sites that descend from one parent site.</summary>
    public IEnumerable<int> SitesOf(int parentSite)
    {
        int before = Parent.Sites.Take(parentSite).Sum(s => s.Multiplicity);
        return Enumerable.Range(before * CellCount, Parent.Sites[parentSite].Multiplicity * CellCount);
    }
}

/// <summary>A request for an ordered variant that cannot be met: what is wrong and how to mend it.</summary>
public sealed class VariantException(string problem, string mend) : Exception($"{problem} {mend}")
{
    public string Problem { get; } = problem;

    public string Mend { get; } = mend;
}
