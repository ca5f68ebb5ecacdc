namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Which of the nodes that failed under a task its next job avoids. Pure.</summary>
public static class NodeAvoidance
{
    /// <summary>Never more than half of the nodes there are: a job that avoids them all would never begin, and the fault is not the nodes'.</summary>
    /// <param name="failed">Worst first.</param>
    /// <param name="nodes">Of the partition; 0 when that is not known.</param>
    /// <returns>The nodes, and what is to be said where they are not all.</returns>
    public static (IReadOnlyList<string> Avoided, string? Remark) Of(IReadOnlyList<string> failed, int nodes)
    {
        if (failed.Count <= nodes / 2)
            return (failed, null);
        string[] avoided = [.. failed.Take(nodes / 2)];
        return (avoided, $"Its jobs failed again and again on {string.Join(", ", failed)}. {(avoided.Length == 0 ? "None of them is" : $"Only {string.Join(", ", avoided)} {(avoided.Length == 1 ? "is" : "are")}")} avoided: "
            + $"{(nodes == 0 ? "how many nodes there are is not known" : $"there are {nodes}")}, and no more than half are left out. The task itself may be what fails there.");
    }
}
