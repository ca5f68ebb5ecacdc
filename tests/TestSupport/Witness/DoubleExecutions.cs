namespace Campaign.TestSupport.Witness;

/// <summary>What must never be seen in a witness log.</summary>
/// <param name="Repeated">Attempts that ran more than once, at whatever times.</param>
/// <param name="OfOneAttempt">Runs of one attempt at the same time.</param>
/// <param name="OfOneTask">Runs of two attempts of one task at the same time: the earlier one had not been fenced.</param>
public sealed record DoubleExecutions(
    IReadOnlyList<string> Repeated,
    IReadOnlyList<(Execution First, Execution Second)> OfOneAttempt,
    IReadOnlyList<(Execution First, Execution Second)> OfOneTask)
{
    public static DoubleExecutions In(IReadOnlyList<Execution> executions) => new(
        [.. executions.GroupBy(e => e.Attempt).Where(g => g.Count() > 1).Select(g => g.Key)],
        Overlaps(executions, e => e.Attempt),
        [.. Overlaps(executions, e => e.Task).Where(p => p.First.Attempt != p.Second.Attempt)]);

    private static IReadOnlyList<(Execution First, Execution Second)> Overlaps(IEnumerable<Execution> executions, Func<Execution, string> key) =>
        [.. from runs in executions.GroupBy(key)
            from pair in Pairs([.. runs])
            where pair.First.Overlaps(pair.Second)
            select pair];

    private static IEnumerable<(Execution First, Execution Second)> Pairs(Execution[] runs) =>
        runs.SelectMany((first, i) => runs.Skip(i + 1).Select(second => (first, second)));
}
