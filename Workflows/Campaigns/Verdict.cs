using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

/// <summary>Where a task stands in the campaign, seen from what the others have reached.</summary>
public abstract record Verdict
{
    private Verdict() { }

    /// <summary>Nothing will change it but a request from outside.</summary>
    public bool IsSettled => this is Done or Failed or Cancelled or Blocked;

    /// <summary>Some inputs are not there yet.</summary>
    public sealed record Waiting : Verdict
    {
        public static Waiting Instance { get; } = new();
    }

    /// <summary>Everything is there; it may start.</summary>
    public sealed record Ready(TaskAssignment Assignment) : Verdict;

    /// <summary>It has concluded, but on other inputs or parameters than the present ones.</summary>
    public sealed record Stale(TaskAssignment Assignment) : Verdict;

    public sealed record Done(IReadOnlyDictionary<string, ArtifactRef> Outputs) : Verdict;

    public sealed record Failed(string Reason) : Verdict;

    public sealed record Cancelled(string Reason) : Verdict;

    /// <summary>It needs the result of <paramref name="By"/>, which will not come.</summary>
    public sealed record Blocked(TaskId By, string Reason) : Verdict;
}
