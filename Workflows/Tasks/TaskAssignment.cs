using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

/// <summary>All a task needs to begin: what to do, on which artifacts, and what that will be called.</summary>
/// <param name="Priority">Place in the graph's order; smaller goes first.</param>
/// <param name="Missing">Inputs that will never come and are done without.</param>
public sealed record TaskAssignment(
    TaskSpec Spec,
    int Priority,
    IReadOnlyList<ResolvedInput> Inputs,
    IReadOnlyList<MissingInput> Missing,
    string Fingerprint)
{
    /// <summary>
    /// Names the work that runs share: the fingerprint without the corrections that change only how it is found. What an external program
    /// left before such a correction is gone on from after it; a change of what is computed begins anew.
    /// </summary>
    public string Lineage { get; init; } = Fingerprint;

    /// <summary>The same with the corrections that were made for it.</summary>
    public TaskAssignment With(CorrectedTask? corrected)
    {
        if (corrected is null || corrected.Asked != Fingerprint)
            return this;
        TaskSpec spec = ParameterChanges.Applied(Spec, corrected.Corrections.SelectMany(c => c.Changes));
        TaskSpec sameWork = ParameterChanges.Applied(Spec, corrected.Corrections.Where(c => c.Class == CorrectionClass.Physics).SelectMany(c => c.Changes));
        return this with { Spec = spec, Fingerprint = Tasks.Fingerprint.Of(spec, Inputs), Lineage = Tasks.Fingerprint.Of(sameWork, Inputs) };
    }
}
