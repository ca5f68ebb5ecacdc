using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Campaign.Files;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Files of a site through nothing but its command runner: bash, tar and find are on every site, a file protocol is not.</summary>
public sealed class SiteFiles(ICommandRunner runner) : ISiteFiles
{
    private const int Absent = 44;
    private const int Chunk = 16 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string PutScript = """
        set -e
        dir=$1
        mkdir -p -- "$(dirname -- "$dir")"
        new=$(mktemp -d -- "$dir.put-XXXXXX")
        trap 'rm -rf -- "$new"' EXIT
        chmod "$(printf %o $((0777 & ~$(umask))))" -- "$new"
        tar -x --no-same-owner -f - -C "$new"
        if ! [ -e "$dir" ] && mv -T -- "$new" "$dir" 2>/dev/null; then exit 0; fi
        cd -- "$new"
        find . -type f -print0 | while IFS= read -r -d '' file; do
          mkdir -p -- "$dir/$(dirname -- "$file")"
          mv -f -T -- "$file" "$dir/$file"
        done
        """;

    // a piece goes where the one before ended; a copy counts once its bytes are those that were sent
    private const string PieceScript = """
        set -e
        mkdir -p -- "$(dirname -- "$1")"
        [ "$2" = 0 ] && : >"$1"
        [ "$(stat -c %s -- "$1")" = "$2" ] || { echo "$1 has another length than was sent" >&2; exit 1; }
        cat >>"$1"
        """;

    private const string ArriveScript = """
        set -e
        sum=$(sha256sum <"$1")
        [ "${sum%% *}" = "$3" ] || { echo "$1 has other bytes than were sent" >&2; exit 1; }
        sync -- "$1"
        mv -f -T -- "$1" "$2"
        """;

    // what is not there is told from what cannot be seen, e.g. on a stale mount
    private const string Look = """
        said=$(LC_ALL=C stat -L -c '%s %Y' -- "$1" 2>&1) || case $said in *'No such file'*) exit 44 ;; *) echo "$said" >&2; exit 1 ;; esac

        """;

    private const string FirstScript = Look + """
        size=${said% *}
        if [ "$size" -gt "$2" ]; then printf '%s %064d\n' "$size" 0; exit 0; fi
        sum=$(sha256sum <"$1") || exit 1
        printf '%s %s\n' "$size" "${sum%% *}"
        head -c "$3" -- "$1"
        """;

    public void Put(string directory, IReadOnlyDictionary<string, byte[]> files, CancellationToken ct)
    {
        CommandResult result = Bash(PutScript, TarArchive.Of(files), ct, directory);
        if (result.ExitCode != 0)
            throw new IOException($"Files could not be put into {directory} on the site: {result.Error.Trim()}");
    }

    public void Send(string localPath, string path, CancellationToken ct)
    {
        using FileStream file = new(localPath, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string half = AtomicFile.Temporary(path);
        byte[] piece = new byte[Math.Min(Chunk, Math.Max(1, file.Length))];
        long sent = 0;
        do
        {
            int length = file.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            hash.AppendData(piece, 0, length);
            Taken(Bash(PieceScript, piece.AsMemory(0, length), ct, half, Text(sent)), path);
            sent += length;
        }
        while (sent < file.Length);
        Taken(Bash(ArriveScript, default, ct, half, path, Convert.ToHexStringLower(hash.GetHashAndReset())), path);
    }

    public byte[]? Read(string path, int limit, CancellationToken ct)
    {
        CommandResult result = Bash(Look + """head -c "$2" -- "$1" """, default, ct, path, Text(limit + 1L));
        if (result.ExitCode == Absent)
            return null;
        if (result.ExitCode != 0)
            throw new IOException($"{path} on the site cannot be read: {result.Error.Trim()}");
        return result.Output.Length <= limit ? result.Output : throw new IOException($"{path} on the site has more than {limit} bytes.");
    }

    public IReadOnlyList<SiteFile> List(string directory, CancellationToken ct)
    {
        CommandResult result = Bash(Look + """find "$1/" -type f -printf '%s %P\0' """, default, ct, directory);
        if (result.ExitCode == Absent)
            return [];
        if (result.ExitCode != 0)
            throw new IOException($"{directory} on the site cannot be listed: {result.Error.Trim()}");
        return
        [
            .. result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split(' ', 2)).Select(f => new SiteFile(f[1], long.Parse(f[0], CultureInfo.InvariantCulture)))
                .OrderBy(f => f.Path, StringComparer.Ordinal),
        ];
    }

    public bool Fetch(string path, string localPath, long limitBytes, CancellationToken ct)
    {
        CommandResult first = Bash(FirstScript, default, ct, path, Text(limitBytes), Text(Chunk));
        if (first.ExitCode == Absent)
            return false;
        if (first.ExitCode != 0)
            throw new IOException($"{path} on the site cannot be read: {first.Error.Trim()}");
        (long length, string sum, int begin) = Head(first.Output, path);
        if (length > limitBytes)
            throw new InvalidDataException($"{path} on the site has {length} bytes; {limitBytes} at most are taken.");
        AtomicFile.CreateDirectory(Path.GetDirectoryName(localPath)!);
        string temporary = AtomicFile.Temporary(localPath);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using (var file = new FileStream(temporary, FileMode.CreateNew))
            {
                Add(first.Output.AsSpan(begin));
                while (file.Length < length)
                {
                    CommandResult part = Bash("""tail -c "+$2" -- "$1" | head -c "$3" """, default, ct, path, Text(file.Length + 1), Text(Math.Min(Chunk, length - file.Length)));
                    if (part.ExitCode != 0 || part.Output.Length == 0)
                        throw new IOException($"{path} on the site ends early: {part.Error.Trim()}");
                    Add(part.Output);
                }
                file.Flush(flushToDisk: true);

                void Add(ReadOnlySpan<byte> bytes)
                {
                    file.Write(bytes);
                    hash.AppendData(bytes);
                }
            }
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sum)
                throw new IOException($"{path} on the site changed while it was fetched, or came with other bytes.");
            AtomicFile.Rename(temporary, localPath);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public void Remove(IReadOnlyList<string> directories, CancellationToken ct)
    {
        foreach (string directory in directories)
            Absolute(directory);
        CommandResult result = runner.Run(
            ["bash", "-c", "xargs -0 rm -rf --"], Encoding.UTF8.GetBytes(string.Concat(directories.Select(d => d + "\0"))), Limit, ct);
        if (result.ExitCode != 0)
            throw new IOException($"Directories on the site could not be deleted: {result.Error.Trim()}");
    }

    /// <summary>Reads "LENGTH SHA256" from the first line of an answer.</summary>
    /// <returns>And where what follows begins.</returns>
    private static (long Length, string Sum, int Begin) Head(ReadOnlySpan<byte> answer, string path)
    {
        int end = answer.IndexOf((byte)'\n');
        string[] words = end < 0 ? [] : Encoding.ASCII.GetString(answer[..end]).Split(' ');
        return words is [var size, { Length: 64 } sum] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? (length, sum, end + 1)
            : throw new IOException($"{path} on the site: the answer has no length and no sum.");
    }

    private static void Taken(CommandResult result, string path)
    {
        if (result.ExitCode != 0)
            throw new IOException($"{path} on the site could not be written: {result.Error.Trim()}");
    }

    private CommandResult Bash(string script, ReadOnlyMemory<byte> input, CancellationToken ct, params ReadOnlySpan<string> arguments)
    {
        Absolute(arguments[0]);
        return runner.Run(["bash", "-c", script, "campaign", .. arguments], input, Limit, ct);
    }

    private static void Absolute(string path)
    {
        if (!path.StartsWith('/') || path.Contains('\0'))
            throw new ArgumentException($"'{path}' is not an absolute path on the site.", nameof(path));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
