namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>Lines of a stream of any length, as bytes, in constant memory. A line beyond <see cref="LongestLine"/> is cut there.</summary>
internal sealed class ByteLines(Stream stream) : IDisposable
{
    public const int LongestLine = 1 << 16;

    private readonly ByteWindow _window = new(stream, 4 * LongestLine);

    /// <summary>Of the current line, counted from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The current line ended with a line break: nobody was still writing it.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The compression is damaged; what lies behind is lost.</summary>
    public bool IsDamaged => _window.IsDamaged;

    /// <summary>Without its line break; valid until the next call.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int at = _window.Rest[searched..].IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = Trimmed(_window.Rest[..(searched + at)]);
                Next(searched + at + 1, whole: true);
                return true;
            }
            searched = _window.Length;
            if (searched >= LongestLine)
            {
                line = _window.Rest[..LongestLine];
                Next(searched, whole: true); // it must stay in the window, so nothing is read here
                return true;
            }
            if (!_window.Fill())
            {
                line = Trimmed(_window.Rest);
                Next(searched, whole: false);
                return searched > 0;
            }
        }
    }

    public void Dispose() => _window.Dispose();

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;

    private void Next(int bytes, bool whole)
    {
        _window.Take(bytes);
        Number++;
        IsWhole = whole;
    }
}
