using System.Globalization;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Formats;

/// <summary>One pass over a LAMMPS data file: header, Masses, Atoms.</summary>
internal sealed class LammpsDataReader(string text, string fileName)
{
    private const int MaximumAtoms = 10_000_000;

    private static readonly HashSet<string> Sections =
        ["Masses", "Atoms", "Velocities", "Bonds", "Angles", "Dihedrals", "Impropers", "Pair", "PairIJ", "Bond", "Angle", "Dihedral", "Improper", "Ellipsoids", "Lines", "Triangles", "Bodies", "Atom"];

    private readonly double[] _low = new double[3], _high = [double.NaN, double.NaN, double.NaN], _tilt = new double[3];
    private readonly SortedDictionary<int, string> _names = [];
    private readonly SortedDictionary<int, (int Type, Vec3 Position, (int X, int Y, int Z) Image, int Line)> _atoms = [];
    private int _atomCount = -1, _typeCount = -1, _line;

    public Structure Read()
    {
        string[] lines = text.Split('\n');
        string section = "";
        for (int i = 1; i < lines.Length; i++)
        {
            _line = i + 1;
            int hash = lines[i].IndexOf('#');
            string comment = hash < 0 ? "" : lines[i][(hash + 1)..].Trim();
            string[] fields = (hash < 0 ? lines[i] : lines[i][..hash]).Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
                continue;
            if (Sections.Contains(fields[0]))
            {
                section = fields[0];
                if (section == "Atoms" && comment.Length > 0 && comment != "atomic")
                    throw Bad($"The atoms are in style '{CifBlock.Shorten(comment)}'.", "Only atom_style atomic is read.");
                continue;
            }
            switch (section)
            {
                case "": ReadHeader(fields); break;
                case "Masses": ReadMass(fields, comment); break;
                case "Atoms": ReadAtom(fields); break;
            }
        }
        return Assemble();
    }

    private StructureFormatException Bad(string problem, string mend) => new(fileName, _line, problem, mend);

    private void ReadHeader(string[] f)
    {
        switch (f)
        {
            case [_, "atoms"]: _atomCount = Integer(f[0]); break;
            case [_, "atom", "types"]: _typeCount = Integer(f[0]); break;
            case [_, _, "xlo", "xhi"]: SetBounds(0, f); break;
            case [_, _, "ylo", "yhi"]: SetBounds(1, f); break;
            case [_, _, "zlo", "zhi"]: SetBounds(2, f); break;
            case [_, _, _, "xy", "xz", "yz"]:
                for (int i = 0; i < 3; i++)
                    _tilt[i] = Number(f[i]);
                break;
        }
    }

    private void SetBounds(int axis, string[] f) => (_low[axis], _high[axis]) = (Number(f[0]), Number(f[1]));

    private void ReadMass(string[] f, string comment)
    {
        if (f.Length < 2)
            throw Bad("A line of Masses needs a type and a mass.", "Write '1 6.94 # Li'.");
        string first = comment.Split(' ')[0];
        _names[Integer(f[0])] = (Elements.IsElement(first) ? first : Elements.FromMass(Number(f[1])))
            ?? throw Bad($"No element has the mass {CifBlock.Shorten(f[1])}.", "Name it behind the mass: '1 6.94 # Li'.");
    }

    private void ReadAtom(string[] f)
    {
        if (f.Length is not (5 or 8))
            throw Bad($"{f.Length} columns in an atom line.", "atom_style atomic has id, type, x, y, z and optionally three image flags.");
        (int, int, int) image = f.Length == 8 ? (Image(f[5]), Image(f[6]), Image(f[7])) : default;
        if (_atoms.Count >= MaximumAtoms)
            throw Bad($"More than {MaximumAtoms} atoms.", "Split the system.");
        if (!_atoms.TryAdd(Integer(f[0]), (Integer(f[1]), new Vec3(Number(f[2]), Number(f[3]), Number(f[4])), image, _line)))
            throw Bad($"Atom {f[0]} appears twice.", "Ids are unique.");
    }

    private Structure Assemble()
    {
        if (_high.Any(double.IsNaN))
            throw Bad("The box bounds are missing.", "Give xlo xhi, ylo yhi and zlo zhi; the first line of a data file is always a comment.");
        Vec3 size = new(_high[0] - _low[0], _high[1] - _low[1], _high[2] - _low[2]);
        if (!(size.X is > 0.1 and < 1e6 && size.Y is > 0.1 and < 1e6 && size.Z is > 0.1 and < 1e6) || _tilt.Any(t => Math.Abs(t) > 1e6))
            throw Bad("The box bounds span no sensible box.", "Lengths lie between 0.1 and 1e6 Å.");
        if (_atoms.Count == 0 || (_atomCount >= 0 && _atoms.Count != _atomCount))
            throw Bad($"{_atoms.Count} atoms listed, {Math.Max(_atomCount, 0)} announced.", "The file is cut off, or its header is wrong.");
        int[] used = [.. _names.Keys.Concat(_atoms.Values.Select(a => a.Type)).Distinct().Order()];
        if (_typeCount >= 0 && used.Any(t => t < 1 || t > _typeCount))
            throw Bad($"Type {used[^1]} is outside 1..{_typeCount}.", "Check 'atom types'.");
        foreach ((int type, _, _, int line) in _atoms.Values)
            if (!_names.ContainsKey(type))
                throw new StructureFormatException(fileName, line, $"Type {type} has no mass, so its element is unknown.", "Add a Masses section with '1 6.94 # Li'.");

        var cell = new Cell(new Vec3(size.X, 0, 0), new Vec3(_tilt[0], size.Y, 0), new Vec3(_tilt[1], _tilt[2], size.Z));
        var origin = new Vec3(_low[0], _low[1], _low[2]);
        string[] map = [.. used.Select(t => _names[t]).Distinct()];
        return new Structure(cell, map,
            [.. _atoms.Values.Select(a => Array.IndexOf(map, _names[a.Type]))],
            [.. _atoms.Values.Select(a => a.Position - origin + cell.ToCartesian(new Vec3(a.Image.X, a.Image.Y, a.Image.Z)))]);
    }

    private int Integer(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw Bad($"'{CifBlock.Shorten(field)}' is not a positive integer.", "Check this line.");

    private int Image(string field) => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        ? value
        : throw Bad($"'{CifBlock.Shorten(field)}' is not an image flag.", "Image flags are integers.");

    private double Number(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
        ? value
        : throw Bad($"'{CifBlock.Shorten(field)}' is not a number.", "Check this line.");
}
