using Campaign.Compute.Engines.Vasp.Reading;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>What VASP's printed settings mean for the level of theory. Versions 5 and 6, OUTCAR and vasprun.xml, write the same things differently.</summary>
internal static class HeaderLevel
{
    /// <summary>METAGGA, else GGA, else what the potentials were made with.</summary>
    public static string? Functional(VaspHeader header)
    {
        string? name = Named(header, "METAGGA") ?? Named(header, "GGA") ?? Lexch(header) ?? OfTitles(header.PotcarTitles);
        if (name is null)
            return null;
        name = VaspFunctional.NameOf(name);
        return header.Flag("LHFCALC") != true ? name : $"{name} with {header.Settings.GetValueOrDefault("AEXX", "?")} of exact exchange";
    }

    public static string? Precision(VaspHeader header) => header.Settings.GetValueOrDefault("PREC")?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        ['a', ..] => "accurate",
        ['n', ..] => "normal",
        ['l', ..] => "low",
        ['m', ..] => "medium",
        ['h', ..] => "high",
        ['s', ..] => "single",
        var other => other,
    };

    /// <summary>T, A(uto) and O(n) all are.</summary>
    public static bool? RealSpace(VaspHeader header) => header.Settings.TryGetValue("LREAL", out string? text)
        ? text.Trim().TrimStart('.') is not [('F' or 'f'), ..]
        : null;

    public static SortedDictionary<string, string> Potcars(VaspHeader header)
    {
        var byElement = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var titles in header.PotcarTitles.GroupBy(VaspHeader.ElementOf).Where(t => t.Key.Length > 0))
            byElement[titles.Key] = string.Join(" and ", titles.Distinct().Order(StringComparer.Ordinal));
        return byElement;
    }

    /// <summary>LDAUL, LDAUU and LDAUJ have a number for each block. An OUTCAR of VASP 5 has them only where they act.</summary>
    public static SortedDictionary<string, HubbardTerms> Hubbard(VaspHeader header)
    {
        var terms = new SortedDictionary<string, HubbardTerms>(StringComparer.Ordinal);
        if (header.Flag("LDAU") == false || Numbers(header, "LDAUL") is not { } l || Numbers(header, "LDAUU") is not { } u)
            return terms;
        double[] j = Numbers(header, "LDAUJ") ?? [];
        int scheme = header.Integer("LDAUTYPE") ?? 2;
        for (int i = 0; i < header.PotcarTitles.Count && i < l.Length && i < u.Length; i++)
        {
            double jEv = i < j.Length ? j[i] : 0;
            if (l[i] >= 0 && (u[i] != 0 || jEv != 0) && !(scheme == 2 && u[i] == jEv))
                terms[VaspHeader.ElementOf(header.PotcarTitles[i])] = scheme == 2 ? new HubbardTerms(2, (int)l[i], u[i] - jEv, 0) : new HubbardTerms(scheme, (int)l[i], u[i], jEv);
        }
        return terms;
    }

    /// <summary>Null also for <c>--</c>, F and None, which stand for nothing chosen.</summary>
    private static string? Named(VaspHeader header, string setting) =>
        header.Settings.TryGetValue(setting, out string? text) && text.Trim() is { Length: > 0 } name && !name.StartsWith('-') && name is not ("F" or "T" or ".FALSE." or "None") ? name : null;

    /// <summary>Of a potential, two letters or 91. Without headers of potentials VASP's number for it stands there, of which nobody says what it means.</summary>
    private static string? Lexch(VaspHeader header) => Named(header, "LEXCH") is { } name && (name == "91" || char.IsAsciiLetter(name[0])) ? name : null;

    private static string? OfTitles(IReadOnlyList<string> titles)
    {
        string[] kinds = [.. titles.Select(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("")).Distinct()];
        return kinds switch
        {
            ["PAW_PBE"] => "PE",
            ["PAW_GGA"] => "91",
            ["PAW"] => "CA",
            _ => null,
        };
    }

    private static double[]? Numbers(VaspHeader header, string setting)
    {
        if (!header.Settings.TryGetValue(setting, out string? text))
            return null;
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = [.. words.TakeWhile(w => Decimals.TryRead(w, out _)).Select(w => Decimals.TryRead(w, out double value) ? value : 0)];
        return numbers.Length == words.Length && Array.TrueForAll(numbers, n => Math.Abs(n) < 1000) ? numbers : null;
    }
}
