using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;

namespace Campaign.Cli.Commands;

/// <summary>What there is to say, and to save, when a campaign's journal is damaged.</summary>
internal static class DamagedJournal
{
    public const int ExitCode = 2;

    /// <summary>Shows the events before the damage, and says where reading stopped.</summary>
    public static int ShowHistory(DamagedJournalException damage, string? task, long? place, bool json)
    {
        ReadableJournal readable = ReadableJournal.Of(damage.Journal);
        HistoryCommand.Show(
            [.. readable.Entries.Where(e => (task is null || HistoryCommand.Owner(e) == $"task {task}") && (place is null || e.Sequence <= place))], json);
        Explain(damage, readable);
        return ExitCode;
    }

    public static void Explain(DamagedJournalException damage) => Explain(damage, ReadableJournal.Of(damage.Journal));

    private static void Explain(DamagedJournalException damage, ReadableJournal readable)
    {
        CampaignDirectory directory = CampaignDirectory.At(Path.GetDirectoryName(damage.Journal)!);
        string prints = Path.Combine(CampaignSnapshot.StoreOf(directory), "fingerprints");
        int results = Directory.Exists(prints) ? Directory.EnumerateFiles(prints, "*.json").Count() : 0;
        Output.Error($"The campaign's journal is damaged: {damage.Journal}: {damage.Message.TrimEnd('.')}.");
        Output.Error(readable switch
        {
            { Entries: [] } => "No event of it can be read.",
            { Damage: null } => $"All {readable.Entries.Count} events can still be read, the last of {Output.Time(readable.Entries[^1].Event.At)}; 'campaign history {directory.Root}' shows them.",
            _ => $"Reading stopped behind event {readable.Entries.Count} ({HistoryCommand.Owner(readable.Entries[^1])}, {Output.Time(readable.Entries[^1].Event.At)}); 'campaign history {directory.Root}' shows what is before.",
        });
        Output.Error($"Results lie apart from it and are not affected: {results} are on record in {prints}.");
        Output.Error("What to do: move journal.db, journal.db-wal and journal.db-shm out of the directory and run the campaign file again. Finished tasks are found by their fingerprints "
            + "and do not run again; values set by hand ('set', '--set') and pauses were in the journal and have to be given again.");
    }
}
