using System.Security.Cryptography;
using System.Text;

namespace Campaign.Compute.Engines.Vasp.Inputs;

/// <summary>Reads the headers of a POTCAR, block by block, and forgets the rest of it at once.</summary>
internal static class PotcarReader
{
    private const int LongestLine = 1000, MostBlocks = 1000;

    /// <exception cref="InvalidDataException">No POTCAR, or cut off.</exception>
    public static IReadOnlyList<PotcarHeader> ReadAll(Stream stream)
    {
        using var block = new Block();
        var headers = new List<PotcarHeader>();
        var line = new List<byte>(LongestLine);
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, count);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                Append(line, rest[..end], block);
                Close(line, block, headers);
            }
            Append(line, rest, block);
        }
        if (line.Count > 0)
            Close(line, block, headers);
        if (block.Begun)
            throw new InvalidDataException($"The POTCAR is cut off: its block {headers.Count + 1} has no 'End of Dataset'. Copy it again.");
        return headers.Count > 0 ? headers : throw new InvalidDataException("The POTCAR is empty. Copy it again.");
    }

    /// <summary>Of a line that is too long for a header only the hash goes on.</summary>
    private static void Append(List<byte> line, ReadOnlySpan<byte> bytes, Block block)
    {
        int kept = Math.Min(bytes.Length, LongestLine - line.Count);
        line.AddRange(bytes[..kept]);
        if (kept == bytes.Length)
            return;
        block.Hash([.. line]);
        block.Hash(bytes[kept..]);
        line.Clear();
    }

    private static void Close(List<byte> line, Block block, List<PotcarHeader> headers)
    {
        string text = Encoding.Latin1.GetString([.. line]);
        if (block.Begun || text.Trim().Length > 0)
        {
            block.Hash([.. line, (byte)'\n']);
            block.Take(text);
        }
        line.Clear();
        if (!block.Ended)
            return;
        headers.Add(block.Close());
        if (headers.Count > MostBlocks)
            throw new InvalidDataException($"This is no POTCAR: it has more than {MostBlocks} blocks.");
    }

    private sealed class Block : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
        private bool _data;

        public bool Begun { get; private set; }

        public bool Ended { get; private set; }

        public void Hash(ReadOnlySpan<byte> bytes)
        {
            Begun = true;
            _hash.AppendData(bytes);
        }

        public void Take(string line)
        {
            ReadOnlySpan<char> text = line.AsSpan().TrimStart(" \t");
            _data |= text.StartsWith("END of PSCTR", StringComparison.Ordinal);
            Ended = text.StartsWith("End of Dataset", StringComparison.Ordinal);
            if (_data)
                return;
            foreach (string name in (string[])["TITEL", "VRHFIN", "LEXCH", "ENMAX", "ZVAL"])
            {
                if (!_fields.ContainsKey(name) && Value(line, name) is { } value)
                    _fields[name] = value;
            }
        }

        public PotcarHeader Close()
        {
            PotcarHeader header = PotcarHeader.Of(
                _fields.GetValueOrDefault("TITEL"), _fields.GetValueOrDefault("VRHFIN"), Word("LEXCH"), Word("ENMAX"), Word("ZVAL"), Convert.ToHexStringLower(_hash.GetHashAndReset()));
            _fields.Clear();
            Begun = Ended = _data = false;
            return header;
        }

        public void Dispose() => _hash.Dispose();

        private string? Word(string name) => _fields.GetValueOrDefault(name)?.Split(' ')[0];

        /// <summary>Behind <c>NAME =</c>, up to a semicolon.</summary>
        private static string? Value(string line, string name)
        {
            int at = line.LastIndexOf(name, StringComparison.Ordinal);
            ReadOnlySpan<char> behind = at < 0 ? "" : line.AsSpan(at + name.Length).TrimStart(" \t");
            if (behind is not ['=', .. var value])
                return null;
            int end = value.IndexOf(';');
            return new string([.. (end < 0 ? value : value[..end]).ToArray().Select(c => c is < ' ' or > '~' ? ' ' : c)]).Trim(' ');
        }
    }
}
