using System.Globalization;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Planning;

/// <summary>What a graph costs. Estimates within a factor 3.</summary>
/// <param name="WallDays">The longest chain of tasks, or the work of the busiest site over its cores, whichever is longer.</param>
public sealed record PlanTotals(int Tasks, double CoreHours, double DiskMiB, double WallDays)
{
    /// <param name="coresOf">Slots of a site that work at the same time.</param>
    public static PlanTotals Of(WorkflowGraph graph, Func<string, int> coresOf)
    {
        var ends = new Dictionary<TaskId, double>();
        foreach (TaskSpec t in graph.Tasks)
            ends[t.Id] = t.DependsOn.Select(d => ends[d]).DefaultIfEmpty(0).Max() + t.CoreHours / Math.Min(t.Cores, coresOf(t.Site));
        double longestChain = ends.Values.DefaultIfEmpty(0).Max();
        double busiestSite = graph.Tasks.GroupBy(t => t.Site).Select(g => g.Sum(t => t.CoreHours) / coresOf(g.Key)).DefaultIfEmpty(0).Max();
        return new PlanTotals(graph.Tasks.Count, graph.Tasks.Sum(t => t.CoreHours), graph.Tasks.Sum(t => t.DiskMiB), Math.Max(longestChain, busiestSite) / 24);
    }

    /// <summary>Why `run` must refuse, with the tasks that cost most; empty when within the limits.</summary>
    public IReadOnlyList<SpecProblem> AboveLimits(CampaignSpec spec, WorkflowGraph graph)
    {
        var problems = new List<SpecProblem>();
        if (spec.Limits.CoreHours is { } hours && CoreHours > hours)
            problems.Add(Problem("limits.coreHours", string.Create(CultureInfo.InvariantCulture, $"The plan needs about {CoreHours:G3} core-hours; the limit is {hours:G6}.")));
        if (spec.Limits.WallDays is { } days && WallDays > days)
            problems.Add(Problem("limits.wallDays", string.Create(CultureInfo.InvariantCulture, $"The plan needs about {WallDays:G3} days; the limit is {days:G6}.")));
        return problems;

        SpecProblem Problem(string path, string message)
        {
            var (file, line, column) = spec.Source.PositionOf(path);
            string most = string.Join(", ", graph.Tasks.GroupBy(t => t.Id.Stage).OrderByDescending(g => g.Sum(t => t.CoreHours)).Take(3).Select(g =>
                string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum(t => t.CoreHours):G3} h ({g.Count()} tasks, most in {g.MaxBy(t => t.CoreHours)!.Id})")));
            return new SpecProblem(file, line, column, path, $"{message} Most of it: {most}.", "Shorten or shrink those tasks, or raise the limit; estimates are good to a factor 3.", SpecSeverity.Warning, "limits");
        }
    }
}
