using System.Globalization;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>Reads frames of extended XYZ one after another, counting lines for the messages.</summary>
internal sealed class ExtXyzReader(TextReader reader, string fileName)
{
    private int _line;
    private string[] _typeMap = [];

    /// <summary>The next frame, or null at the end of the text.</summary>
    public Frame? Next()
    {
        string? countLine;
        do
        {
            countLine = ReadLine();
        }
        while (countLine is not null && string.IsNullOrWhiteSpace(countLine));
        if (countLine is null)
            return null;
        if (!int.TryParse(countLine.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
            throw Bad($"'{CifBlock.Shorten(countLine.Trim())}' is not a number of atoms.", "A frame starts with a line holding the atom count.");
        string header = ReadLine() ?? throw Bad("The frame ends before its comment line.", "The file seems cut off; remove the incomplete last frame.");
        Dictionary<string, string> keys = ParseHeader(header);
        int headerLine = _line;
        double[] lattice = Numbers(keys, "lattice", 9) ?? throw Bad("The frame has no Lattice.", "Add Lattice=\"ax ay az bx by bz cx cy cz\": only periodic structures are handled.");
        Cell cell = MakeCell(lattice);
        Columns columns = ParseProperties(keys.GetValueOrDefault("properties", "species:S:1:pos:R:3"));

        var labels = new List<string>(Math.Min(count, 1 << 16));
        var positions = new List<Vec3>(Math.Min(count, 1 << 16));
        List<Vec3>? forces = columns.Forces < 0 ? null : new List<Vec3>(Math.Min(count, 1 << 16));
        List<Vec3>? velocities = columns.Velocities < 0 ? null : new List<Vec3>(Math.Min(count, 1 << 16));
        var ranges = new Range[columns.Count + 1];
        for (int i = 0; i < count; i++)
        {
            string line = ReadLine() ?? throw Bad($"The frame of line {headerLine} lists {i} of {count} atoms.", "The file seems cut off; remove the incomplete last frame.");
            int fields = SplitFields(line, ranges);
            if (fields < columns.Count)
                throw Bad($"The atom line has {fields} of {columns.Count} columns.", "Check Properties against the columns.");
            labels.Add(Intern(line.AsSpan(ranges[columns.Species])));
            positions.Add(Vector(line, ranges, columns.Positions));
            forces?.Add(Vector(line, ranges, columns.Forces));
            velocities?.Add(Vector(line, ranges, columns.Velocities));
        }

        double[]? virial = Numbers(keys, "virial", 9) ?? Numbers(keys, "stress", 9)?.Select(x => -x * cell.Volume).ToArray();
        return new Frame(
            MakeStructure(cell, labels, positions, keys.GetValueOrDefault("type_map"), headerLine),
            Numbers(keys, "energy", 1)?[0],
            forces?.ToArray(),
            virial is null ? null : Mat3.FromRowMajor(virial),
            Numbers(keys, "time_fs", 1)?[0],
            velocities?.ToArray())
        {
            Origin = keys.GetValueOrDefault("origin"),
        };
    }

    private readonly record struct Columns(int Count, int Species, int Positions, int Forces, int Velocities);

    private StructureFormatException Bad(string problem, string mend) => new(fileName, _line, problem, mend);

    private string? ReadLine()
    {
        string? line;
        try
        {
            line = reader.ReadLine();
        }
        catch (InvalidDataException e)
        {
            throw new StructureFormatException(fileName, _line + 1, e.Message, "The compressed file is damaged; copy or write it again.");
        }
        if (line is not null)
            _line++;
        return line;
    }

    private Cell MakeCell(double[] lattice)
    {
        if (lattice.Any(x => Math.Abs(x) > 1e6))
            throw Bad("A Lattice component is beyond 1e6 Å.", "Lattice is in Å.");
        try
        {
            return Cell.FromRowMajor(lattice);
        }
        catch (ArgumentException e)
        {
            throw Bad(e.Message, "Check Lattice: rows are the cell vectors a, b, c.");
        }
    }

    private Structure MakeStructure(Cell cell, List<string> labels, List<Vec3> positions, string? typeMapText, int headerLine)
    {
        var map = new List<string>(typeMapText?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);
        if (map.Distinct().Count() != map.Count)
            throw new StructureFormatException(fileName, headerLine, "type_map names a species twice.", "List every species once.");
        var types = new int[labels.Count];
        for (int i = 0; i < types.Length; i++)
        {
            int type = map.IndexOf(labels[i]);
            if (type < 0)
            {
                if (typeMapText is not null)
                    throw new StructureFormatException(fileName, headerLine, $"{CifBlock.Shorten(labels[i])} is missing in type_map.", "Add it, or remove the type_map key.");
                if (map.Count >= 200)
                    throw new StructureFormatException(fileName, headerLine, "More than 200 species.", "The species column seems to hold labels; it must hold element symbols.");
                type = map.Count;
                map.Add(labels[i]);
            }
            types[i] = type;
        }
        if (!map.SequenceEqual(_typeMap))
            _typeMap = [.. map];
        return new Structure(cell, _typeMap, types, [.. positions]);
    }

    private Columns ParseProperties(string properties)
    {
        string[] parts = properties.Split(':');
        if (parts.Length % 3 != 0)
            throw Bad($"Properties '{CifBlock.Shorten(properties)}' are not triples.", "Write name:type:count, as in species:S:1:pos:R:3.");
        int column = 0, species = -1, positions = -1, forces = -1, velocities = -1;
        for (int i = 0; i < parts.Length; i += 3)
        {
            if (!int.TryParse(parts[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width is < 1 or > 1000)
                throw Bad($"Property '{CifBlock.Shorten(parts[i])}' has width '{CifBlock.Shorten(parts[i + 2])}'.", "The third part of a triple is its number of columns.");
            switch (parts[i].ToLowerInvariant(), width)
            {
                case ("species", 1): species = column; break;
                case ("pos", 3): positions = column; break;
                case ("forces" or "force", 3): forces = column; break;
                case ("velocities", 3): velocities = column; break;
            }
            column += width;
        }
        if (species < 0 || positions < 0)
            throw Bad("Properties name no species:S:1 or no pos:R:3.", "Both are needed.");
        return new Columns(column, species, positions, forces, velocities);
    }

    /// <summary>key=value pairs; values may be quoted by " or ' or enclosed in {} or []; keys in lower case. A key alone means T.</summary>
    private Dictionary<string, string> ParseHeader(string header)
    {
        var keys = new Dictionary<string, string>();
        int i = 0;
        while (true)
        {
            while (i < header.Length && char.IsWhiteSpace(header[i]))
                i++;
            if (i >= header.Length)
                return keys;
            int start = i;
            while (i < header.Length && header[i] != '=' && !char.IsWhiteSpace(header[i]))
                i++;
            string key = header[start..i].ToLowerInvariant();
            if (i >= header.Length || header[i] != '=')
            {
                keys[key] = "T";
                continue;
            }
            i++;
            char close = i < header.Length ? header[i] switch { '"' => '"', '\'' => '\'', '{' => '}', '[' => ']', _ => '\0' } : '\0';
            int end;
            if (close != '\0')
            {
                end = header.IndexOf(close, i + 1);
                if (end < 0)
                    throw Bad($"The value of '{CifBlock.Shorten(key)}' is not closed.", $"Close it with {close}.");
                keys[key] = header[(i + 1)..end];
                i = end + 1;
            }
            else
            {
                end = i;
                while (end < header.Length && !char.IsWhiteSpace(header[end]))
                    end++;
                keys[key] = header[i..end];
                i = end;
            }
        }
    }

    private double[]? Numbers(Dictionary<string, string> keys, string key, int count)
    {
        if (!keys.TryGetValue(key, out string? text))
            return null;
        string[] parts = text.Split([' ', '\t', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != count)
            throw Bad($"'{key}' holds {parts.Length} numbers instead of {count}.", "Check the comment line of the frame.");
        return Array.ConvertAll(parts, p => Number(p));
    }

    private double Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Bad($"'{CifBlock.Shorten(text.ToString())}' is not a finite number.", "Check this line.");

    private Vec3 Vector(string line, Range[] ranges, int column) => new(
        Number(line.AsSpan(ranges[column])), Number(line.AsSpan(ranges[column + 1])), Number(line.AsSpan(ranges[column + 2])));

    private string Intern(ReadOnlySpan<char> species)
    {
        foreach (string known in _typeMap)
            if (species.SequenceEqual(known))
                return known;
        return species.ToString();
    }

    private static int SplitFields(string line, Range[] ranges)
    {
        int i = 0, n = 0;
        while (n < ranges.Length)
        {
            while (i < line.Length && char.IsWhiteSpace(line[i]))
                i++;
            if (i >= line.Length)
                break;
            int start = i;
            while (i < line.Length && !char.IsWhiteSpace(line[i]))
                i++;
            ranges[n++] = start..i;
        }
        return n;
    }
}
