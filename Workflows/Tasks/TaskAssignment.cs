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
    string Fingerprint);
