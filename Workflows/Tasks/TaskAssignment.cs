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
    /// <summary>The same with the corrections that were made for it.</summary>
    public TaskAssignment With(CorrectedTask? corrected)
    {
        if (corrected is null || corrected.Asked != Fingerprint)
            return this;
        TaskSpec spec = ParameterChanges.Applied(Spec, corrected.Corrections.SelectMany(c => c.Changes));
        return this with { Spec = spec, Fingerprint = Tasks.Fingerprint.Of(spec, Inputs) };
    }
}
