using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Jobs;

/// <summary>What a task has on a site with files of its own.</summary>
internal static class StagedTask
{
    /// <summary>Whether something of it may be there still. Asked of this machine's disk only.</summary>
    public static bool Remains(CampaignDirectory here, TaskId task) => Marked(here, task).Any();

    /// <summary>Deletes it. May be repeated: it counts as there until this has gone through.</summary>
    public static void Remove(JobSite site, CampaignDirectory here, string campaignId, IReadOnlyList<TaskId> tasks)
    {
        CampaignDirectory there = site.CampaignAt(here, campaignId);
        site.Files.Remove([.. tasks.SelectMany(t => new[] { Path.Combine(there.Runs, t.Value), Path.Combine(there.AllCheckpointsRoot, t.Value) })], CancellationToken.None);
        foreach (string attempt in tasks.SelectMany(t => Marked(here, t)).ToArray())
            PreparedRun.Forget(attempt);
    }

    private static IEnumerable<string> Marked(CampaignDirectory here, TaskId task)
    {
        string runs = Path.Combine(here.Runs, task.Value);
        return Directory.Exists(runs) ? Directory.EnumerateDirectories(runs).Where(PreparedRun.Exists) : [];
    }
}
