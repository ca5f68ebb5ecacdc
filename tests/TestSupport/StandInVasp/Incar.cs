using System.Globalization;

namespace Campaign.StandInVasp;

/// <summary>An INCAR, read as VASP reads it: of a tag that is given twice, the first counts; a value that is none stops the run.</summary>
internal sealed class Incar
{
    private readonly List<(string Tag, string Value)> _tags = [];

    public IReadOnlyList<(string Tag, string Value)> Tags => _tags;

    public static Incar Parse(string text)
    {
        var incar = new Incar();
        string joined = text.Replace("\r", "", StringComparison.Ordinal).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (string line in joined.Split('\n'))
        {
            int comment = line.IndexOfAny(['!', '#']);
            foreach (string part in (comment < 0 ? line : line[..comment]).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } tag, { Length: > 0 } value] || tag.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
                    throw Unreadable(part);
                incar._tags.Add((tag.ToUpperInvariant(), value));
            }
        }
        return incar;
    }

    public string? Word(string tag) => _tags.FirstOrDefault(t => t.Tag == tag).Value;

    public int Integer(string tag, int otherwise) =>
        Word(tag) is not { } text ? otherwise
        : int.TryParse(First(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value
        : throw Unreadable(tag);

    public double Number(string tag, double otherwise) =>
        Word(tag) is not { } text ? otherwise : TryNumber(First(text), out double value) ? value : throw Unreadable(tag);

    /// <summary><c>.TRUE.</c>, <c>T</c>, <c>.F.</c>: the first letter behind an optional dot.</summary>
    public bool Flag(string tag, bool otherwise) =>
        Word(tag) is not { } text ? otherwise : AsFlag(text) ?? throw Unreadable(tag);

    /// <summary><c>5 -5 2*0.6</c>; null when the tag is absent.</summary>
    public double[]? Numbers(string tag)
    {
        if (Word(tag) is not { } text)
            return null;
        var values = new List<double>();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = word.Split('*');
            int times = 1;
            if (sides.Length > 2 || (sides.Length == 2 && !int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out times)) || !TryNumber(sides[^1], out double value))
                throw Unreadable(tag);
            values.AddRange(Enumerable.Repeat(value, times));
        }
        return [.. values];
    }

    /// <summary>Whether a tag has that value, however it is written: 0.5 and 5E-1, <c>.TRUE.</c> and T, Fast and FAST are the same.</summary>
    public bool Has(string tag, string value) =>
        Word(tag.ToUpperInvariant()) is { } own
        && (string.Equals(own, value, StringComparison.OrdinalIgnoreCase)
            || (TryNumber(own, out double a) && TryNumber(value, out double b) && a == b)
            || (IsFlag(own) && IsFlag(value) && AsFlag(own) == AsFlag(value)));

    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text.Replace('d', 'e').Replace('D', 'E'), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string First(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];

    private static bool IsFlag(string text) => text.Trim('.').ToUpperInvariant() is "T" or "F" or "TRUE" or "FALSE";

    private static bool? AsFlag(string text) => text.TrimStart('.') is [var letter, ..] ? char.ToUpperInvariant(letter) switch { 'T' => true, 'F' => false, _ => null } : null;

    private static VaspStop Unreadable(string item) => new($" Error reading item {item} from file INCAR.\n");
}
