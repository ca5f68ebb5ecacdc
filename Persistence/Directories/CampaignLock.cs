using System.Diagnostics;
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
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private const int Tries = 25;

    private const int TryAgain = 11, SharingViolation = unchecked((int)0x80070020); // EAGAIN, ERROR_SHARING_VIOLATION: somebody holds it

    private readonly FileStream _held;
    private readonly string _notice;

    private CampaignLock(FileStream held, string notice)
    {
        _held = held;
        _notice = notice;
    }

    /// <returns>The lock, or null with the present owner (null when that cannot be read).</returns>
    /// <exception cref="InvalidDataException">The directory cannot be made or written, or its disk is full.</exception>
    public static CampaignLock? TryAcquire(CampaignDirectory directory, TimeProvider time, out LockOwner? owner)
    {
        FileStream? held = null;
        try
        {
            AtomicFile.CreateDirectory(directory.Root);
            held = Open(directory);
            owner = new LockOwner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());
            AtomicFile.Write(directory.LockNotice, Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{owner.ProcessId} {owner.Host} {owner.Since:O}\n")));
            return new CampaignLock(held, directory.LockNotice);
        }
        catch (IOException e) when (held is null && e.HResult is TryAgain or SharingViolation)
        {
            owner = ReadOwner(directory.LockNotice);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new InvalidDataException(
                $"The campaign cannot be driven from {directory.Root}: {e.Message.TrimEnd('.')}. Nothing was begun. Make the directory writable and see that its disk has room, or choose another with --dir.", e);
        }
    }

    /// <summary>As <see cref="TryAcquire"/>, but not turned away by somebody who only looks, or is just leaving.</summary>
    public static async Task<(CampaignLock? Held, LockOwner? Owner)> AcquireAsync(CampaignDirectory directory, TimeProvider time)
    {
        for (int tries = 1; ; tries++)
        {
            CampaignLock? held = TryAcquire(directory, time, out LockOwner? owner);
            if (held is not null || tries == Tries || (owner is not null && MayLive(owner)))
                return (held, owner);
            await Task.Delay(Interval).ConfigureAwait(false);
        }
    }

    /// <summary>Who drives the campaign at present; null when nobody does.</summary>
    public static LockOwner? Owner(CampaignDirectory directory)
    {
        // To ask is to hold the lock for microseconds, so only somebody who may live is asked about: whoever is just starting is not disturbed.
        if (!File.Exists(directory.Lock) || ReadOwner(directory.LockNotice) is not { } noted || !MayLive(noted))
            return null;
        try
        {
            Open(directory).Dispose();
            return null;
        }
        catch (IOException)
        {
            return ReadOwner(directory.LockNotice) ?? noted;
        }
    }

    /// <summary>Whether a process exists that could be it; of another host nothing is known.</summary>
    private static bool MayLive(LockOwner owner)
    {
        if (owner.Host != Environment.MachineName)
            return true;
        try
        {
            using Process process = Process.GetProcessById(owner.ProcessId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        File.Delete(_notice);
        _held.Dispose();
    }

    private static FileStream Open(CampaignDirectory directory) =>
        new(directory.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

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
