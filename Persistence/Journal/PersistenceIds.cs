using Campaign.Workflows.Graph;

namespace Campaign.Persistence.Journal;

/// <summary>Names of the journal's streams. The campaign's random id comes first, so that one database may hold many.</summary>
public static class PersistenceIds
{
    public static string OfCampaign(string campaignId) => $"{campaignId}/campaign";

    public static string OfStage(string campaignId, string stage) => $"{campaignId}/stage/{stage}";

    public static string OfTask(string campaignId, TaskId task) => $"{campaignId}/task/{task}";

    /// <summary>The stream's owner as people read it: <c>campaign</c>, <c>stage dlmd</c> or <c>task dlmd/ti0750/t700</c>.</summary>
    public static (string Kind, string? Name) Split(string persistenceId)
    {
        string[] parts = persistenceId.Split('/', 3);
        return parts.Length < 2
            ? throw new InvalidDataException($"'{persistenceId}' is no stream of a campaign's journal.")
            : (parts[1], parts.Length == 3 ? parts[2] : null);
    }
}
