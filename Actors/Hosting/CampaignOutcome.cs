using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Hosting;

/// <summary>How a run of the orchestrator ended.</summary>
public abstract record CampaignOutcome
{
    private CampaignOutcome() { }

    /// <summary>The process's exit code for it.</summary>
    public abstract int ExitCode { get; }

    /// <summary>Every task has settled.</summary>
    public sealed record Concluded(CampaignResult Result, IReadOnlyList<TaskProblem> Failed, IReadOnlyList<TaskProblem> Blocked) : CampaignOutcome
    {
        public override int ExitCode => Result switch { CampaignResult.Done => 0, CampaignResult.Partial => 3, _ => 1 };
    }

    /// <summary>Drained on request; the same command goes on.</summary>
    public sealed record Interrupted : CampaignOutcome
    {
        public override int ExitCode => 130;
    }

    /// <summary>Paused or cancelled; somebody has to say go.</summary>
    public sealed record Stopped(string Reason) : CampaignOutcome
    {
        public override int ExitCode => 75;
    }

    /// <summary>Another process drives this campaign.</summary>
    public sealed record Locked(LockOwner? Owner) : CampaignOutcome
    {
        public override int ExitCode => 75;
    }

    /// <summary>The plan differs from the stored one, and nobody accepted that.</summary>
    public sealed record PlanChanged(PlanDifference Difference) : CampaignOutcome
    {
        public override int ExitCode => 2;
    }
}
