using Campaign.Files;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Hosting;

/// <summary>
/// Clears away what dead processes left behind, under the campaign's lock: files whose writing was cut short, scratch of attempts that
/// others followed, and checkpoints of tasks that need none. A campaign driven for weeks would fill its disk with them.
/// </summary>
internal static class Housekeeping
{
    /// <summary>Others may write wishes, and into a shared store, at this moment; none of them takes a day for one file.</summary>
    private static readonly TimeSpan Unfinished = TimeSpan.FromDays(1);

    /// <param name="needsNone">Whether a task is done or no longer planned.</param>
    /// <returns>What was done, in words; null when there was nothing to do.</returns>
    public static string? Sweep(CampaignDirectory directory, string store, Func<TaskId, bool> needsNone, DateTimeOffset now)
    {
        bool IsOld(string file) => now - File.GetLastWriteTimeUtc(file) > Unfinished;
        string[] halves =
        [
            .. Temporaries(directory.Root, SearchOption.TopDirectoryOnly),
            .. Temporaries(directory.AllCheckpointsRoot, SearchOption.AllDirectories),
            .. new[] { "artifacts", "fingerprints" }.SelectMany(f => Temporaries(Path.Combine(store, f), SearchOption.TopDirectoryOnly))
                .Where(IsOld),
            .. Temporaries(directory.Control, SearchOption.TopDirectoryOnly).Where(IsOld),
        ];
        string[] checkpoints = [.. directory.TasksWithCheckpoints().Where(needsNone).SelectMany(directory.AllCheckpoints)];
        int scratch = directory.Followed().Sum(a => ClearScratch(a.Attempt));
        foreach (string file in halves)
            File.Delete(file);
        foreach (string folder in checkpoints)
            Directory.Delete(folder, recursive: true);
        return halves.Length + checkpoints.Length + scratch == 0
            ? null
            : $"cleared away: {halves.Length} unfinished files, {checkpoints.Length} checkpoints no task needs, {scratch} scratch files of attempts that are over";
    }

    private static IEnumerable<string> Temporaries(string folder, SearchOption where) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", where).Where(AtomicFile.IsTemporary) : [];

    /// <summary>Empties the directory of an attempt that is over, but for claim and fence, which keep it from ever being executed twice, its log and its end.</summary>
    /// <returns>How much there was.</returns>
    public static int ClearScratch(string attempt)
    {
        string[] scratch = [.. Directory.EnumerateFileSystemEntries(attempt).Where(e => !CampaignDirectory.Stays(e))];
        foreach (string entry in scratch)
            if (Directory.Exists(entry))
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        return scratch.Length;
    }
}
