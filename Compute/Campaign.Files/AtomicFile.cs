namespace Campaign.Files;

/// <summary>
/// Writes files that are there whole or not at all, also after a power cut: the bytes reach the disk before the name does, and the
/// name is on the disk when the call returns.
/// </summary>
public static class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <param name="flush">False where it is enough that other processes see it whole: a power cut may then take it, or leave a torn one.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool flush = true)
    {
        string temporary = Temporary(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                stream.Write(bytes);
                if (flush)
                    stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            if (flush)
                FlushEntryOf(path);
        }
        catch
        {
            File.Delete(temporary); // a full disk must not fill up with halves
            throw;
        }
    }

    /// <summary>Renames a file for good, in place of what had the new name before. Both names are in one directory.</summary>
    public static void Rename(string path, string newPath)
    {
        File.Move(path, newPath, overwrite: true);
        FlushEntryOf(newPath);
    }

    /// <summary>Gives a directory another name for good. Nothing has that name yet, and both are in one directory.</summary>
    public static void RenameDirectory(string path, string newPath)
    {
        Directory.Move(path, newPath);
        DirectoryEntries.Flush(Path.GetDirectoryName(Path.GetFullPath(newPath))!);
    }

    /// <summary>Makes a directory and those above it, and flushes their entries, so that what is written in it can be found again.</summary>
    public static void CreateDirectory(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            return;
        string? parent = Path.GetDirectoryName(full);
        if (parent is not null)
            CreateDirectory(parent);
        Directory.CreateDirectory(full);
        if (parent is not null)
            DirectoryEntries.Flush(parent);
    }

    private static void FlushEntryOf(string path) => DirectoryEntries.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>A name beside <paramref name="path"/> that no other writer uses.</summary>
    public static string Temporary(string path) => $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}{Suffix}";

    /// <summary>Whether a file is one that a writer had not finished when its process ended (or has not finished yet).</summary>
    public static bool IsTemporary(string path) => path.EndsWith(Suffix, StringComparison.Ordinal);
}
