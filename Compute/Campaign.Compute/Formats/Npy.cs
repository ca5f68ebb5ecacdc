using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Formats;

/// <summary>An array of a .npy file in C order, as float64 whatever it was stored in.</summary>
public sealed record NpyArray(int[] Shape, double[] Values);

/// <summary>
/// NumPy's .npy format (version 1.0 and 2.0 read, 1.0 written): float32, float64 and integers of 8 to 64 bits, little-endian, C order.
/// </summary>
public static partial class Npy
{
    private const long MaximumValues = int.MaxValue;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file. Bad content is a <see cref="StructureFormatException"/>.</summary>
    public static NpyArray ReadFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    public static NpyArray Read(Stream stream, string fileName)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || !start[..6].SequenceEqual(Magic))
            throw Bad("This is no .npy file.", "Write it with numpy.save.");
        int lengthBytes = start[6] switch { 1 => 2, 2 => 4, _ => throw Bad($"Version {start[6]} of the .npy format.", "Versions 1 and 2 are read.") };
        Span<byte> size = stackalloc byte[4];
        size.Clear();
        Fill(stream, size[..lengthBytes]);
        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (headerLength > 1 << 16)
            throw Bad("The header is longer than 64 KiB.", "The file is damaged.");
        var headerBytes = new byte[headerLength];
        Fill(stream, headerBytes);
        string header = Encoding.Latin1.GetString(headerBytes);

        Match type = TypePattern().Match(header), shape = ShapePattern().Match(header);
        if (!type.Success || !shape.Success)
            throw Bad("The header names no simple type and shape.", "Structured arrays and objects are not read.");
        int[] dimensions = ParseShape(shape.Groups[1].Value);
        long count = 1;
        foreach (int d in dimensions)
            if ((count *= d) > MaximumValues)
                throw Bad($"More than {MaximumValues} values.", "Split the set.");
        if (FortranPattern().IsMatch(header) && dimensions.Length > 1)
            throw Bad("The array is in Fortran order.", "Save it with numpy.ascontiguousarray.");
        return new NpyArray(dimensions, ReadValues(stream, type.Groups[1].Value, (int)count));

        StructureFormatException Bad(string problem, string mend) => new(fileName, 0, problem, mend);

        void Fill(Stream s, Span<byte> buffer)
        {
            if (s.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
                throw Bad("The file is cut off.", "Copy or write it again.");
        }

        int[] ParseShape(string list)
        {
            string[] parts = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Array.ConvertAll(parts, p => int.TryParse(p.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int n)
                ? n
                : throw Bad($"The shape ({list}) is not a list of sizes.", "The file is damaged."));
        }

        double[] ReadValues(Stream s, string descriptor, int n)
        {
            if (descriptor[0] == '>')
                throw Bad("The array is big-endian.", "Save it with astype('<f8').");
            int width = descriptor[1..] switch
            {
                "f8" or "i8" or "u8" => 8,
                "f4" or "i4" or "u4" => 4,
                "i2" or "u2" => 2,
                "i1" or "u1" or "b1" => 1,
                _ => throw Bad($"Type '{descriptor}' is not read.", "Save it with astype('<f8')."),
            };
            // Growing with what arrives keeps a damaged header from asking for memory the file cannot fill.
            var values = new List<double>(Math.Min(n, 1 << 20));
            var buffer = new byte[width * 8192];
            while (values.Count < n)
            {
                Span<byte> chunk = buffer.AsSpan(0, width * Math.Min(8192, n - values.Count));
                Fill(s, chunk);
                for (int i = 0; i < chunk.Length; i += width)
                    values.Add(Value(chunk[i..], descriptor[1..]));
            }
            return [.. values];
        }
    }

    public static void WriteFile(string path, ReadOnlySpan<int> shape, ReadOnlySpan<double> values)
    {
        using FileStream stream = File.Create(path);
        Write(stream, shape, values);
    }

    /// <summary>Writes float64 in C order.</summary>
    public static void Write(Stream stream, ReadOnlySpan<int> shape, ReadOnlySpan<double> values)
    {
        WriteHeader(stream, "<f8", shape, values.Length);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes float32 in C order.</summary>
    public static void Write(Stream stream, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        WriteHeader(stream, "<f4", shape, values.Length);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Writes int32 in C order.</summary>
    public static void Write(Stream stream, ReadOnlySpan<int> shape, ReadOnlySpan<int> values)
    {
        WriteHeader(stream, "<i4", shape, values.Length);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static void WriteHeader(Stream stream, string descriptor, ReadOnlySpan<int> shape, int count)
    {
        long product = 1;
        foreach (int d in shape)
            product *= d;
        if (product != count)
            throw new ArgumentException($"Shape ({string.Join(", ", shape.ToArray())}) does not hold {count} values.");
        string sizes = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape.ToArray());
        string header = $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int padded = (10 + header.Length + 1 + 63) / 64 * 64 - 10;
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)padded);
        stream.Write(Magic);
        stream.Write([1, 0]);
        stream.Write(length);
        stream.Write(Encoding.Latin1.GetBytes(header.PadRight(padded - 1) + "\n"));
    }

    private static double Value(ReadOnlySpan<byte> bytes, string type) => type switch
    {
        "f8" => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        "f4" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "i8" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "u8" => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "u4" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "i1" => (sbyte)bytes[0],
        _ => bytes[0],
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=][a-z]\d+)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*True")]
    private static partial Regex FortranPattern();
}
