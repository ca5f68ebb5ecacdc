using System.Globalization;
using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>
/// VASP POSCAR and CONTCAR: selective dynamics, direct or Cartesian, scale factor (negative = volume in Å³; three factors), species line or
/// element labels behind the coordinates (VASP 4). Velocities and predictor blocks are ignored. Species are never guessed.
/// </summary>
public static class Poscar
{
    private const int MaximumAtoms = 10_000_000;

    /// <summary>Reads a structure; species named in several blocks become one type. Bad content is a <see cref="StructureFormatException"/>.</summary>
    public static Structure Read(string text, string fileName)
    {
        string[] lines = text.Split('\n');
        double[] scale = [.. Fields(1).TakeWhile(f => TryNumber(f, out _)).Select((f, _) => Number(f, 1))];
        if (scale.Length is not (1 or 3) || scale.Contains(0) || (scale.Length == 3 && scale.Any(s => s < 0)))
            throw Bad(1, "The scale factor is not one non-zero number or three positive ones.", "Line 2 usually reads 1.0; a negative number is the cell volume.");
        Vec3[] rows = [Vector(2), Vector(3), Vector(4)];
        int countsLine = 5;
        string[]? names = null;
        if (Fields(5).Length > 0 && !TryCount(Fields(5)[0], out _))
        {
            names = Array.ConvertAll(Fields(5), f => SpeciesName(f, 5));
            countsLine = 6;
        }
        int[] counts = ReadCounts(countsLine);
        if (names is not null && names.Length != counts.Length)
            throw Bad(countsLine, $"{names.Length} species but {counts.Length} counts.", "Give one count per species of the line above.");
        int modeLine = countsLine + 1;
        bool selective = Fields(modeLine) is [var word, ..] && word[0] is 'S' or 's';
        if (selective)
            modeLine++;
        if (Fields(modeLine) is not [var mode, ..] || !char.IsAsciiLetter(mode[0]))
            throw Bad(modeLine, "The line 'Direct' or 'Cartesian' is missing.", "It stands before the coordinates.");
        bool cartesian = mode[0] is 'C' or 'c' or 'K' or 'k';

        Cell cell = MakeCell(rows, ref scale);
        int atoms = counts.Sum();
        int first = modeLine + 1;
        if (first + atoms > lines.Length)
            throw Bad(lines.Length - 1, $"{lines.Length - first} of {atoms} coordinate lines.", "The file is cut off, or the counts are wrong.");
        string[] species = new string[atoms];
        var positions = new Vec3[atoms];
        for (int i = 0, block = 0, left = counts[0]; i < atoms; i++, left--)
        {
            while (left == 0)
                left = counts[++block];
            int line = first + i;
            string[] fields = Fields(line);
            Vec3 r = Vector(line);
            positions[i] = cartesian ? new Vec3(r.X * scale[0], r.Y * scale[1], r.Z * scale[2]) : cell.ToCartesian(r);
            if (selective && (fields.Length < 6 || fields[3..6].Any(f => !IsFlag(f))))
                throw Bad(line, "Selective dynamics needs three flags T or F after the coordinates.", "Complete the line.");
            species[i] = names is not null ? names[block] : LabelBehind(fields, selective ? 6 : 3, line);
        }
        string[] map = [.. species.Distinct()];
        return new Structure(cell, map, Array.ConvertAll(species, s => Array.IndexOf(map, s)), positions);

        StructureFormatException Bad(int index, string problem, string mend, string? field = null)
        {
            string line = index < lines.Length ? lines[index] : "";
            int at = field is null ? line.AsSpan().IndexOfAnyExcept(" \t\r") : line.IndexOf(field, StringComparison.Ordinal);
            return new StructureFormatException(fileName, index + 1, problem, mend, Math.Max(at, 0) + 1);
        }

        string[] Fields(int index) => index < lines.Length ? lines[index].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries) : [];

        double Number(string field, int index) => TryNumber(field, out double value)
            ? value
            : throw Bad(index, $"'{CifBlock.Shorten(field)}' is not a number.", "Write three finite numbers, with decimal points.", field);

        Vec3 Vector(int index)
        {
            string[] f = Fields(index);
            return f.Length >= 3
                ? new Vec3(Number(f[0], index), Number(f[1], index), Number(f[2], index))
                : throw Bad(index, $"Three numbers expected, {f.Length} found.", "Write three numbers, separated by blanks.");
        }

        int[] ReadCounts(int index)
        {
            var found = new List<int>();
            foreach (string field in Fields(index))
            {
                if (field[0] is '!' or '#')
                    break;
                found.Add(TryCount(field, out int n) ? n : throw Bad(index, $"'{CifBlock.Shorten(field)}' is not an atom count.", "The counts follow the species line.", field));
            }
            long total = found.Sum(n => (long)n);
            return total is > 0 and <= MaximumAtoms ? [.. found] : throw Bad(index, $"{total} atoms.", $"Between 1 and {MaximumAtoms} are read.");
        }

        string SpeciesName(string field, int index)
        {
            string name = field.Split('_', '/')[0]; // POTCAR variants such as Ti_pv/0a1b name the element first
            return Elements.IsElement(name) ? name : throw Bad(index, $"'{CifBlock.Shorten(field)}' is not an element symbol.", "Line 6 names the species, one per count.", field);
        }

        string LabelBehind(string[] fields, int index, int line)
        {
            string? symbol = fields.Length > index && !TryNumber(fields[index], out _) ? Elements.FromLabel(fields[index]) : null;
            return symbol ?? throw Bad(countsLine, "The file names no species (VASP 4 style).", "Insert a line with the element symbols before the counts.");
        }

        Cell MakeCell(Vec3[] vectors, ref double[] factors)
        {
            try
            {
                double volume = new Cell(vectors[0], vectors[1], vectors[2]).Volume;
                if (factors.Length == 1)
                {
                    double f = factors[0] > 0 ? factors[0] : Math.Cbrt(-factors[0] / volume);
                    factors = [f, f, f];
                }
                double[] s = factors;
                Vec3[] scaled = Array.ConvertAll(vectors, v => new Vec3(v.X * s[0], v.Y * s[1], v.Z * s[2]));
                if (scaled.Any(v => !(v.Norm is > 0.1 and < 1e6)))
                    throw Bad(2, "A cell vector is shorter than 0.1 Å or longer than 1e6 Å.", "Check scale factor and vectors (Å).");
                return new Cell(scaled[0], scaled[1], scaled[2]);
            }
            catch (ArgumentException e)
            {
                throw Bad(2, e.Message, "Check the three cell vectors.");
            }
        }
    }

    public static Structure ReadFile(string path) => Read(TextFiles.ReadAllText(path), path);

    /// <summary>Writes VASP 5 format, atoms grouped by type in the order of the type map, direct coordinates that round-trip.</summary>
    public static string Write(Structure structure, string comment)
    {
        var text = new StringBuilder();
        text.Append(comment.ReplaceLineEndings(" ")).Append("\n1.0\n");
        foreach (Vec3 row in new[] { structure.Cell.A, structure.Cell.B, structure.Cell.C })
            AppendVector(text, row);
        int[] counts = structure.CountsByType();
        int[] present = [.. Enumerable.Range(0, counts.Length).Where(t => counts[t] > 0)];
        text.AppendJoin(' ', present.Select(t => structure.TypeMap[t])).Append('\n');
        text.AppendJoin(' ', present.Select(t => counts[t])).Append("\nDirect\n");
        foreach (int atom in AtomOrder(structure))
            AppendVector(text, structure.Cell.ToFractional(structure.Positions[atom]));
        return text.ToString();
    }

    /// <summary>The atoms in the order <see cref="Write"/> writes them: by type, otherwise as they come.</summary>
    public static int[] AtomOrder(Structure structure) =>
        [.. Enumerable.Range(0, structure.Count).OrderBy(i => structure.Types[i])];

    private static void AppendVector(StringBuilder text, Vec3 v) =>
        text.Append(CultureInfo.InvariantCulture, $"  {v.X:R} {v.Y:R} {v.Z:R}\n");

    private static bool IsFlag(string field) => field.Trim('.') is [var c, ..] && c is 'T' or 't' or 'F' or 'f';

    private static bool TryCount(string field, out int count) =>
        int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private static bool TryNumber(string field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
