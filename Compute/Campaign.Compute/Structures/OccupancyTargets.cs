namespace Campaign.Compute.Structures;

/// <summary>Target of one species on one parent site: occupancy 0..1 after requests and renormalisation.</summary>
public sealed record OccupancyTarget(int Site, string Species, double Occupancy);

/// <summary>Merges the occupancies of a file with those a campaign requests.</summary>
internal static class OccupancyTargets
{
    /// <summary>
    /// Resolves keys "species@site", where site is a Wyckoff symbol or a label. Species left out keep the file's occupancy; on a site that
    /// gets too full the species that were not requested give way first, then all shrink in proportion. Messages say so.
    /// </summary>
    public static IReadOnlyList<OccupancyTarget> Resolve(
        AverageStructure parent, IReadOnlyDictionary<string, double> requested, ICollection<string> messages)
    {
        var targets = new List<(string Species, double Occupancy, bool Requested)>[parent.Sites.Count];
        for (int s = 0; s < targets.Length; s++)
            targets[s] = [.. parent.Sites[s].Species.Select(x => (x.Symbol, x.Occupancy, false))];
        foreach ((string key, double occupancy) in requested.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            (int site, string species) = FindSite(parent, key);
            if (!(occupancy >= 0 && occupancy <= 1))
                throw new VariantException($"Occupancy {key}: {occupancy:g6} is impossible.", "It lies between 0 and 1.");
            int known = targets[site].FindIndex(t => t.Species == species);
            if (known < 0)
            {
                messages.Add($"{species} is placed on {parent.SiteName(site)}, where the structure file has none.");
                targets[site].Add((species, occupancy, true));
            }
            else if (targets[site][known].Requested)
            {
                throw new VariantException($"{key} asks twice for {species} on {parent.SiteName(site)}.", "Keep one of the two keys.");
            }
            else
            {
                targets[site][known] = (species, occupancy, true);
            }
        }
        var all = new List<OccupancyTarget>();
        for (int s = 0; s < targets.Length; s++)
            all.AddRange(Fit(parent.SiteName(s), targets[s], messages).Select(t => new OccupancyTarget(s, t.Species, t.Occupancy)));
        return all;
    }

    private static IEnumerable<(string Species, double Occupancy)> Fit(
        string site, List<(string Species, double Occupancy, bool Requested)> targets, ICollection<string> messages)
    {
        const double tolerance = 1e-6;
        double total = targets.Sum(t => t.Occupancy);
        if (total <= 1 + tolerance)
            return targets.Select(t => (t.Species, t.Occupancy));
        double asked = targets.Where(t => t.Requested).Sum(t => t.Occupancy);
        if (asked <= 1 + tolerance && asked > 0)
        {
            double keep = Math.Max(0, 1 - asked) / (total - asked);
            messages.Add($"{site}: occupancies add up to {total:0.####}; {string.Join(", ", targets.Where(t => !t.Requested).Select(t => t.Species))} of the file give way to the requested ones.");
            return targets.Select(t => (t.Species, t.Requested ? t.Occupancy : t.Occupancy * keep));
        }
        messages.Add($"{site}: occupancies add up to {total:0.####}; all are divided by it.");
        return targets.Select(t => (t.Species, t.Occupancy / total));
    }

    private static (int Site, string Species) FindSite(AverageStructure parent, string key)
    {
        string[] parts = key.Split('@');
        string known = string.Join(", ", parent.Sites.SelectMany((s, i) => s.Species.Select(x => $"{x.Symbol}@{parent.SiteName(i)}")));
        if (parts.Length != 2 || !Elements.IsElement(parts[0]))
            throw new VariantException($"'{key}' is not of the form species@site.", $"This structure has {known}.");
        (AverageSite Site, int Index)[] hits = [.. parent.Sites.Select((s, i) => (s, i)).Where(s => s.s.Answers(parts[1]))];
        if (hits.Length > 1 && hits.Count(h => h.Site.Species.Any(x => x.Symbol == parts[0])) == 1)
            hits = [.. hits.Where(h => h.Site.Species.Any(x => x.Symbol == parts[0]))];
        return hits.Length switch
        {
            1 => (hits[0].Index, parts[0]),
            0 => throw new VariantException($"'{key}': the structure has no site {parts[1]}.", $"It has {known}."),
            _ => throw new VariantException($"'{key}' fits the sites {string.Join(", ", hits.Select(h => h.Site.Label))}.", "Name the site by its label."),
        };
    }
}
