namespace Campaign.Persistence.Artifacts;

/// <summary>Writes files that are there whole or not at all, also after a power cut.</summary>
public static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = Temporary(path);
        using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>A name beside <paramref name="path"/> that no other writer uses.</summary>
    internal static string Temporary(string path) => $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
}
