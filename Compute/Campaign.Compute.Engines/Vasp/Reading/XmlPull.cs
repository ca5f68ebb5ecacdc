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

    private readonly ByteWindow _window = new(stream, 4 * Longest);
    private int _nameFrom, _nameTo, _contentTo;

    public XmlToken Token { get; private set; }

    /// <summary>A start tag that is its own end.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>The compression is damaged; what lies behind is lost.</summary>
    public bool IsDamaged => _window.IsDamaged;

    /// <summary>Of the tag.</summary>
    public ReadOnlySpan<byte> Name => _window.At(_nameFrom, _nameTo);

    /// <summary>Of a token of text.</summary>
    public ReadOnlySpan<byte> Text => Name;

    /// <summary>The value of an attribute of the tag; empty where it has none of that name.</summary>
    public ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = _window.At(_nameTo, _contentTo);
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
            if (_window.Length == 0 && !_window.Fill())
                return false;
            if (_window.Rest[0] != '<')
            {
                int length = Until((byte)'<', 0);
                (_nameFrom, _nameTo) = (_window.Start, _window.Start + length);
                _window.Take(length);
                if (Text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
                    continue;
                Token = XmlToken.Text;
                return true;
            }
            int tag = Until((byte)'>', 1);
            if (tag == _window.Length || _window.Rest[tag] != '>')
            {
                if (_window.IsOver || tag < Longest)
                    return false; // the file ends within a tag
                _window.Take(tag); // no tag is that long: garbage
                continue;
            }
            ReadOnlySpan<byte> content = _window.Rest[1..tag];
            if (content.StartsWith("!--"u8))
            {
                if (!SkipComment())
                    return false;
                continue;
            }
            int from = _window.Start + 1;
            _window.Take(tag + 1);
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

    public void Dispose() => _window.Dispose();

    /// <summary>How far the next such byte is; or all there is, or <see cref="Longest"/>.</summary>
    private int Until(byte what, int searched)
    {
        while (true)
        {
            int at = _window.Rest[searched..].IndexOf(what);
            if (at >= 0)
                return Math.Min(searched + at, Longest);
            searched = _window.Length;
            if (searched >= Longest)
                return Longest;
            if (!_window.Fill())
                return searched;
        }
    }

    private bool SkipComment()
    {
        while (true)
        {
            int at = _window.Rest.IndexOf("-->"u8);
            if (at >= 0)
            {
                _window.Take(at + 3);
                return true;
            }
            _window.Take(Math.Max(0, _window.Length - 2)); // it may lie across
            if (!_window.Fill())
                return false;
        }
    }
}
