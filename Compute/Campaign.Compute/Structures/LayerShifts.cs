namespace Campaign.Compute.Structures;

/// <summary>
/// Disorder by stacking faults: every layer of the disordered cation keeps its order but may shift as a whole from the majority sublattice
/// to one of the minority sublattices. The averages equal those of random sites, without close cation pairs.
/// </summary>
/// <param name="Species">The cation that is disordered.</param>
/// <param name="Sublattices">Per sublattice the (parent site, orbit index) pairs it fills in one parent cell; the first is the majority one.</param>
internal sealed record LayerShifts(string Species, IReadOnlyList<(int Site, int Orbit)[]> Sublattices)
{
    /// <summary>Distance in Å within which a shifted majority position must meet a minority position.</summary>
    private const double MatchA = 0.4;

    /// <summary>Finds the sublattices, or explains why stacking faults do not apply.</summary>
    public static LayerShifts Find(AverageStructure parent, IReadOnlyList<OccupancyTarget> targets)
    {
        IGrouping<string, OccupancyTarget>[] disordered = [.. targets
            .Where(t => t.Occupancy > 0 && targets.Count(o => o.Site == t.Site && o.Occupancy > 0) == 1 && t.Occupancy < 1)
            .GroupBy(t => t.Species)];
        if (disordered.Length != 1 || disordered[0].Count() != 2 || targets.Any(t => t.Occupancy > 0 && t.Occupancy < 1 && t.Species != disordered[0].Key))
            throw NotHere("it needs exactly one disordered species that shares two sites with vacancies only");
        OccupancyTarget[] pair = [.. disordered[0].OrderByDescending(t => t.Occupancy)];
        AverageSite major = parent.Sites[pair[0].Site], minor = parent.Sites[pair[1].Site];
        if (minor.Multiplicity % major.Multiplicity != 0 || major.Orbit.Concat(minor.Orbit).Any(p => !SameLayer(p, major.Orbit[0])))
            throw NotHere($"{parent.SiteName(pair[0].Site)} and {parent.SiteName(pair[1].Site)} do not lie in one layer per cell along c");

        var sublattices = new List<(int, int)[]> { Range(major.Multiplicity, pair[0].Site) };
        var taken = new HashSet<int>();
        for (int o = 0; o < minor.Multiplicity; o++)
        {
            if (taken.Contains(o))
                continue;
            Vec3 shift = minor.Orbit[o] - major.Orbit[0];
            int[] images = [.. major.Orbit.Select(p => Enumerable.Range(0, minor.Multiplicity)
                .FirstOrDefault(m => !taken.Contains(m) && SiteOrbit.Coincide(p + shift, minor.Orbit[m], parent.Cell, MatchA), -1))];
            if (images.Contains(-1) || images.Distinct().Count() != images.Length)
                throw NotHere($"{parent.SiteName(pair[1].Site)} is not a shifted copy of {parent.SiteName(pair[0].Site)}");
            taken.UnionWith(images);
            sublattices.Add([.. images.Select(m => (pair[1].Site, m))]);
        }
        return new LayerShifts(disordered[0].Key, sublattices);

        static (int, int)[] Range(int count, int site) => [.. Enumerable.Range(0, count).Select(o => (site, o))];

        bool SameLayer(Vec3 p, Vec3 q) => Math.Abs(p.Z - q.Z - Math.Round(p.Z - q.Z)) * parent.Cell.PerpendicularWidths.Z < MatchA;
    }

    /// <summary>Number of unshifted layers for the counts asked for; layers stack along c, one per parent cell, and the shifted sublattices occur equally often.</summary>
    public int UnshiftedLayers(Supercell supercell, int onMajor, int onMinor)
    {
        int perLayer = Sublattices[0].Length * supercell.Na * supercell.Nb, kinds = Sublattices.Count - 1;
        if (onMajor % perLayer == 0 && onMinor % (kinds * perLayer) == 0 && (onMajor + onMinor) / perLayer == supercell.Nc)
            return onMajor / perLayer;
        double share = (double)onMinor / (onMajor + onMinor);
        int layers = Enumerable.Range(1, 64).FirstOrDefault(n => Math.Abs(share * n / kinds - Math.Round(share * n / kinds)) < 1e-9, 0);
        throw new VariantException(
            $"Stacking faults cannot give {onMajor} + {onMinor} {Species} in {supercell.Nc} layers of {perLayer}, with the {kinds} shifted sublattices used equally.",
            layers > 0 ? $"Take a supercell with {layers} layers along c, or disorder: random." : "Take other occupancies, or disorder: random.");
    }

    private static VariantException NotHere(string why) =>
        new($"Stacking-fault disorder does not apply to this structure: {why}.", "Use disorder: random.");
}
