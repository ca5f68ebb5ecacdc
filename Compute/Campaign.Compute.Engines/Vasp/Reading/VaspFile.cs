using System.IO.Compression;

namespace Campaign.Compute.Engines.Vasp.Reading;

/// <summary>Opens a file that VASP wrote, compressed by gzip or not, whatever it is called.</summary>
public static class VaspFile
{
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[2];
        bool compressed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
