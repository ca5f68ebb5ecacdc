namespace Campaign.Compute.Potentials;

/// <summary>Matches the species of a structure to those of a potential by name.</summary>
public static class TypeMapping
{
    /// <summary>
    /// For every type of the structure its index in the potential; -1 for a type without atoms that the potential does not know.
    /// </summary>
    /// <exception cref="ArgumentException">The structure has atoms of a species the potential does not know.</exception>
    public static int[] Map(IReadOnlyList<string> structureTypes, int[] counts, IReadOnlyList<string> potentialTypes, string potential)
    {
        var known = potentialTypes.ToList();
        int[] map = structureTypes.Select(species => known.IndexOf(species)).ToArray();
        for (int t = 0; t < map.Length; t++)
            if (map[t] < 0 && counts[t] > 0)
                throw new ArgumentException($"{potential} knows {string.Join(", ", known)}, not {structureTypes[t]}.");
        return map;
    }
}
