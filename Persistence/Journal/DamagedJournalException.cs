namespace Campaign.Persistence.Journal;

/// <summary>A campaign's journal cannot be read, or not to its end. No restart helps; the results lie elsewhere and are not affected.</summary>
public sealed class DamagedJournalException(string journal, string what, Exception? cause = null) : Exception(what, cause)
{
    /// <summary>Path of the journal.</summary>
    public string Journal { get; } = journal;

    internal static DamagedJournalException Of(string journal, Exception cause) =>
        cause as DamagedJournalException ?? new DamagedJournalException(journal, cause.GetBaseException().Message, cause);
}
