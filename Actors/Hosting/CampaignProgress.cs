using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Hosting;

/// <summary>What a watching person is told. Sinks are called from several threads.</summary>
public abstract record CampaignProgress
{
    private CampaignProgress() { }

    /// <summary>The journal has been read; these tasks have settled before.</summary>
    public sealed record Loaded(IReadOnlyDictionary<TaskId, TaskPhase> Settled) : CampaignProgress;

    public sealed record TaskMoved(TaskId Task, TaskState State) : CampaignProgress;

    /// <summary>It can never start, for the reason given.</summary>
    public sealed record TaskBlocked(TaskId Task, string Reason) : CampaignProgress;

    /// <param name="Fraction">In [0, 1].</param>
    public sealed record TaskWorking(TaskId Task, double Fraction, string Note) : CampaignProgress;

    /// <summary>A word about the campaign as a whole: paused, continued, draining, a fault that is being waited out.</summary>
    public sealed record Notice(string Text) : CampaignProgress;
}
