using Campaign.Persistence.Journal;
using Microsoft.Data.Sqlite;

namespace Campaign.Cli.Tools;

/// <summary>Whether a folder's file system can hold a campaign: it can be written, its locks exclude, and SQLite's write-ahead log works.</summary>
internal static class StorageProbe
{
    /// <summary>Tries it with files of its own, which are gone when the call returns.</summary>
    /// <returns>What does not work; null when all does.</returns>
    public static string? Problem(string folder)
    {
        string file = Path.Combine(folder, $".campaign-probe-{Guid.NewGuid():N}"), journal = file + ".db";
        try
        {
            using var held = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (CanOpen(file))
                return "its locks do not exclude anybody";
            JournalFile.Prepare(journal);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            return e.Message;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            foreach (string left in new[] { journal, journal + "-wal", journal + "-shm" }.Where(File.Exists))
                File.Delete(left);
        }
    }

    private static bool CanOpen(string file)
    {
        try
        {
            using var second = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
