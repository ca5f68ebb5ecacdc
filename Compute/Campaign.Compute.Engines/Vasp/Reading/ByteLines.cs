using System.Buffers;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>
/// Lines of a stream of any length, as bytes, in constant memory. A line beyond <see cref="LongestLine"/> is cut there. A compressed stream
/// that is damaged ends where the damage begins, and <see cref="IsDamaged"/> says so.
/// </summary>
internal sealed class ByteLines(Stream stream) : IDisposable
{
    public const int LongestLine = 1 << 16;
    private const int Chunk = 4 * LongestLine;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Chunk);
    private int _start, _end;
    private bool _over;

    /// <summary>Of the current line, counted from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The current line ended with a line break: nobody was still writing it.</summary>
    public bool IsWhole { get; private set; }

    public bool IsDamaged { get; private set; }

    /// <summary>Without its line break; valid until the next call.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = Trimmed(_buffer.AsSpan(_start, searched + at));
                _start += searched + at + 1;
                Number++;
                IsWhole = true;
                return true;
            }
            searched = _end - _start;
            if (searched >= LongestLine)
            {
                line = _buffer.AsSpan(_start, LongestLine);
                SkipLine();
                Number++;
                IsWhole = true;
                return true;
            }
            if (!Fill())
            {
                line = Trimmed(_buffer.AsSpan(_start, searched));
                _start = _end;
                Number++;
                IsWhole = false;
                return searched > 0;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        stream.Dispose();
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;

    /// <summary>The line returned lies before <see cref="_start"/> in the buffer and must stay there, so nothing is read here.</summary>
    private void SkipLine()
    {
        int at = _buffer.AsSpan(_start + LongestLine, _end - _start - LongestLine).IndexOf((byte)'\n');
        _start = at >= 0 ? _start + LongestLine + at + 1 : _end;
    }

    private bool Fill()
    {
        if (_over)
            return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        int n;
        try
        {
            n = stream.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException)
        {
            (n, IsDamaged) = (0, true);
        }
        _over = n == 0;
        _end += n;
        return !_over;
    }
}
