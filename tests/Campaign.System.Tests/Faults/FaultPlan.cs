namespace Campaign.SystemTests.Faults;

/// <summary>Which fault when, wholly decided by a seed.</summary>
public static class FaultPlan
{
    private const int LongestKillMs = 20, LongestOutageMs = 12_000;
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();
    private static readonly int Boundaries = Enum.GetValues<Boundary>().Length;

    /// <param name="count">How many faults. Every kind comes equally often, give or take one, in an order of its own each round.</param>
    /// <param name="meanGap">Mean time between two; it is distributed exponentially, so that some come in bursts.</param>
    public static IReadOnlyList<PlannedFault> Of(int seed, int count, TimeSpan meanGap)
    {
        var random = new Random(seed);
        var plan = new List<PlannedFault>();
        for (int round = 0; plan.Count < count; round++)
        {
            FaultKind[] kinds = [.. Kinds];
            random.Shuffle(kinds);
            foreach (FaultKind kind in kinds.Take(count - plan.Count))
            {
                int amount = kind switch
                {
                    FaultKind.KillOrchestrator => round % Boundaries,
                    FaultKind.KillSubmission => random.Next(1, LongestKillMs + 1),
                    FaultKind.FreezeController or FaultKind.KillController => random.Next(500, LongestOutageMs),
                    _ => 0,
                };
                plan.Add(new PlannedFault(meanGap * -Math.Log(1 - random.NextDouble()), new Fault(kind, amount, random.Next(1000))));
            }
        }
        return plan;
    }
}
