using System.Buffers;

namespace Campaign.Compute.Engines.Vasp.Reading;

internal enum XmlToken
{
    Start,
    End,
    Text,
}

/// <summary>
/// Tags and text of an XML stream as bytes, in constant memory and without demanding that it is well-formed: VASP is killed in the middle of
/// a file, and writes control characters into it. Entities are left as they are. Text beyond <see cref="Longest"/> is cut there.
/// </summary>
internal sealed class XmlPull(Stream stream) : IDisposable
{
    public const int Longest = 1 << 16;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(4 * Longest);
    private int _start, _end, _nameFrom, _nameTo, _contentTo;
    private bool _over;

    public XmlToken Token { get; private set; }

    /// <summary>A start tag that is its own end.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>The compression is damaged; what lies behind is lost.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Of the tag.</summary>
    public ReadOnlySpan<byte> Name => _buffer.AsSpan(_nameFrom, _nameTo - _nameFrom);

    /// <summary>Of a token of text.</summary>
    public ReadOnlySpan<byte> Text => Name;

    /// <summary>The value of an attribute of the tag; empty where it has none of that name.</summary>
    public ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_nameTo, _contentTo - _nameTo);
        while (true)
        {
            int equals = rest.IndexOf((byte)'=');
            if (equals < 0 || equals + 1 >= rest.Length)
                return default;
            ReadOnlySpan<byte> key = rest[..equals].Trim(" \t\r\n"u8);
            rest = rest[(equals + 1)..].TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty || rest[0] is not ((byte)'"' or (byte)'\''))
                return default;
            int close = rest[1..].IndexOf(rest[0]);
            if (close < 0)
                return default;
            if (key.SequenceEqual(name))
                return rest.Slice(1, close);
            rest = rest[(close + 2)..];
        }
    }

    /// <summary>The next tag, or text that is more than white space.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool Read()
    {
        while (true)
        {
            if (_start == _end && !Fill())
                return false;
            if (_buffer[_start] != '<')
            {
                int length = Until((byte)'<', 0);
                (_nameFrom, _nameTo) = (_start, _start + length);
                _start += length;
                if (Text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
                    continue;
                Token = XmlToken.Text;
                return true;
            }
            int tag = Until((byte)'>', 1);
            if (_start + tag == _end || _buffer[_start + tag] != '>')
            {
                if (_over || tag < Longest)
                    return false; // the file ends within a tag
                _start += tag; // no tag is that long: garbage
                continue;
            }
            ReadOnlySpan<byte> content = _buffer.AsSpan(_start + 1, tag - 1);
            if (content.StartsWith("!--"u8))
            {
                if (!SkipComment())
                    return false;
                continue;
            }
            int from = _start + 1;
            _start += tag + 1;
            if (content.IsEmpty || content[0] is (byte)'?' or (byte)'!')
                continue;
            IsEmpty = content[^1] == '/';
            Token = content[0] == '/' ? XmlToken.End : XmlToken.Start;
            if (Token == XmlToken.End)
            {
                content = content[1..];
                from++;
            }
            else if (IsEmpty)
                content = content[..^1];
            int name = content.IndexOfAny(" \t\r\n"u8);
            (_nameFrom, _nameTo, _contentTo) = (from, from + (name < 0 ? content.Length : name), from + content.Length);
            return true;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        stream.Dispose();
    }

    /// <summary>How far the next such byte is; or all there is, or <see cref="Longest"/>.</summary>
    private int Until(byte what, int searched)
    {
        while (true)
        {
            int at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf(what);
            if (at >= 0)
                return Math.Min(searched + at, Longest);
            searched = _end - _start;
            if (searched >= Longest)
                return Longest;
            if (!Fill())
                return searched;
        }
    }

    private bool SkipComment()
    {
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOf("-->"u8);
            if (at >= 0)
            {
                _start += at + 3;
                return true;
            }
            _start = Math.Max(_start, _end - 2); // it may lie across
            if (!Fill())
                return false;
        }
    }

    private bool Fill()
    {
        if (_over)
            return false;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
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
