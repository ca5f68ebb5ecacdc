using System.Globalization;
using System.Text;
using Campaign.Files;

namespace Campaign.Persistence.Directories;

/// <summary>Who drives a campaign.</summary>
public sealed record LockOwner(int ProcessId, string Host, DateTimeOffset Since);

/// <summary>
/// The right to write a campaign's journal: one process at a time. The operating system holds it, so it ends with the process, however that dies.
/// <c>campaign.lock</c> says in words who has it.
/// </summary>
public sealed class CampaignLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _notice;

    private CampaignLock(FileStream held, string notice)
    {
        _held = held;
        _notice = notice;
    }

    /// <returns>The lock, or null with the present owner (null when that cannot be read).</returns>
    public static CampaignLock? TryAcquire(CampaignDirectory directory, TimeProvider time, out LockOwner? owner)
    {
        Directory.CreateDirectory(directory.Root);
        string notice = Notice(directory);
        FileStream held;
        try
        {
            held = Open(directory);
        }
        catch (IOException)
        {
            owner = ReadOwner(notice);
            return null;
        }
        owner = new LockOwner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());
        AtomicFile.Write(notice, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{owner.ProcessId} {owner.Host} {owner.Since:O}\n")));
        return new CampaignLock(held, notice);
    }

    /// <summary>Who drives the campaign at present; null when nobody does.</summary>
    public static LockOwner? Owner(CampaignDirectory directory)
    {
        if (!File.Exists(Held(directory)))
            return null;
        try
        {
            Open(directory).Dispose();
            return null;
        }
        catch (IOException)
        {
            return ReadOwner(Notice(directory)) ?? new LockOwner(0, "an unknown host", DateTimeOffset.UnixEpoch);
        }
    }

    public void Dispose()
    {
        File.Delete(_notice);
        _held.Dispose();
    }

    // Windows of this size are harmless: whoever asks for the owner holds the lock for microseconds.
    private static FileStream Open(CampaignDirectory directory) =>
        new(Held(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static string Held(CampaignDirectory directory) => Path.Combine(directory.Root, ".lock");

    private static string Notice(CampaignDirectory directory) => Path.Combine(directory.Root, "campaign.lock");

    private static LockOwner? ReadOwner(string notice)
    {
        try
        {
            string[] words = File.ReadAllText(notice).Split(' ', 3);
            return words.Length == 3
                && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && DateTimeOffset.TryParse(words[2], CultureInfo.InvariantCulture, out DateTimeOffset since)
                ? new LockOwner(pid, words[1], since)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
