using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Corrections;

/// <summary>A correction as it was made.</summary>
/// <param name="Handler">Which handler made it.</param>
/// <param name="Why">The finding it answers, in words.</param>
public sealed record Correction(string Handler, CorrectionClass Class, IReadOnlyList<ParameterChange> Changes, string Why);

/// <summary>What may be corrected without asking, and how often.</summary>
/// <param name="PerHandler">Corrections by one handler for one task.</param>
/// <param name="PerTask">Corrections for one task in all.</param>
/// <param name="PhysicsChanges">Whether what is computed may be changed too.</param>
public sealed record CorrectionPolicy(IReadOnlyList<CorrectionHandler> Handlers, int PerHandler, int PerTask, bool PhysicsChanges)
{
    public static CorrectionPolicy Default { get; } = new(CorrectionHandlers.All, 3, 8, false);

    /// <summary>The answer to a finding, or why there is none. Both null: nobody knows one. Of several handlers the first that may still act does.</summary>
    /// <param name="failed">The task as it failed: planned, set by hand and corrected before.</param>
    /// <param name="before">The corrections made to it so far.</param>
    public (Correction? Correction, string? Refusal) Propose(TaskSpec failed, IReadOnlyList<Correction> before, Finding finding)
    {
        string? refusal = null;
        foreach (CorrectionHandler handler in Handlers.Where(h => h.Operation == failed.Operation && h.Finding == finding.Key))
        {
            (Correction? correction, string? refused) = Propose(handler, failed, before, finding);
            if (correction is not null)
                return (correction, null);
            refusal = refused ?? refusal;
        }
        return (null, refusal);
    }

    private (Correction? Correction, string? Refusal) Propose(CorrectionHandler handler, TaskSpec failed, IReadOnlyList<Correction> before, Finding finding)
    {
        IReadOnlyList<ParameterChange> changes = handler.Correct(failed.Parameters);
        if (changes.Count == 0)
            return (null, null);
        string what = string.Join(", ", changes.Select(c => $"{c.Key} {ParameterChanges.ValueOf(failed.Parameters, c.Key)?.ToJsonString()} -> {c.Value?.ToJsonString()}"));
        int tried = before.Count(c => c.Handler == handler.Key);
        if (handler.Once && tried > 0)
            return (null, $"'{handler.Key}' did not help");
        if (tried >= PerHandler)
            return (null, $"'{handler.Key}' was tried {PerHandler} times, which is its budget (budgets.correctionsPerHandler)");
        if (before.Count >= PerTask)
            return (null, $"{PerTask} corrections were made, which is the task's budget (budgets.correctionsPerTask)");
        if (handler.Class == CorrectionClass.Physics && !PhysicsChanges)
            return (null, $"'{handler.Key}' could mend it ({what}) but changes what is computed: allow it with budgets.physicsChanges: true, or set the values yourself with 'campaign set'");
        return (new Correction(handler.Key, handler.Class, changes, finding.Message), null);
    }
}
