using System.Text;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>VASP's settings: one value per tag, in an order.</summary>
public sealed class Incar
{
    public static readonly Incar Empty = new([]);

    private Incar(IReadOnlyList<(string Tag, string Value)> tags) => Tags = tags;

    /// <summary>Tags in capitals; values without blanks around them.</summary>
    public IReadOnlyList<(string Tag, string Value)> Tags { get; }

    /// <summary>The value of a tag, in any case of letters; null where it is not set.</summary>
    public string? this[string tag] => IndexOf(tag) is var at and >= 0 ? Tags[at].Value : null;

    /// <summary>The settings of a calculation at a level of theory.</summary>
    /// <param name="blocks">Species and number of atoms of each block of the POSCAR, in its order.</param>
    /// <exception cref="InvalidDataException">VASP cannot do what is asked; the message says why, and what to do.</exception>
    public static Incar Of(VaspLevel level, VaspCalculation calculation, VaspParallel parallel, IReadOnlyList<(string Species, int Count)> blocks)
    {
        Incar incar = Empty;
        foreach ((string tag, string value) in LevelTags.Of(level, calculation, blocks).Concat(CalculationTags.Of(calculation, blocks)).Concat(parallel.Tags(calculation, level.KMesh)))
            incar = incar.With(tag, value);
        foreach (string line in level.Extra)
            incar = incar.WithLine(line);
        return incar;
    }

    /// <summary>Reads an INCAR. Of a tag that is set twice the first counts, as to VASP; lines that set nothing are left out. Never throws.</summary>
    public static Incar Parse(string text)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new Incar([.. IncarStatements.In(text).Where(s => s.Tag is not null && seen.Add(s.Tag)).Select(s => (s.Tag!, s.Value))]);
    }

    /// <summary>With a value in the place of a tag's old one, or at the end.</summary>
    /// <exception cref="ArgumentException">No tag, or a value that VASP would not read as this value.</exception>
    public Incar With(string tag, string value)
    {
        if (IncarStatements.In($"{tag} = {value}").ToArray() is not [{ Tag: { } name } read] || name != tag.ToUpperInvariant() || read.Value != value)
            throw new ArgumentException($"'{tag} = {value}' is not one setting of an INCAR.", nameof(value));
        (string, string)[] tags = [.. Tags];
        int at = IndexOf(name);
        if (at < 0)
            return new Incar([.. tags, (name, value)]);
        tags[at] = (name, value);
        return new Incar(tags);
    }

    /// <summary>One line per tag.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string tag, string value) in Tags)
            text.Append(tag).Append(" = ").Append(value).Append('\n');
        return text.ToString();
    }

    private Incar WithLine(string line)
    {
        IncarStatement[] statements = [.. IncarStatements.In(line)];
        if (statements.Length == 0 || statements.Any(s => s.Tag is null))
            throw new InvalidDataException($"The line '{line}' for the INCAR sets nothing. Write it like 'AMIX = 0.2'.");
        return statements.Aggregate(this, (incar, s) => incar.With(s.Tag!, s.Value));
    }

    private int IndexOf(string tag)
    {
        for (int i = 0; i < Tags.Count; i++)
        {
            if (Tags[i].Tag.Equals(tag, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }
}
