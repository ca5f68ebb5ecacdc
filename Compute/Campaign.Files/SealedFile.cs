using System.Security.Cryptography;

namespace Campaign.Files;

/// <summary>A file that ends with the SHA-256 of what is before it, so that any damage shows.</summary>
public static class SealedFile
{
    /// <summary>Writes the bytes and their seal, whole or not at all.</summary>
    /// <param name="flush">False where a power cut may take the file: whatever it leaves of one, the seal tells.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool flush = true) =>
        AtomicFile.Write(path, [.. bytes, .. SHA256.HashData(bytes)], flush);

    /// <summary>The bytes without their seal.</summary>
    /// <exception cref="InvalidDataException">Cut or damaged; the message names the file.</exception>
    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = bytes.Length - SHA256.HashSizeInBytes;
        return length >= 0 && SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length))
            ? bytes[..length]
            : throw new InvalidDataException($"{path} is cut or damaged: its SHA-256 does not match.");
    }
}
