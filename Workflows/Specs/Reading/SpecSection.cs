using System.Globalization;
using System.Text.RegularExpressions;

namespace Campaign.Workflows.Specs.Reading;

/// <summary>
/// Reads one group of keys with types and ranges. Every problem is recorded and a usable value returned, so that reading goes on;
/// every default that was used and the place of every key is remembered.
/// </summary>
internal sealed partial class SpecSection
{
    private readonly SpecReadContext _context;
    private readonly MapNode? _node;
    private readonly SpecNode _place;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public SpecSection(SpecReadContext context, SpecNode node, string path)
    {
        _context = context;
        _place = node;
        Path = path;
        _node = node as MapNode;
        context.Positions.TryAdd(path, (node.File, node.Line, node.Column));
        if (_node is null)
            Error(node, path, $"Here stands {node.Describe()}, but a group of keys is needed.", "Write 'key: value' pairs, indented or in { }.");
    }

    public SpecReadContext Context => _context;

    public string Path { get; }

    public bool Has(string key)
    {
        _known.Add(key);
        return _node?[key] is { } n && n is not ScalarNode { IsNull: true };
    }

    public IEnumerable<string> Keys => _node?.Entries.Select(e => e.Key.Text) ?? [];

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>A problem at a key, or at the group when the key is absent.</summary>
    public void Problem(string key, string message, string mend) =>
        Error(_node?[key] ?? _place, PathOf(key), message, mend);

    public SpecSection? Section(string key) =>
        Value(key) is { } n ? new SpecSection(_context, n, PathOf(key)) : null;

    /// <summary>The group, or an empty one whose every value is a default.</summary>
    public SpecSection SectionOrEmpty(string key) =>
        Section(key) ?? new SpecSection(_context, new MapNode([], _place.File, _place.Line, _place.Column), PathOf(key));

    public SpecSection? RequiredSection(string key, string mend)
    {
        SpecSection? s = Section(key);
        if (s is null)
            Missing(key, mend);
        return s;
    }

    public double Number(string key, double? fallback, Bounds bounds) =>
        Value(key) is { } n ? ParseNumber(n, PathOf(key), bounds) ?? fallback ?? bounds.Usable : Fallback(key, fallback, bounds.Usable, $"Give a number ({bounds}).");

    public double? OptionalNumber(string key, Bounds bounds) =>
        Value(key) is { } n ? ParseNumber(n, PathOf(key), bounds) : null;

    public int Integer(string key, int? fallback, int min, int max = int.MaxValue) =>
        (int)Whole(key, fallback, min, max);

    public long Long(string key, long? fallback, long min, long max = long.MaxValue) => Whole(key, fallback, min, max);

    public bool Flag(string key, bool fallback)
    {
        if (Value(key) is not { } n)
            return Fallback(key, fallback, fallback, "");
        if (n is ScalarNode { Plain: true, Text: "true" or "false" } s)
            return s.Text == "true";
        Error(n, PathOf(key), $"Here stands {n.Describe()}, but true or false is needed.", "Write true or false.");
        return fallback;
    }

    public string Text(string key, string? fallback, string mend = "Give a text.") =>
        Value(key) is { } n ? ParseText(n, PathOf(key)) ?? fallback ?? "" : Fallback(key, fallback, "", mend);

    public string? OptionalText(string key) => Value(key) is { } n ? ParseText(n, PathOf(key)) : null;

    /// <summary>A name that may become part of task ids and file names.</summary>
    public string Id(string key, string? fallback)
    {
        string text = Text(key, fallback, "Give a short lower-case name.");
        if (text.Length > 0 && (text.Length > 40 || !IdPattern().IsMatch(text)))
            Problem(key, $"'{text}' cannot be part of a task id.", "Use at most 40 lower-case letters, digits, '.', '_' or '-', beginning with a letter or digit.");
        return text;
    }

    public string Word(string key, string? fallback, params string[] words)
    {
        string text = Text(key, fallback, $"Choose one of {string.Join(", ", words)}.");
        if (words.Contains(text, StringComparer.Ordinal))
            return text;
        if (text.Length > 0)
        {
            string? near = NearestWord.Among(text, words);
            Problem(key, $"'{text}' is not one of {string.Join(", ", words)}.", near is null ? "Choose one of them." : $"Did you mean '{near}'?");
        }
        return fallback ?? words[0];
    }

    /// <summary>Symbol of a chemical element.</summary>
    public string Element(string key)
    {
        string text = Text(key, null, "Give an element symbol such as Li.");
        if (text.Length > 0 && !ElementSymbols.IsElement(text))
            Problem(key, $"'{text}' is not an element symbol.", NearestWord.Among(text, ElementSymbols.All) is { } near ? $"Did you mean '{near}'?" : "Write it like Li or Ti.");
        return text;
    }

    /// <summary>A path to read from, relative to the campaign file or absolute.</summary>
    public string FilePath(string key)
    {
        string text = Text(key, null, "Give the path of a file, relative to this one.");
        if (text.Length > 0 && (text.Any(char.IsControl) || text.Contains("://") || text.StartsWith('~') || text.EndsWith('/') || text.Length > 1000))
            Problem(key, $"'{text}' is not the path of a file.", "Write a path relative to this file, with '/' between folders; '~' and web addresses are not followed.");
        return text;
    }

    public IReadOnlyList<double> Numbers(string key, IReadOnlyList<double>? fallback, Bounds bounds, int minCount = 1)
    {
        if (Value(key) is not { } n)
            return Fallback(key, fallback, [], $"Give a list of numbers ({bounds}).");
        return Items(n, PathOf(key), minCount) is { } items
            ? [.. items.Select(i => ParseNumber(i.Node, i.Path, bounds)).OfType<double>()]
            : [];
    }

    public IReadOnlyList<int> Integers(string key, IReadOnlyList<int>? fallback, int min, int max, int? count = null)
    {
        if (Value(key) is not { } n)
            return Fallback(key, fallback, [.. Enumerable.Repeat(Math.Max(min, 1), count ?? 1)], count is null ? "Give a list of whole numbers." : $"Give {count} whole numbers, e.g. [2, 2, 2].");
        if (Items(n, PathOf(key), 1) is not { } items)
            return fallback ?? [.. Enumerable.Repeat(Math.Max(min, 1), count ?? 1)];
        if (count is { } c && items.Count != c)
            Error(n, PathOf(key), $"Here stand {items.Count} numbers, but {c} are needed.", "Give one per lattice vector, e.g. [2, 2, 2].");
        int[] values = [.. items.Select(i => (int)(ParseWhole(i.Node, i.Path, min, max) ?? Math.Max(min, 1)))];
        return count is { } k && values.Length != k ? [.. Enumerable.Repeat(Math.Max(min, 1), k)] : values;
    }

    public IReadOnlyList<string> Words(string key, IReadOnlyList<string>? fallback)
    {
        if (Value(key) is not { } n)
            return Fallback(key, fallback, [], "Give a list of names.");
        return Items(n, PathOf(key), 0) is { } items
            ? [.. items.Select(i => ParseText(i.Node, i.Path)).OfType<string>()]
            : [];
    }

    /// <summary>Entries of a list of groups, or of mixed values, with their paths.</summary>
    public IReadOnlyList<(SpecNode Node, string Path)> List(string key, int minCount)
    {
        if (Value(key) is { } n)
            return Items(n, PathOf(key), minCount) ?? [];
        if (minCount > 0)
            Missing(key, "Give a list.");
        return [];
    }

    public IReadOnlyDictionary<string, double> NumberMap(string key, Regex keyPattern, string keyMend, Bounds bounds)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (Section(key) is not { } s)
            return values;
        foreach (MapEntry e in s.Entries())
        {
            string path = s.PathOf(e.Key.Text);
            if (!keyPattern.IsMatch(e.Key.Text))
                Error(e.Key, path, $"'{e.Key.Text}' is not a valid key here.", keyMend);
            else if (e.Key.Text.Split('@')[0] is var symbol && !ElementSymbols.IsElement(symbol))
                Error(e.Key, path, $"'{symbol}' is not an element symbol.", NearestWord.Among(symbol, ElementSymbols.All) is { } near ? $"Did you mean '{near}'?" : keyMend);
            else if (ParseNumber(e.Value, path, bounds) is { } v)
                values[e.Key.Text] = v;
        }
        return values;
    }

    public IEnumerable<MapEntry> Entries()
    {
        foreach (MapEntry e in _node?.Entries ?? [])
        {
            _known.Add(e.Key.Text);
            _context.Positions.TryAdd(PathOf(e.Key.Text), (e.Value.File, e.Value.Line, e.Value.Column));
            yield return e;
        }
    }

    /// <summary>Says which keys nobody asked for. Call when everything known has been read.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (MapEntry e in _node?.Entries ?? [])
        {
            if (_known.Contains(e.Key.Text))
                continue;
            if (e.Key.Text == "<<")
            {
                Error(e.Key, PathOf(e.Key.Text), "Merge keys are not followed.", "Write the merged keys out here.");
                continue;
            }
            string? near = NearestWord.Among(e.Key.Text, _known);
            Error(e.Key, PathOf(e.Key.Text), $"The key '{e.Key.Text}' is not known here.",
                near is not null ? $"Did you mean '{near}'?" : $"Known keys: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    public void Error(SpecNode at, string path, string message, string mend) => _context.Problems.Error(at, path, message, mend);

    private SpecNode? Value(string key)
    {
        _known.Add(key);
        MapEntry? entry = _node?.Entries.Find(e => e.Key.Text == key);
        if (entry is null)
            return null;
        _context.Positions.TryAdd(PathOf(key), (entry.Value.File, entry.Value.Line, entry.Value.Column));
        return entry.Value is ScalarNode { IsNull: true } ? null : entry.Value;
    }

    private T Fallback<T>(string key, T? fallback, T usable, string mend)
        where T : class
    {
        if (fallback is null)
        {
            Missing(key, mend);
            return usable;
        }
        _context.Defaults.Add(new SpecDefault(PathOf(key), Show(fallback)));
        return fallback;
    }

    private T Fallback<T>(string key, T? fallback, T usable, string mend)
        where T : struct
    {
        if (fallback is not { } value)
        {
            Missing(key, mend);
            return usable;
        }
        _context.Defaults.Add(new SpecDefault(PathOf(key), Show(value)));
        return value;
    }

    private void Missing(string key, string mend) =>
        Error(_place, PathOf(key), $"The key '{key}' is missing.", mend);

    private static string Show(object value) => value switch
    {
        bool b => b ? "true" : "false",
        string s => s,
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Show))}]",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private List<(SpecNode Node, string Path)>? Items(SpecNode node, string path, int minCount)
    {
        if (node is not ListNode list)
        {
            Error(node, path, $"Here stands {node.Describe()}, but a list is needed.", "Write it in brackets: [a, b].");
            return null;
        }
        if (list.Items.Count < minCount)
            Error(node, path, minCount == 1 ? "The list is empty." : $"The list needs at least {minCount} values.", "Add values, or leave the key out where it has a default.");
        var items = new List<(SpecNode, string)>();
        for (int i = 0; i < list.Items.Count; i++)
        {
            string p = $"{path}[{i}]";
            _context.Positions.TryAdd(p, (list.Items[i].File, list.Items[i].Line, list.Items[i].Column));
            items.Add((list.Items[i], p));
        }
        return items;
    }

    private string? ParseText(SpecNode node, string path)
    {
        if (node is ScalarNode { IsNull: false } s && s.Text.Length <= 2000)
            return s.Text;
        Error(node, path, $"Here stands {node.Describe()}, but a text is needed.", "Write one word or a quoted text.");
        return null;
    }

    public double? ParseNumber(SpecNode node, string path, Bounds bounds)
    {
        if (node is not ScalarNode { Plain: true, IsNull: false } s
            || !double.TryParse(s.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value))
        {
            if (node is ScalarNode { Plain: true } special && SpecialNumber().IsMatch(special.Text))
            {
                Error(node, path, $"{special.Text} is not a usable number.", $"Give a finite number ({bounds}).");
                return null;
            }
            Error(node, path, $"Here stands {node.Describe()}, but a number is needed.", NumberMend(node));
            return null;
        }
        if (!double.IsFinite(value))
        {
            Error(node, path, $"{s.Text} is too large for a number.", $"Give a finite number ({bounds}).");
            return null;
        }
        if (bounds.Refuse(value) is { } why)
        {
            Error(node, path, why, bounds.Mend);
            return null;
        }
        return value;
    }

    private long Whole(string key, long? fallback, long min, long max) =>
        Value(key) is { } n
            ? ParseWhole(n, PathOf(key), min, max) ?? fallback ?? Math.Max(min, 1)
            : Fallback(key, fallback, Math.Max(min, 1), "Give a whole number.");

    private long? ParseWhole(SpecNode node, string path, long min, long max)
    {
        if (node is not ScalarNode { Plain: true, IsNull: false } s
            || !decimal.TryParse(s.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal value)
            || value != decimal.Truncate(value) || value < long.MinValue || value > long.MaxValue)
        {
            Error(node, path, $"Here stands {node.Describe()}, but a whole number is needed.", NumberMend(node));
            return null;
        }
        if (value >= min && value <= max)
            return (long)value;
        Error(node, path, $"{s.Text} is outside {min} to {(max is int.MaxValue or long.MaxValue ? "any" : max.ToString(CultureInfo.InvariantCulture))}.", value < min ? $"Give at least {min}." : $"Give at most {max}.");
        return null;
    }

    private static string NumberMend(SpecNode node) => node switch
    {
        ScalarNode { Plain: false } => "Remove the quotes.",
        ScalarNode s when DecimalComma().IsMatch(s.Text) => $"Use a point: {s.Text.Replace(',', '.')}.",
        ScalarNode s when NumberWithUnit().Match(s.Text) is { Success: true } m => $"The unit is in the key's name; write {m.Groups[1].Value} if it is meant in that unit.",
        _ => "Write a plain number such as 0.5 or 1e-3.",
    };

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]*\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\A[-+]?\.?(nan|inf|infinity)\z", RegexOptions.IgnoreCase)]
    private static partial Regex SpecialNumber();

    [GeneratedRegex(@"\A[-+]?\d+,\d+\z")]
    private static partial Regex DecimalComma();

    [GeneratedRegex(@"\A([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*[A-Za-zÅµ°/%^0-9-]+\z")]
    private static partial Regex NumberWithUnit();
}
