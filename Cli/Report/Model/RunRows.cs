namespace Campaign.Cli.Report;

/// <summary>One stage of the executed graph.</summary>
/// <param name="State">"done", "running", "failed", ... (DESIGN's task states, summarised).</param>
/// <param name="WallSeconds">From the first start to the last end; null when nothing ran (reused results).</param>
/// <param name="DependsOn">Ids of the stages whose results it uses.</param>
public sealed record StageRow(string Id, string State, int Done, int Total, double? WallSeconds, IReadOnlyList<string> DependsOn);

/// <summary>What a group of tasks cost.</summary>
/// <param name="CoreSeconds">Wall seconds times cores, summed over the tasks.</param>
/// <param name="UsPerAtomStep">Wall microseconds per atom and MD step, where that means something.</param>
/// <param name="CoreSecondsPerAtomPs">Core-seconds per atom and ps of trajectory, where that means something.</param>
public sealed record CostRow(
    string Stage, string Operation, string Engine, int Tasks, double CoreSeconds, double WallSeconds,
    double? UsPerAtomStep = null, double? CoreSecondsPerAtomPs = null);
