using Campaign.Persistence.Journal;

namespace Campaign.Persistence.ReadModel;

/// <summary>As much of a journal as can be read, in the order it happened.</summary>
/// <param name="Damage">What stopped the reading behind the last entry; null when it was the journal's end.</param>
public sealed record ReadableJournal(IReadOnlyList<JournalEntry> Entries, string? Damage)
{
    /// <exception cref="InvalidDataException">There is no journal, or a newer version wrote it.</exception>
    public static ReadableJournal Of(string path)
    {
        var entries = new List<JournalEntry>();
        try
        {
            using var journal = new JournalReader(path);
            foreach (JournalEntry e in journal.All())
                entries.Add(e);
            return new ReadableJournal(entries, null);
        }
        catch (DamagedJournalException e)
        {
            return new ReadableJournal(entries, e.Message);
        }
    }
}
