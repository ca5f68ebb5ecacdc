using System.Text.Json.Nodes;
using Campaign.Workflows.Graph;

namespace Campaign.Workflows.Tasks;

/// <summary>One parameter of a task given another value, by a person or by a correction.</summary>
/// <param name="Key">Name as in the task's canonical parameters, members of members joined by dots: <c>learningRate.start</c>. A list changes as a whole.</param>
/// <param name="Value">The new value; null takes the planned one again.</param>
public sealed record ParameterChange(string Key, JsonNode? Value)
{
    public override string ToString() => Value is null ? $"{Key} as planned" : $"{Key} = {Value.ToJsonString()}";
}

/// <summary>Changes of parameters, applied and found. Pure: nothing handed in is altered.</summary>
public static class ParameterChanges
{
    /// <summary>
    /// The parameters after the changes, in order. A change of a member that is not there is passed over: the plan may have changed
    /// since it was made.
    /// </summary>
    public static JsonObject Applied(JsonObject parameters, IEnumerable<ParameterChange> changes)
    {
        var changed = (JsonObject)parameters.DeepClone();
        foreach (ParameterChange change in changes)
        {
            if (change.Value is null || Find(changed, change.Key) is not { } place)
                continue;
            place.Parent[place.Member] = change.Value.DeepClone();
        }
        return changed;
    }

    public static TaskSpec Applied(TaskSpec task, IEnumerable<ParameterChange> changes) => task with { Parameters = Applied(task.Parameters, changes) };

    /// <summary>What turns one set of parameters into the other of the same shape.</summary>
    public static IReadOnlyList<ParameterChange> Between(JsonObject before, JsonObject after) =>
        [.. Keys(after).Where(k => !Same(ValueOf(before, k), ValueOf(after, k))).Select(k => new ParameterChange(k, ValueOf(after, k)?.DeepClone()))];

    /// <summary>Every key that can be given a value, in ordinal order.</summary>
    public static IEnumerable<string> Keys(JsonObject parameters, string prefix = "") =>
        parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value is JsonObject inner
            ? Keys(inner, $"{prefix}{p.Key}.")
            : [prefix + p.Key]);

    /// <returns>Null when there is no such key.</returns>
    public static JsonNode? ValueOf(JsonObject parameters, string key) => Find(parameters, key) is { } place ? place.Parent[place.Member] : null;

    public static bool Same(JsonNode? a, JsonNode? b) => CanonicalJson.Encode(a).AsSpan().SequenceEqual(CanonicalJson.Encode(b));

    private static (JsonObject Parent, string Member)? Find(JsonObject parameters, string key)
    {
        string[] steps = key.Split('.');
        JsonObject at = parameters;
        foreach (string step in steps[..^1])
        {
            if (at[step] is not JsonObject inner)
                return null;
            at = inner;
        }
        return at.ContainsKey(steps[^1]) ? (at, steps[^1]) : null;
    }
}
