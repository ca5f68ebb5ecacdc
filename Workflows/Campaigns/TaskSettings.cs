using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;
using Campaign.Workflows.Specs.Reading;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Campaigns;

/// <summary>Parameters of single tasks given by hand, on top of the plan.</summary>
public sealed record TaskSettings(ImmutableSortedDictionary<string, ImmutableList<ParameterChange>> Changes)
{
    /// <summary>A value further from the planned one than this factor is taken for a slip of the unit.</summary>
    private const double LargestFactor = 1000;

    // They say which task it is; another value would make it another task under the same name.
    private static readonly string[] Identity = ["variant", "level", "label", "mobile", "name", "model", "direction", "supercell", "temperatureK", "rdfTemperaturesK"];

    public static TaskSettings None { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableList<ParameterChange>>(StringComparer.Ordinal));

    public IReadOnlyList<ParameterChange> Of(TaskId task) => Changes.GetValueOrDefault(task.Value) ?? [];

    /// <summary>The last value of a key holds; no value takes it away.</summary>
    public TaskSettings With(TaskId task, ParameterChange change)
    {
        ImmutableList<ParameterChange> kept = [.. Of(task).Where(c => c.Key != change.Key)];
        if (change.Value is not null)
            kept = kept.Add(change);
        return new TaskSettings(kept.IsEmpty ? Changes.Remove(task.Value) : Changes.SetItem(task.Value, kept));
    }

    /// <summary>The plan with these values in it.</summary>
    public WorkflowGraph Applied(WorkflowGraph plan) => Changes.IsEmpty
        ? plan
        : new WorkflowGraph(plan.Tasks.Select(t => Changes.ContainsKey(t.Id.Value) ? ParameterChanges.Applied(t, Of(t.Id)) : t));

    /// <summary>Why a value cannot be given to a task, and what to do instead; null when it can.</summary>
    /// <param name="plan">The plan without settings.</param>
    public static string? Refusal(WorkflowGraph plan, TaskId task, ParameterChange change)
    {
        TaskSpec planned = plan[task];
        if (planned.Operation == OperationCatalogue.Report)
            return $"{task} says what the campaign is; change the campaign file instead and run it with --accept-changes";
        string[] keys = [.. ParameterChanges.Keys(planned.Parameters)];
        if (!keys.Contains(change.Key))
            return $"{task} has no parameter '{change.Key}'. {(NearestWord.Among(change.Key, keys) is { } near ? $"Did you mean '{near}'?" : $"It has {string.Join(", ", keys)}.")}";
        if (Identity.Contains(change.Key))
            return $"'{change.Key}' says which task {task} is. Change the campaign file instead and run it with --accept-changes";
        if (change.Value is null)
            return null;
        if (Sharing(plan, planned, change.Key) is { } other)
            return $"'{change.Key}' also decides {other}, and the two must agree. Change the campaign file instead and run it with --accept-changes";
        JsonNode? before = ParameterChanges.ValueOf(planned.Parameters, change.Key);
        if (ParameterValues.Refusal(before, change.Value, change.Key == "seed" ? double.MaxValue : LargestFactor) is { } why)
            return $"{change.Key}: {why}";
        return OperationCatalogue.CanRead(planned.Operation, ParameterChanges.Applied(planned.Parameters, [change]))
            ? null
            : $"{change.Key}: {change.Value.ToJsonString()} is not of the kind wanted here, such as {before?.ToJsonString()}";
    }

    /// <summary>A task that takes this one's result and was planned with the same value of the same parameter.</summary>
    private static TaskId? Sharing(WorkflowGraph plan, TaskSpec planned, string key) =>
        plan.Tasks.Where(t => t.DependsOn.Contains(planned.Id))
            .Where(t => ParameterChanges.ValueOf(t.Parameters, key) is { } theirs && ParameterChanges.Same(theirs, ParameterChanges.ValueOf(planned.Parameters, key)))
            .Select(t => (TaskId?)t.Id)
            .FirstOrDefault();
}
