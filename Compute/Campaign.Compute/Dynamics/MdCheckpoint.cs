using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Campaign.Compute.Structures;
using Campaign.Files;

namespace Campaign.Compute.Dynamics;

/// <summary>
/// Exact binary checkpoints: magic, payload length, payload (little-endian doubles), SHA-256 of all before it. Written to a
/// temporary file, flushed to disk and renamed, so that a file under the final name is whole; a damaged one is detected.
/// </summary>
public static class MdCheckpoint
{
    private const int HashBytes = 32, HeaderBytes = 16;

    private static ReadOnlySpan<byte> Magic => "CMDSTAT1"u8;

    /// <summary>Writes the state; a previous file under this name is replaced in one step.</summary>
    public static void Save(string path, MdState state) => AtomicFile.Write(path, ToBytes(state));

    /// <summary>Reads a state written by <see cref="Save"/>.</summary>
    /// <exception cref="InvalidDataException">Cut, damaged, or not a checkpoint; the message names the file.</exception>
    public static MdState Load(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            return FromBytes(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The content of a checkpoint file; equal states have equal bytes.</summary>
    public static byte[] ToBytes(MdState s)
    {
        using var stream = new MemoryStream();
        using (var w = new BinaryWriter(stream))
        {
            w.Write(Magic);
            w.Write(0L);
            w.Write(s.Step);
            w.Write(s.TimeFs);
            w.Write(s.ConservedReferenceEv);
            w.Write(s.TemperatureSumK);
            w.Write(s.Positions.Length);
            w.Write(s.Thermostat.Eta.Length);
            w.Write(s.RngState.Length);
            foreach (double x in s.Cell.ToRowMajor())
                w.Write(x);
            w.Write(MemoryMarshal.AsBytes<Vec3>(s.Positions));
            w.Write(MemoryMarshal.AsBytes<Vec3>(s.Velocities));
            w.Write(MemoryMarshal.AsBytes<double>(s.Thermostat.Eta));
            w.Write(MemoryMarshal.AsBytes<double>(s.Thermostat.EtaMomentum));
            w.Write(MemoryMarshal.AsBytes<ulong>(s.RngState));
        }
        byte[] payload = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(Magic.Length), payload.Length - HeaderBytes);
        return [.. payload, .. SHA256.HashData(payload)];
    }

    /// <summary>The state in the content of a checkpoint file.</summary>
    /// <exception cref="InvalidDataException">Cut, damaged, or not a checkpoint.</exception>
    public static MdState FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes + HashBytes || !bytes[..Magic.Length].SequenceEqual(Magic))
            throw new InvalidDataException($"not a molecular dynamics checkpoint ({bytes.Length} bytes).");
        long expected = BinaryPrimitives.ReadInt64LittleEndian(bytes[Magic.Length..]) + HeaderBytes + HashBytes;
        if (bytes.Length != expected)
            throw new InvalidDataException($"the checkpoint is cut: {bytes.Length} bytes instead of {expected}.");
        ReadOnlySpan<byte> payload = bytes[..^HashBytes];
        if (!SHA256.HashData(payload).AsSpan().SequenceEqual(bytes[^HashBytes..]))
            throw new InvalidDataException("the checkpoint is damaged: its SHA-256 does not match.");

        using var r = new BinaryReader(new MemoryStream(payload[HeaderBytes..].ToArray()));
        (long step, double time, double conserved, double temperatureSum) = (r.ReadInt64(), r.ReadDouble(), r.ReadDouble(), r.ReadDouble());
        (int atoms, int chain, int words) = (r.ReadInt32(), r.ReadInt32(), r.ReadInt32());
        return new MdState
        {
            Step = step,
            TimeFs = time,
            ConservedReferenceEv = conserved,
            TemperatureSumK = temperatureSum,
            Cell = Cell.FromRowMajor(Read<double>(r, 9)),
            Positions = Read<Vec3>(r, atoms),
            Velocities = Read<Vec3>(r, atoms),
            Thermostat = new ThermostatState(Read<double>(r, chain), Read<double>(r, chain)),
            RngState = Read<ulong>(r, words),
        };
    }

    private static T[] Read<T>(BinaryReader reader, int count)
        where T : unmanaged
    {
        var items = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }
}
