using Campaign.Files;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Files of a site whose file system is mounted here under the same paths.</summary>
public sealed class DirectFiles : ISiteFiles
{
    public void Put(string directory, IReadOnlyDictionary<string, byte[]> files, CancellationToken ct)
    {
        AtomicFile.CreateDirectory(directory);
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(directory, name);
            AtomicFile.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, content);
        }
    }

    public void Send(string localPath, string path, CancellationToken ct) => Copy(localPath, path);

    public byte[]? Read(string path, int limit, CancellationToken ct)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > limit)
                throw new IOException($"{path} has {file.Length} bytes; {limit} at most were expected.");
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public IReadOnlyList<SiteFile> List(string directory, CancellationToken ct)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(f => new SiteFile(Path.GetRelativePath(directory, f.FullName).Replace(Path.DirectorySeparatorChar, '/'), f.Length))
                .OrderBy(f => f.Path, StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    public bool Fetch(string path, string localPath, long limitBytes, CancellationToken ct)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > limitBytes)
            throw new InvalidDataException($"{path} has {file.Length} bytes; {limitBytes} at most are taken.");
        if (file.Exists)
            Copy(path, localPath);
        return file.Exists;
    }

    public void Remove(IReadOnlyList<string> directories, CancellationToken ct)
    {
        foreach (string directory in directories.Where(Directory.Exists))
            Directory.Delete(directory, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        AtomicFile.CreateDirectory(Path.GetDirectoryName(to)!);
        string temporary = AtomicFile.Temporary(to);
        try
        {
            File.Copy(from, temporary);
            using (var written = new FileStream(temporary, FileMode.Open, FileAccess.Write))
                written.Flush(flushToDisk: true);
            AtomicFile.Rename(temporary, to);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
