using System.Globalization;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.StandInVasp;

/// <summary>What the block of predictor and corrector says of a run that goes on.</summary>
/// <param name="PotimFs">Time step of the run that wrote it.</param>
/// <param name="Thermostat">Four numbers: here S and its momentum (Nosé), a zero, and the steps done since the first run.</param>
internal sealed record PredictorBlock(double PotimFs, double[] Thermostat);

/// <summary>A POSCAR, or a CONTCAR that became one: structure, and what dynamics goes on from.</summary>
/// <param name="Blocks">Element and count as the file has them.</param>
/// <param name="VelocitiesAPerFs">Null where there are none.</param>
/// <param name="Predictor">Null where there is none, or not all of it.</param>
internal sealed record StartFile(
    string Comment, IReadOnlyList<(string Element, int Count)> Blocks, Structure Structure, Vec3[]? VelocitiesAPerFs, PredictorBlock? Predictor)
{
    private const int FirstAtom = 8;

    public static StartFile ReadFile(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            throw new VaspStop($" ERROR: there must be 1 or 3 items on line 2 of POSCAR ({path} is empty or absent)\n");
        return Read(File.ReadAllText(path), path);
    }

    /// <exception cref="VaspStop">It cannot be read; VASP's own words, and where.</exception>
    public static StartFile Read(string text, string name)
    {
        Structure structure;
        try
        {
            structure = Poscar.Read(text, name);
        }
        catch (StructureFormatException e)
        {
            throw new VaspStop($" ERROR: while reading POSCAR\n {e.Message}\n");
        }
        string[] lines = text.Split('\n');
        if (lines[7].TrimStart() is [('S' or 's'), ..])
            throw new VaspStop(" The stand-in for VASP does not hold atoms: no selective dynamics, please.\n");
        string[] elements = Words(lines[5]), counts = Words(lines[6]);
        (string, int)[] blocks = [.. elements.Zip(counts, (e, n) => (e.Split('_', '/')[0], int.Parse(n, CultureInfo.InvariantCulture)))];

        int velocities = FirstAtom + structure.Count + 1;
        if (Rows(lines, velocities, structure.Count, 3) is not { } v)
            return new StartFile(lines[0].Trim(), blocks, structure, null, null);
        int predictor = velocities + structure.Count + 1;
        PredictorBlock? block = Rows(lines, predictor + 1, 1, 1) is [[var potim]] && Rows(lines, predictor + 2, 1, 4) is [var four] && Rows(lines, predictor + 3, 3 * structure.Count, 3) is not null
            ? new PredictorBlock(potim, four)
            : null;
        return new StartFile(lines[0].Trim(), blocks, structure, [.. v.Select(r => new Vec3(r[0], r[1], r[2]))], block);
    }

    private static double[][]? Rows(string[] lines, int from, int count, int columns)
    {
        if (from + count > lines.Length)
            return null;
        var rows = new double[count][];
        for (int i = 0; i < count; i++)
        {
            string[] words = Words(lines[from + i]);
            if (words.Length < columns)
                return null;
            rows[i] = new double[columns];
            for (int k = 0; k < columns; k++)
            {
                if (!double.TryParse(words[k], NumberStyles.Float, CultureInfo.InvariantCulture, out rows[i][k]))
                    return null;
            }
        }
        return rows;
    }

    private static string[] Words(string line) => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
