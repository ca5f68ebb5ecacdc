using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.ReadModel;

/// <summary>What the disk did to a campaign's files, and what was done about it.</summary>
public static class MendedDamages
{
    /// <summary>A sentence each, without paths. What nobody has mended (yet) is left out.</summary>
    public static IReadOnlyList<string> Read(CampaignDirectory directory)
    {
        string id = directory.ReadId();
        using var journal = new JournalReader(directory.Journal);
        return
        [
            .. journal.OfKind("task.inputDamaged.v1").ToArray().Select(Mended).OfType<string>().Distinct(),
            .. from e in journal.OfKind("task.diagnosed.v1")
               where ((TaskEvents.Diagnosed)e.Event).Findings.Any(f => f.Key == FindingKeys.DamagedCheckpoint)
               select $"A checkpoint of {PersistenceIds.Split(e.Stream).Name} was found damaged on the disk; the work went on from before it.",
        ];

        string? Mended(JournalEntry found)
        {
            var damage = (TaskEvents.InputDamaged)found.Event;
            string? mend = journal.Stream(PersistenceIds.OfTask(id, damage.Producer)).Where(e => e.Sequence > found.Sequence).Select(e => e.Event switch
            {
                TaskEvents.Done => "computed it again",
                TaskEvents.Reused => "took it from an equal computation",
                _ => null,
            }).FirstOrDefault(m => m is not null);
            return mend is null ? null : $"An artifact of {damage.Producer} ({damage.Artifact.Sha256[..12]}, {damage.Artifact.Kind}) was found damaged on the disk; {damage.Producer} {mend}.";
        }
    }
}
