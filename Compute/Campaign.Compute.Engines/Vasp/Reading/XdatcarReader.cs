using System.Text;
using Campaign.Compute.Structures;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <param name="Configuration">As VASP numbers it; counted from 1 where it does not (VASP 4).</param>
/// <param name="Fractional">Wrapped into the cell.</param>
public sealed record XdatcarFrame(int Configuration, Cell Cell, Vec3[] Fractional);

/// <summary>
/// Reads an XDATCAR frame by frame, in constant memory: of VASP 4 (blank lines between frames), 5 and 6, also where the cell changes and the
/// header is repeated. A frame that is not complete ends the reading. Every NBLOCK-th step is written, so not every one need be here.
/// </summary>
public sealed class XdatcarReader(Stream stream) : IDisposable
{
    private readonly ByteLines _lines = new(stream);
    private Cell? _cell;
    private bool _begun;

    public IReadOnlyList<string> Species { get; private set; } = [];

    public IReadOnlyList<int> Counts { get; private set; } = [];

    public int Frames { get; private set; }

    /// <summary>What follows the last frame is not one.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The next frame; null at the end.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public XdatcarFrame? Read()
    {
        if (!_begun)
        {
            _begun = true;
            if (!Next(out _) || !ReadHeader())
            {
                IsCut = true;
                return null;
            }
        }
        if (!Next(out ReadOnlySpan<byte> line))
            return null;
        ReadOnlySpan<byte> divider = line.Trim((byte)' ');
        if (!divider.IsEmpty && !divider.StartsWith("Direct configuration"u8) && (!ReadHeader() || !Next(out line)))
        {
            IsCut = true;
            return null;
        }
        int equals = line.IndexOf((byte)'=');
        int number = equals >= 0 && Decimals.Integer(line[(equals + 1)..]) is { } given ? given : Frames + 1;
        if (_cell is not { } cell || ReadPositions() is not { } positions)
        {
            IsCut = true;
            return null;
        }
        Frames++;
        return new XdatcarFrame(number, cell, positions);
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>Behind its first line, which is a comment.</summary>
    private bool ReadHeader()
    {
        var rows = new Vec3[3];
        if (!Next(out ReadOnlySpan<byte> line) || !Decimals.Take(ref line, out double scale) || !(scale > 0))
            return false;
        for (int i = 0; i < 3; i++)
        {
            if (!NextVector(out rows[i]))
                return false;
            rows[i] *= scale;
        }
        if (CellRows.ToCell(rows) is not { } cell || !Next(out line))
            return false;
        string[] words = Words(line);
        if (words.Length > 0 && !int.TryParse(words[0], out _))
        {
            Species = words;
            if (!Next(out line))
                return false;
            words = Words(line);
        }
        int[] counts = [.. words.Select(w => int.TryParse(w, out int n) && n > 0 ? n : 0)];
        if (counts.Length == 0 || counts.Contains(0) || counts.Sum(n => (long)n) > int.MaxValue)
            return false;
        (Counts, _cell) = (counts, cell);
        return true;
    }

    private Vec3[]? ReadPositions()
    {
        int atoms = Counts.Sum();
        var positions = new List<Vec3>(Math.Min(atoms, 1 << 16));
        while (positions.Count < atoms)
        {
            if (!NextVector(out Vec3 v) || !double.IsFinite(v.NormSquared))
                return null;
            positions.Add(v);
        }
        return [.. positions];
    }

    private bool NextVector(out Vec3 v)
    {
        v = default;
        Span<double> xyz = stackalloc double[3];
        if (!Next(out ReadOnlySpan<byte> line) || !Decimals.Take(ref line, xyz))
            return false;
        v = new Vec3(xyz[0], xyz[1], xyz[2]);
        return true;
    }

    private bool Next(out ReadOnlySpan<byte> line) => _lines.TryRead(out line) && _lines.IsWhole;

    private static string[] Words(ReadOnlySpan<byte> line) => Encoding.ASCII.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
