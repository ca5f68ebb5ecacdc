namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Files of a site, by their absolute paths there. All calls throw <see cref="SchedulerUnavailableException"/> when the site is not reached.</summary>
public interface ISiteFiles
{
    /// <summary>Puts small files into a directory, which is made if need be; each is there whole or not at all, a new directory only with all of them.</summary>
    /// <param name="files">Contents by path relative to the directory.</param>
    /// <exception cref="IOException">The site refuses, e.g. the disk is full.</exception>
    void Put(string directory, IReadOnlyDictionary<string, byte[]> files, CancellationToken ct);

    /// <summary>Copies a file of any size of this machine to the site, where it is there whole or not at all.</summary>
    /// <exception cref="IOException">The site refuses, or the file changed meanwhile.</exception>
    void Send(string localPath, string path, CancellationToken ct);

    /// <summary>A small file's bytes; null when there is none.</summary>
    /// <param name="limit">Bytes.</param>
    /// <exception cref="IOException">It is longer, or cannot be read.</exception>
    byte[]? Read(string path, int limit, CancellationToken ct);

    /// <summary>Files under a directory with their sizes in bytes, by relative path, in ordinal order; empty when it is not there.</summary>
    IReadOnlyList<SiteFile> List(string directory, CancellationToken ct);

    /// <summary>Copies a file to this machine, where it is there whole or not at all, with the bytes it has on the site.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="InvalidDataException">It has more than <paramref name="limitBytes"/>; nothing was copied.</exception>
    /// <exception cref="IOException">It cannot be read, or changed meanwhile.</exception>
    bool Fetch(string path, string localPath, long limitBytes, CancellationToken ct);

    /// <summary>Deletes directories with all that is in them; those that are not there are passed over.</summary>
    void Remove(IReadOnlyList<string> directories, CancellationToken ct);
}

/// <param name="Path">Relative to the listed directory.</param>
/// <param name="Length">Bytes.</param>
public sealed record SiteFile(string Path, long Length);
