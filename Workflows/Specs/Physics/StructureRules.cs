using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs.Reading;
using static System.FormattableString;

namespace Campaign.Workflows.Specs.Physics;

/// <summary>Occupancies, cells and hop directions.</summary>
internal static class StructureRules
{
    /// <summary>Occupancies printed with three decimals lie this close to the exact fraction.</summary>
    private const double PrintedRounding = 0.0006;

    public static IEnumerable<SpecProblem> Check(RuleContext c)
    {
        for (int i = 0; i < c.Spec.Material.Variants.Count; i++)
        {
            VariantSpec v = c.Spec.Material.Variants[i];
            foreach (SpecProblem p in Occupancies(c, v.Occupancy, v.Supercell, $"material.variants[{i}].occupancy").Concat(Layers(c, v.Occupancy, $"material.variants[{i}].occupancy")))
                yield return p;
        }
        if (c.Spec.Dlmd?.Fresh is { Occupancy.Count: > 0 } fresh)
            foreach (SpecProblem p in Occupancies(c, fresh.Occupancy, fresh.Supercell, "dlmd.fresh.occupancy"))
                yield return p;
        foreach (SpecProblem p in Directions(c))
            yield return p;
        if (c.Facts.MobilePerCell <= 0)
            yield return c.Error("mobileAbsent", "material.mobile", $"The structure holds no {c.Spec.Material.Mobile}.", "Name the species that moves.");
    }

    private static IEnumerable<SpecProblem> Occupancies(RuleContext c, IReadOnlyDictionary<string, double> occupancy, IReadOnlyList<int> supercell, string path)
    {
        int cells = supercell[0] * supercell[1] * supercell[2];
        foreach ((string key, double target) in occupancy)
        {
            string site = key[(key.IndexOf('@') + 1)..];
            if (!c.Facts.SiteMultiplicities.TryGetValue(site, out int multiplicity))
            {
                string? near = NearestWord.Among(site, c.Facts.SiteMultiplicities.Keys);
                yield return c.Error("unknownSite", $"{path}.{key}", $"The structure has no site '{site}'; it has {string.Join(", ", c.Facts.SiteMultiplicities.Keys.Order(StringComparer.Ordinal))}.",
                    near is null ? "Use a Wyckoff symbol or a site label of the structure file." : $"Did you mean '{near}'?");
                continue;
            }
            int positions = multiplicity * cells;
            double atoms = target * positions;
            int whole = (int)Math.Round(atoms);
            if (Math.Abs(atoms - whole) < 1e-6)
                continue;
            if (Math.Abs(target - (double)whole / positions) < PrintedRounding)
                yield return c.Warn("occupancyRounded", $"{path}.{key}", Invariant($"{target} of {positions} positions is {atoms:0.###} atoms; the value looks rounded from {whole} of {positions} = {(double)whole / positions}."),
                    Invariant($"Write {(double)whole / positions}."));
            else
                yield return c.Error("occupancyImpossible", $"{path}.{key}",
                    Invariant($"{target} of {positions} positions is {atoms:0.###} atoms; this cell can hold {Math.Floor(atoms) / positions} or {Math.Ceiling(atoms) / positions}."),
                    SmallestExact(target, multiplicity) is { } n ? $"The smallest exact cell has {n} unit cells (here {cells}); or write one of the two." : "Write one of the two, or take a larger cell.");
        }
    }

    /// <summary>
    /// An element put where the structure file has none of it, in another layer than its main site: the letters of two sites of equal
    /// multiplicity are easily exchanged, and the stoichiometry does not show it.
    /// </summary>
    private static IEnumerable<SpecProblem> Layers(RuleContext c, IReadOnlyDictionary<string, double> occupancy, string path)
    {
        foreach ((string key, double target) in occupancy)
        {
            if (key.Split('@') is not [var element, var site] || !c.Facts.Sites.TryGetValue(site, out SiteFacts? here) || here.Occupancy.GetValueOrDefault(element) > 0 || target == 0)
                continue;
            string? main = c.Facts.Sites.Where(s => s.Value.Occupancy.GetValueOrDefault(element) > 0).MaxBy(s => s.Value.Occupancy[element]).Key;
            if (main is null || c.Facts.Sites[main].HeightsC.Any(h => here.HeightsC.Any(o => Math.Abs(h - o) < 0.1)))
                continue;
            string? meant = c.Facts.Sites.Where(s => c.Facts.SiteMultiplicities[s.Key] == c.Facts.SiteMultiplicities[site] && s.Key != site
                && s.Value.HeightsC.Any(h => c.Facts.Sites[main].HeightsC.Any(o => Math.Abs(h - o) < 0.1))).OrderByDescending(s => s.Value.Occupancy.GetValueOrDefault(element)).Select(s => s.Key).FirstOrDefault();
            yield return c.Warn("otherLayer", $"{path}.{key}",
                Invariant($"{element} on {site} lies at z = {here.HeightsC[0]:0.###}, its main site {main} at z = {c.Facts.Sites[main].HeightsC[0]:0.###}: another layer, where the structure file has {string.Join(", ", here.Occupancy.Select(o => Invariant($"{o.Key} {o.Value}")))}{(meant is null ? "" : Invariant($". {meant} has {c.Facts.SiteMultiplicities[site]} positions too and lies in the layer of {main}"))}."),
                meant is null ? "Check the Wyckoff letter with the source." : $"Check the letter with the source; '{element}@{meant}' may be meant.");
        }
    }

    private static int? SmallestExact(double target, int multiplicity)
    {
        for (int n = 1; n <= 128; n++)
            if (Math.Abs(target * multiplicity * n - Math.Round(target * multiplicity * n)) < 1e-6)
                return n;
        return null;
    }

    private static IEnumerable<SpecProblem> Directions(RuleContext c)
    {
        if (c.Spec.Neb is not { } neb)
            yield break;
        for (int i = 0; i < neb.Directions.Count; i++)
        for (int j = 0; j < i; j++)
        {
            bool same = neb.Directions[i].SequenceEqual(neb.Directions[j]), opposite = neb.Directions[i].SequenceEqual(neb.Directions[j].Select(x => -x));
            if (same || opposite)
                yield return c.Warn("directionTwice", $"neb.directions[{i}]", $"[{string.Join(" ", neb.Directions[i])}] is {(same ? "the same direction as" : "the reverse of")} entry {j}; its paths and barriers are the same{(opposite ? ", forward and backward exchanged" : "")}.",
                    "Name another direction, e.g. [0, 1, 0] or [0, 0, 1], or remove it.");
        }
    }
}
