namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>What a VASP output says about its run before the first step. Null where it does not say.</summary>
public sealed record VaspHeader
{
    /// <summary>e.g. <c>6.3.2</c> or <c>5.4.4.18Apr17-6-g9f103f2a35</c>.</summary>
    public string? Version { get; init; }

    /// <summary>What follows the version on its line: date and kind of the build.</summary>
    public string? Build { get; init; }

    /// <summary>Name, version and build, for people.</summary>
    public string Program => $"VASP {Version ?? "of unknown version"}{(Build is { Length: > 0 } build ? $" {build}" : "")}";

    /// <summary>TITEL of each POTCAR, in the order of the blocks, e.g. <c>PAW_PBE Ti_pv 07Sep2000</c>.</summary>
    public IReadOnlyList<string> PotcarTitles { get; init; } = [];

    /// <summary>Number of atoms of each block; blocks of one species are not merged.</summary>
    public IReadOnlyList<int> AtomsPerBlock { get; init; } = [];

    public int? Atoms { get; init; }

    /// <summary>Divisions of a regular mesh of k-points.</summary>
    public IReadOnlyList<int>? KMesh { get; init; }

    /// <summary>Values of the settings as printed, by their names in INCAR (NELM, EDIFF, NSW, ...).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public int? Major => Version is { Length: > 0 } v && char.IsAsciiDigit(v[0]) ? v[0] - '0' : null;

    /// <summary>Element of every atom, in the order of the file; null when the blocks do not add up to the number of atoms.</summary>
    public string[]? Elements()
    {
        if (PotcarTitles.Count < AtomsPerBlock.Count || AtomsPerBlock.Count == 0 || AtomsPerBlock.Any(n => n <= 0) || AtomsPerBlock.Sum(n => (long)n) != Atoms)
            return null;
        return [.. AtomsPerBlock.SelectMany((n, block) => Enumerable.Repeat(ElementOf(PotcarTitles[block]), n))];
    }

    public double? Number(string setting) =>
        Settings.TryGetValue(setting, out string? text) && Decimals.TryRead(text, out double value) ? value : null;

    public int? Integer(string setting) => Number(setting) is { } value && value == Math.Truncate(value) && Math.Abs(value) < int.MaxValue ? (int)value : null;

    public bool? Flag(string setting) => Settings.TryGetValue(setting, out string? text)
        ? text.Trim().TrimStart('.') is [('T' or 't'), ..] ? true : text.Trim().TrimStart('.') is [('F' or 'f'), ..] ? false : null
        : null;

    /// <summary><c>PAW_PBE Li_sv 10Sep2004</c>, <c>PAW_GGA H.75 ...</c>: the letters that the second word begins with.</summary>
    public static string ElementOf(string title)
    {
        string[] words = title.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string word = words.Length > 1 && words[0].StartsWith("PAW", StringComparison.Ordinal) || words is ["US" or "NC", _, ..] ? words[1] : words.Length > 0 ? words[0] : "";
        int letters = 0;
        while (letters < word.Length && letters < 2 && char.IsAsciiLetter(word[letters]))
            letters++;
        return word[..letters];
    }
}
