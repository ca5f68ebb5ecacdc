using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Whether a host is who it says it is, by the <c>known_hosts</c> files of OpenSSH (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), hashed names included.</summary>
public sealed class KnownHosts
{
    private readonly List<Entry> _entries = [];

    public enum Standing
    {
        /// <summary>No key of this type is known for the host.</summary>
        Unknown,
        Known,

        /// <summary>Another key of this type is known.</summary>
        Changed,
        Revoked,
    }

    /// <param name="files">Those that are not there are passed over; lines that are not understood too. Certificate authorities are not.</param>
    public static KnownHosts Read(IEnumerable<string> files)
    {
        var known = new KnownHosts();
        foreach (string file in files.Where(File.Exists))
        {
            int number = 0;
            foreach (string line in File.ReadLines(file))
                known.Add(line, $"{file}:{++number}");
        }
        return known;
    }

    /// <param name="host">As <see cref="SshHost.Spec"/>.</param>
    /// <param name="blob">The key as it goes over the wire.</param>
    /// <returns>The standing, and where the deciding line is.</returns>
    public (Standing Standing, string Where) Check(string host, string keyType, ReadOnlySpan<byte> blob)
    {
        (Standing, string) found = (Standing.Unknown, "");
        foreach (Entry entry in _entries)
        {
            if (!entry.IsFor(host))
                continue;
            bool same = blob.SequenceEqual(entry.Key);
            if (same && entry.Revoked)
                return (Standing.Revoked, entry.Where);
            if (same)
                found = (Standing.Known, entry.Where);
            else if (entry.KeyType == keyType && !entry.Revoked && found.Item1 == Standing.Unknown)
                found = (Standing.Changed, entry.Where);
        }
        return found;
    }

    /// <summary>The types of key known for a host: only with those can it prove itself.</summary>
    public IReadOnlyList<string> KeyTypes(string host) => [.. _entries.Where(e => !e.Revoked && e.IsFor(host)).Select(e => e.KeyType).Distinct()];

    private void Add(string line, string where)
    {
        string[] f = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        bool revoked = f.Length > 0 && f[0] == "@revoked";
        if (revoked)
            f = f[1..];
        if (f.Length < 3 || f[0][0] is '#' or '@')
            return;
        Span<byte> key = new byte[f[2].Length];
        if (Convert.TryFromBase64String(f[2], key, out int length))
            _entries.Add(new Entry(f[0], f[1], key[..length].ToArray(), revoked, where));
    }

    private sealed record Entry(string Hosts, string KeyType, byte[] Key, bool Revoked, string Where)
    {
        public bool IsFor(string host)
        {
            if (Hosts.StartsWith("|1|", StringComparison.Ordinal))
                return IsHashOf(host);
            bool found = false;
            foreach (string pattern in Hosts.Split(','))
            {
                bool not = pattern.StartsWith('!');
                string regex = $@"\A{Regex.Escape(pattern[(not ? 1 : 0)..]).Replace(@"\*", ".*").Replace(@"\?", ".")}\z";
                if (!Regex.IsMatch(host, regex, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
                    continue;
                if (not)
                    return false;
                found = true;
            }
            return found;
        }

        private bool IsHashOf(string host)
        {
            string[] f = Hosts.Split('|');
            Span<byte> salt = stackalloc byte[64], hash = stackalloc byte[64];
            return f.Length == 4 && f[2].Length <= 64 && f[3].Length <= 64
                && Convert.TryFromBase64String(f[2], salt, out int saltLength) && Convert.TryFromBase64String(f[3], hash, out int hashLength)
                && HMACSHA1.HashData(salt[..saltLength], Encoding.ASCII.GetBytes(host.ToLowerInvariant())).AsSpan().SequenceEqual(hash[..hashLength]);
        }
    }
}
