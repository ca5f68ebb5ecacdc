using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.ReadModel;

/// <summary>What the disk did to a campaign's files, and what was done about it.</summary>
public static class MendedDamages
{
    /// <summary>A sentence each, without paths.</summary>
    public static IReadOnlyList<string> Read(CampaignDirectory directory)
    {
        using var journal = new JournalReader(directory.Journal);
        return
        [
            .. journal.OfKind("task.inputDamaged.v1").Select(e => (TaskEvents.InputDamaged)e.Event).DistinctBy(e => e.Artifact)
                .Select(e => $"An artifact of {e.Producer} ({e.Artifact.Sha256[..12]}, {e.Artifact.Kind}) was found damaged on the disk; {e.Producer} computed it again."),
            .. from e in journal.OfKind("task.diagnosed.v1")
               where ((TaskEvents.Diagnosed)e.Event).Findings.Any(f => f.Key == Finding.DamagedCheckpoint)
               select $"A checkpoint of {PersistenceIds.Split(e.Stream).Name} was found damaged on the disk; the work went on from before it.",
        ];
    }
}
