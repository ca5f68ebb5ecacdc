using System.Formats.Tar;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Small files as one tar, to be unpacked in a directory.</summary>
internal static class TarArchive
{
    /// <param name="files">Contents by path below the directory.</param>
    /// <exception cref="ArgumentException">A path that leads elsewhere.</exception>
    public static ReadOnlyMemory<byte> Of(IReadOnlyDictionary<string, byte[]> files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string path, byte[] content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                if (!RunPath.IsInside(path))
                    throw new ArgumentException($"'{path}' is not a path below the run directory.", nameof(files));
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
            }
        }
        return bytes.ToArray();
    }
}
