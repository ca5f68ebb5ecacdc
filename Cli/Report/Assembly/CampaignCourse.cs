using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Report.Assembly;

/// <summary>How a campaign went, from its journal: the executed stages, what they cost, what is missing, what was done otherwise than planned.</summary>
/// <param name="Changes">Parameters set by hand or corrected, and files that were damaged and made again, a sentence each.</param>
public sealed record CampaignCourse(
    IReadOnlyList<StageRow> Stages, IReadOnlyList<CostRow> Costs, IReadOnlyList<MissingRow> Missing, IReadOnlyList<string> Changes)
{
    /// <param name="self">The task that writes the report; it is still running and left out.</param>
    /// <param name="atomsOfRuns">Atoms of every production run.</param>
    public static CampaignCourse Of(
        CampaignSnapshot snapshot, IReadOnlyDictionary<TaskId, IReadOnlyList<Correction>> corrections, IReadOnlyList<string> damages, TaskId? self, IReadOnlyDictionary<TaskId, int> atomsOfRuns)
    {
        TaskRow[] tasks = [.. snapshot.Tasks.Where(t => t.Spec.Id != self)];
        return new CampaignCourse(
            [.. tasks.GroupBy(t => t.Spec.Id.Stage).Select(g => Stage(snapshot, g))],
            [.. tasks.Where(t => t.StartedAt is not null && t.EndedAt is not null).GroupBy(t => (t.Spec.Id.Stage, t.Spec.Operation, t.Spec.Engine, Blank: IsBlank(t.Spec))).Select(g => Cost(g, atomsOfRuns))],
            [.. tasks.Where(t => t.Phase is TaskPhase.Failed or TaskPhase.Cancelled).Select(t => new MissingRow(t.Spec.Id.Value, t.Reason ?? ""))],
            [.. SetByHand(snapshot), .. corrections.SelectMany(c => c.Value.Select(x => Corrected(c.Key, x))), .. damages]);
    }

    private static IEnumerable<string> SetByHand(CampaignSnapshot snapshot) =>
        from task in snapshot.Campaign.Settings.Changes.Keys.Select(TaskId.Parse)
        where snapshot.Graph.Contains(task)
        from change in snapshot.SetByHand(task)
        select $"{task}: {change}, set by hand.";

    private static string Corrected(TaskId task, Correction c) =>
        $"{task}: {string.Join(", ", c.Changes)}, changed by '{c.Handler}' ({(c.Class == CorrectionClass.Physics ? "a change of the physics, allowed by the campaign file" : c.Class.ToString().ToLowerInvariant())}) after: {c.Why}";

    private static StageRow Stage(CampaignSnapshot snapshot, IGrouping<string, TaskRow> tasks)
    {
        int done = tasks.Count(t => t.Phase == TaskPhase.Done), total = tasks.Count();
        DateTimeOffset? first = tasks.Min(t => t.StartedAt), last = tasks.Max(t => t.EndedAt);
        string state = done == total ? "done" : tasks.Any(t => t.Phase == TaskPhase.Failed) ? "failed" : tasks.Any(t => t.Phase == TaskPhase.Cancelled) ? "cancelled" : "running";
        string[] upstream =
        [
            .. tasks.SelectMany(t => t.Spec.DependsOn).Where(snapshot.Graph.Contains).Select(id => id.Stage).Where(s => s != tasks.Key).Distinct()
        ];
        return new StageRow(tasks.Key, state, done, total, last - first is { } wall && tasks.Any(t => !t.Reused) ? Math.Max(0, wall.TotalSeconds) : null, upstream);
    }

    private static CostRow Cost(IGrouping<(string Stage, string Operation, string Engine, bool Blank), TaskRow> tasks, IReadOnlyDictionary<TaskId, int> atomsOfRuns)
    {
        TaskRow[] ran = [.. tasks.Where(t => !t.Reused)];
        double Wall(TaskRow t) => Math.Max(0, (t.EndedAt!.Value - t.StartedAt!.Value).TotalSeconds); // the clock may have been set back
        double core = ran.Sum(t => Wall(t) * t.Spec.Cores), wall = ran.Sum(Wall);
        string operation = tasks.Key.Blank ? $"{tasks.Key.Operation} (teacher, method blank)" : tasks.Key.Operation;
        // an attempt that began at a checkpoint did not do all its steps: its time says nothing about a step
        TaskRow[] whole = [.. ran.Where(t => t.Attempt == 1 && atomsOfRuns.ContainsKey(t.Spec.Id))];
        if (tasks.Key.Operation != OperationCatalogue.Dynamics || whole.Length == 0)
            return new CostRow(tasks.Key.Stage, operation, tasks.Key.Engine, tasks.Count(), core, wall);
        DynamicsParameters Run(TaskRow t) => CanonicalParameters.Read<DynamicsParameters>(t.Spec.Parameters);
        double Steps(TaskRow t) => Run(t).EquilibrationSteps + Run(t).Steps;
        double seconds = whole.Sum(Wall);
        double atomSteps = whole.Sum(t => atomsOfRuns[t.Spec.Id] * Steps(t)), atomPs = whole.Sum(t => atomsOfRuns[t.Spec.Id] * Steps(t) * Run(t).TimeStepFs / 1000);
        return new CostRow(tasks.Key.Stage, operation, tasks.Key.Engine, tasks.Count(), core, wall, 1e6 * seconds / atomSteps, seconds / atomPs);
    }

    private static bool IsBlank(TaskSpec task) =>
        task.Operation == OperationCatalogue.Dynamics && CanonicalParameters.Read<DynamicsParameters>(task.Parameters).Label == ForceSource.Teacher;
}
