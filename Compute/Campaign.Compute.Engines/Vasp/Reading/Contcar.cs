using System.Text;
using Campaign.Compute.Formats;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>
/// A CONTCAR as VASP goes on from it: structure, velocities (Å/fs), and the block of predictor and corrector, which also holds the
/// thermostat's state. Its bytes are kept: a continuation copies them and formats nothing anew.
/// </summary>
public sealed class Contcar
{
    private const int RowsPerAtomOfPredictor = 3, LinesBeforePredictor = 3;

    private readonly byte[] _bytes;
    private readonly int _velocitiesEnd;

    private Contcar(byte[] bytes, Structure structure, Vec3[]? velocities, PredictorCorrector? predictor, int velocitiesEnd)
    {
        (_bytes, Structure, VelocitiesAPerFs, Predictor, _velocitiesEnd) = (bytes, structure, velocities, predictor, velocitiesEnd);
    }

    public Structure Structure { get; }

    /// <summary>One per atom; null where there are none.</summary>
    public Vec3[]? VelocitiesAPerFs { get; }

    /// <summary>Null where there is none, or not all of it.</summary>
    public PredictorCorrector? Predictor { get; }

    /// <summary>All bytes, for a continuation after a clean stop under the same settings.</summary>
    public ReadOnlyMemory<byte> Whole => _bytes;

    /// <summary>
    /// Up to the velocities: after a kill, or where ensemble or time step change, the predictor's block is not that of this structure.
    /// </summary>
    public ReadOnlyMemory<byte> WithoutPredictor => Predictor is null && _velocitiesEnd == _bytes.Length ? _bytes : _bytes.AsMemory(0, _velocitiesEnd);

    /// <exception cref="StructureFormatException">Empty, cut within the structure or the velocities, or no POSCAR at all.</exception>
    public static Contcar Read(byte[] bytes, string file)
    {
        if (bytes.Length == 0)
            throw new StructureFormatException(file, 0, "The file is empty: VASP ended before it had finished an ionic step.", "Go on from the POSCAR of that run.");
        string text = Encoding.Latin1.GetString(bytes);
        Structure structure = Poscar.Read(text, file);
        int atoms = structure.Count;
        string[] lines = text.Split('\n');
        int line = EndOfStructure(lines, atoms);
        if (line < lines.Length && lines[line].StartsWith("Lattice velocities", StringComparison.OrdinalIgnoreCase))
            line += 1 + 1 + 6;
        Vec3[]? velocities = Blank(lines, line) ? Rows(lines, line + 1, atoms) : null;
        int end = velocities is null ? line : line + 1 + atoms;
        if (velocities is null && lines.Skip(line).Any(l => l.Trim().Length > 0))
            throw new StructureFormatException(file, line + 1, $"Not all of the {atoms} velocities are there.", "The file was cut; go on from the run before.");
        return new Contcar(bytes, structure, velocities, velocities is null ? null : Predicted(lines, end, atoms), Offset(lines, end, bytes.Length));
    }

    private static int EndOfStructure(string[] lines, int atoms)
    {
        int line = 5;
        if (!char.IsAsciiDigit(lines[line].TrimStart().FirstOrDefault()))
            line++;
        line++; // the counts
        if (lines[line].TrimStart() is [('S' or 's'), ..])
            line++;
        return line + 1 + atoms;
    }

    /// <summary>A blank line, or the word Direct or Cartesian, stands before the velocities.</summary>
    private static bool Blank(string[] lines, int line) =>
        line < lines.Length && (lines[line].Trim().Length == 0 || char.IsAsciiLetter(lines[line].TrimStart()[0])) && lines.Skip(line + 1).Any(l => l.Trim().Length > 0);

    private static Vec3[]? Rows(string[] lines, int from, int count)
    {
        if (from + count > lines.Length)
            return null;
        var rows = new Vec3[count];
        Span<double> xyz = stackalloc double[3];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> text = Encoding.Latin1.GetBytes(lines[from + i]);
            if (!Decimals.Take(ref text, xyz) || !double.IsFinite(xyz[0] + xyz[1] + xyz[2]))
                return null;
            rows[i] = new Vec3(xyz[0], xyz[1], xyz[2]);
        }
        return rows;
    }

    private static PredictorCorrector? Predicted(string[] lines, int line, int atoms)
    {
        if (line + 1 + LinesBeforePredictor >= lines.Length || lines[line].Trim().Length > 0 || !Decimals.TryRead(lines[line + 2], out double potim))
            return null;
        return Rows(lines, line + 1 + LinesBeforePredictor, RowsPerAtomOfPredictor * atoms) is { } rows
            ? new PredictorCorrector(potim, [rows[..atoms], rows[atoms..(2 * atoms)], rows[(2 * atoms)..]])
            : null;
    }

    /// <summary>Of the first byte of a line.</summary>
    private static int Offset(string[] lines, int line, int most) => Math.Min(most, lines.Take(line).Sum(l => l.Length + 1));
}

/// <param name="TimeStepFs">POTIM of the run that wrote it.</param>
/// <param name="Values">Three rows of one vector per atom: positions (fractional) and their scaled derivatives.</param>
public sealed record PredictorCorrector(double TimeStepFs, Vec3[][] Values);
