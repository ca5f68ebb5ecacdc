namespace Campaign.Workflows.Specs.Reading;

/// <summary>The word someone probably meant.</summary>
public static class NearestWord
{
    /// <summary>The candidate within a third of the word's length (at least two edits), or null.</summary>
    public static string? Among(string word, IEnumerable<string> candidates)
    {
        (string Word, int Distance)[] ranked = [.. candidates.Select(c => (c, Distance(word.ToLowerInvariant(), c.ToLowerInvariant()))).OrderBy(x => x.Item2)];
        return ranked.Length > 0 && ranked[0].Distance <= Math.Max(2, word.Length / 3) ? ranked[0].Word : null;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        for (int j = 1; j <= b.Length; j++)
        {
            int cost = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
        }
        return d[a.Length, b.Length];
    }
}
