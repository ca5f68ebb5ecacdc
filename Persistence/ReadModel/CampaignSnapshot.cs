using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;

namespace Campaign.Persistence.ReadModel;

/// <summary>One task as people see it.</summary>
/// <param name="Phase">What the journal says; a task that can never start is shown as cancelled, with the reason.</param>
public sealed record TaskRow(
    TaskSpec Spec,
    TaskPhase Phase,
    int Attempt,
    string? JobId,
    bool Reused,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? DueAt,
    string? Reason)
{
    /// <summary>A job outside that may exist and write.</summary>
    public JobRef? Job { get; init; }

    /// <summary>The task whose lost result keeps this one from ever starting.</summary>
    public TaskId? BlockedBy { get; init; }
}

/// <summary>What a campaign's journal says, folded without starting anything.</summary>
public sealed record CampaignSnapshot(
    string Id,
    CampaignState Campaign,
    WorkflowGraph Graph,
    IReadOnlyDictionary<string, StageState> Stages,
    IReadOnlyList<TaskRow> Tasks,
    LockOwner? Owner)
{
    public required CampaignDirectory Directory { get; init; }

    /// <summary>The graph before anybody set a task's parameter by hand.</summary>
    public required WorkflowGraph Plan { get; init; }

    /// <summary>
    /// What a task's stage recorded when it ended. Null before, and where the process died after the task had recorded its end and before its
    /// stage did.
    /// </summary>
    public StageEvents.TaskConcluded? Conclusion(TaskId task) => Stages.GetValueOrDefault(task.Stage)?.Concluded.GetValueOrDefault(task);

    /// <summary>Parameters given to a planned task by hand. One that the present plan's task no longer has does nothing and is left out.</summary>
    public IEnumerable<ParameterChange> SetByHand(TaskId task) =>
        Campaign.Settings.Of(task).Where(c => ParameterChanges.Keys(Graph[task].Parameters).Contains(c.Key));

    /// <summary>
    /// Concluded tasks are read from their stage alone, so the cost grows with the number of tasks and not with their events.
    /// </summary>
    /// <param name="until">Leave out what is later in the journal than this place; null for now.</param>
    /// <exception cref="InvalidDataException">No campaign there, or its journal or plan cannot be read.</exception>
    public static CampaignSnapshot Read(CampaignDirectory directory, long? until = null)
    {
        string id = directory.ReadId();
        using var journal = new JournalReader(directory.Journal, until ?? long.MaxValue);

        CampaignState campaign = CampaignState.New;
        LockOwner? driver = null;
        foreach (JournalEntry e in journal.Stream(PersistenceIds.OfCampaign(id)))
        {
            campaign = campaign.Apply((ICampaignEvent)e.Event);
            driver = e.Event switch
            {
                CampaignEvents.Started s => new LockOwner(s.ProcessId, s.Host, s.At),
                CampaignEvents.Stopped or CampaignEvents.Concluded => null,
                _ => driver,
            };
        }
        if (campaign.Plan is null)
            throw new InvalidDataException(until is null
                ? $"The campaign in {directory.Root} has not been opened yet: a process that starts it is still planning, or was stopped while it did."
                : $"The campaign in {directory.Root} had not been opened then. 'campaign history {directory.Root}' shows when it was.");
        // beside the stages: in a campaign of thousands of tasks each of the two takes long
        Task<StoredPlan> reading = Task.Run(() => PlanJson.Decode(new ArtifactStore(StoreOf(directory)).ReadBytes(campaign.Plan)));
        var stages = new Dictionary<string, StageState>();
        foreach (JournalEntry e in journal.StreamsOf($"{id}/stage/"))
        {
            string stage = PersistenceIds.Split(e.Stream).Name!;
            stages[stage] = stages.GetValueOrDefault(stage, StageState.New).Apply((IStageEvent)e.Event);
        }
        StoredPlan plan = reading.GetAwaiter().GetResult();
        WorkflowGraph graph = campaign.Settings.Applied(plan.Graph);
        StageState Stage(string name) => stages.GetValueOrDefault(name, StageState.New);

        var frontier = new Frontier(graph, CampaignPolicy.Default with { Quorum = plan.Quorum }, stages.Values.SelectMany(s => s.Concluded.Values));
        HashSet<string> begun = journal.StreamNames($"{id}/task/");
        var rows = new List<TaskRow>(graph.Tasks.Count);
        foreach (TaskSpec task in graph.Tasks)
        {
            if (Stage(task.Id.Stage).Concluded.TryGetValue(task.Id, out StageEvents.TaskConcluded? end) && frontier[task.Id] is not (Verdict.Stale or Verdict.Waiting or Verdict.Blocked))
            {
                rows.Add(Concluded(task, end));
                continue;
            }
            string stream = PersistenceIds.OfTask(id, task.Id);
            TaskState state = TaskState.New;
            if (begun.Contains(stream))
                foreach (JournalEntry e in journal.Stream(stream))
                    state = state.Apply((ITaskEvent)e.Event);
            rows.Add(Open(task, state, Stage(task.Id.Stage), frontier[task.Id], end));
        }
        return new CampaignSnapshot(id, campaign, graph, stages, rows, until is null ? CampaignLock.Owner(directory) : driver) { Plan = plan.Graph, Directory = directory };
    }

    /// <summary>Where the campaign's artifacts are: its own directory, or the shared store it was started with.</summary>
    public static string StoreOf(CampaignDirectory directory)
    {
        string pointer = directory.StorePointer;
        return File.Exists(pointer) ? File.ReadAllText(pointer).Trim() : directory.Root;
    }

    private static TaskRow Concluded(TaskSpec task, StageEvents.TaskConcluded e) => new(
        task,
        e.Outcome switch { TaskOutcome.Done => TaskPhase.Done, TaskOutcome.Failed => TaskPhase.Failed, _ => TaskPhase.Cancelled },
        e.Attempt, null, e.Reused, e.StartedAt, e.EndedAt, null, e.Reason);

    private static TaskRow Open(TaskSpec task, TaskState state, StageState stage, Verdict verdict, StageEvents.TaskConcluded? end)
    {
        if (verdict is Verdict.Blocked blocked)
            return new TaskRow(task, TaskPhase.Cancelled, state.Attempt, null, false, null, null, null, $"blocked: {blocked.Reason}") { BlockedBy = blocked.By };
        if (end is not null)
            return new TaskRow(task, TaskPhase.Planned, end.Attempt, null, false, null, null, null, "to run again: its inputs or parameters changed");
        if (state.Phase.IsTerminal() && state.Round < stage.Round(task.Id)) // its stage opened it again, and nothing has told it yet
            return new TaskRow(task, TaskPhase.Planned, state.Attempt, null, false, null, null, null, $"to run again: {stage.ReopenReason(task.Id)}");
        return new TaskRow(task, state.Phase, state.Attempt, state.LastJobId, state.Reused, state.StartedAt, state.EndedAt, state.DueAt, state.Reason) { Job = state.Job };
    }
}
