using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Campaign.Files;
using Campaign.Workflows.Artifacts;

namespace Campaign.Persistence.Artifacts;

/// <summary>
/// Immutable files named by their SHA-256, in <c>artifacts/ab/&lt;sha256&gt;.&lt;kind&gt;</c>. Several campaigns and processes may share one store.
/// </summary>
public sealed class ArtifactStore(string root)
{
    private const int CopyBuffer = 1 << 16;
    private const int NoBuffer = 0; // of a stream that is read or written in large pieces
    private readonly string _artifacts = Path.Combine(root, "artifacts");

    /// <summary>The directory that holds the store.</summary>
    public string Root => root;

    /// <summary>Where the bytes of an artifact are, or would be.</summary>
    /// <exception cref="FormatException">The reference is malformed (it could lead out of the store).</exception>
    public string PathOf(ArtifactRef artifact)
    {
        if (artifact.Sha256.Length != 64 || !artifact.Sha256.All(char.IsAsciiHexDigitLower))
            throw new FormatException($"'{artifact.Sha256}' is no SHA-256.");
        if (artifact.Kind.Length is 0 or > 40 || !artifact.Kind.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') || artifact.Kind[0] == '.')
            throw new FormatException($"'{artifact.Kind}' is no kind of artifact: use letters, digits, '.', '_' and '-'.");
        return Path.Combine(_artifacts, artifact.Sha256[..2], $"{artifact.Sha256}.{artifact.Kind}");
    }

    /// <summary>The artifact is there with its full length. Its bytes are checked when they are read.</summary>
    public bool Contains(ArtifactRef artifact)
    {
        var file = new FileInfo(PathOf(artifact));
        return file.Exists && file.Length == artifact.Bytes;
    }

    /// <summary>Copies a finished file into the store.</summary>
    public ArtifactRef AddFile(string path, string kind)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, NoBuffer);
        return Add(source, kind);
    }

    /// <summary>Stores a text as UTF-8 without byte order mark.</summary>
    public ArtifactRef AddText(string text, string kind) => AddBytes(Encoding.UTF8.GetBytes(text), kind);

    public ArtifactRef AddBytes(byte[] bytes, string kind)
    {
        using var source = new MemoryStream(bytes, writable: false);
        return Add(source, kind);
    }

    /// <summary>The path of an artifact whose bytes were just checked against its name.</summary>
    /// <exception cref="DamagedArtifactException">It is not there, or its bytes have changed.</exception>
    public string Verified(ArtifactRef artifact)
    {
        string path = PathOf(artifact);
        return Damage(artifact, path) is { } damage ? throw new DamagedArtifactException($"Artifact {path} {damage}") : path;
    }

    /// <summary>The artifact is there, and its bytes are those its name promises. Reads it from end to end.</summary>
    public bool IsWhole(ArtifactRef artifact) => Damage(artifact, PathOf(artifact)) is null;

    /// <exception cref="DamagedArtifactException">It is not there, or its bytes have changed.</exception>
    public byte[] ReadBytes(ArtifactRef artifact) => File.ReadAllBytes(Verified(artifact));

    private static string? Damage(ArtifactRef artifact, string path)
    {
        if (!File.Exists(path))
            return "is missing";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, NoBuffer);
        if (stream.Length != artifact.Bytes)
            return $"is damaged: it has {stream.Length} bytes instead of {artifact.Bytes}";
        string actual = Copy(stream, Stream.Null);
        return actual == artifact.Sha256 ? null : $"is damaged: its bytes have changed, their SHA-256 is {actual}";
    }

    // An existing file counts only if it is whole, else it is replaced; its name never vanishes, since others may be reading or adding it.
    private ArtifactRef Add(Stream source, string kind)
    {
        AtomicFile.CreateDirectory(_artifacts);
        string temporary = AtomicFile.Temporary(Path.Combine(_artifacts, "incoming"));
        try
        {
            ArtifactRef artifact;
            using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, NoBuffer))
            {
                string sha256 = Copy(source, target);
                target.Flush(flushToDisk: true);
                artifact = new ArtifactRef(sha256, kind, target.Length);
            }
            string final = PathOf(artifact);
            if (IsWhole(artifact))
                return artifact;
            AtomicFile.CreateDirectory(Path.GetDirectoryName(final)!);
            if (File.Exists(final))
                SetAside(artifact, final);
            AtomicFile.Rename(temporary, final);
            return artifact;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <returns>The SHA-256 of what was copied.</returns>
    private static string Copy(Stream source, Stream target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int n; (n = source.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, n);
                target.Write(buffer, 0, n);
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Keeps a copy of a damaged file beside it, once per artifact, for whoever asks what the disk did to it. Where there is no room for one
    /// the artifact is mended all the same.
    /// </summary>
    private void SetAside(ArtifactRef artifact, string damaged)
    {
        string copy = AtomicFile.Temporary(Path.Combine(_artifacts, "damaged"));
        try
        {
            File.Copy(damaged, copy);
            if (Damage(artifact, copy) is not null) // else another writer has just mended it
                AtomicFile.Rename(copy, damaged + ".damaged");
        }
        catch (IOException)
        {
            // an unreadable sector or a full disk
        }
        finally
        {
            File.Delete(copy);
        }
    }
}

/// <summary>An artifact is missing, or its bytes are not those its name promises. Whoever made it can make it again.</summary>
public sealed class DamagedArtifactException(string message) : Exception(message);
