namespace Campaign.Workflows.Campaigns;

/// <summary>Something that happened and is kept for ever. Every implementation has a manifest and a golden file.</summary>
public interface IJournalEvent
{
    DateTimeOffset At { get; }
}
