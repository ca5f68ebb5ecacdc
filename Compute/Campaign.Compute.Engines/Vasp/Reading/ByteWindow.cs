using System.Buffers;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>
/// A part of a stream that moves forward over it, in constant memory. A compressed stream that is damaged ends where the damage begins, and
/// <see cref="IsDamaged"/> says so.
/// </summary>
internal sealed class ByteWindow(Stream stream, int size) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);
    private int _end;

    /// <summary>Of what has not been taken yet, in <see cref="At"/>'s count; valid until the next <see cref="Fill"/>.</summary>
    public int Start { get; private set; }

    public int Length => _end - Start;

    /// <summary>There is nothing more to come.</summary>
    public bool IsOver { get; private set; }

    public bool IsDamaged { get; private set; }

    /// <summary>What is there and has not been taken.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(Start, Length);

    public ReadOnlySpan<byte> At(int from, int to) => _buffer.AsSpan(from, to - from);

    public void Take(int bytes) => Start += bytes;

    /// <summary>Reads on; what was taken is lost by that.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool Fill()
    {
        if (IsOver)
            return false;
        if (Start > 0)
        {
            Rest.CopyTo(_buffer);
            (Start, _end) = (0, Length);
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
        IsOver = n == 0;
        _end += n;
        return !IsOver;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        stream.Dispose();
    }
}
