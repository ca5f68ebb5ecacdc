using System.Text;
using System.Text.Json.Nodes;
using Campaign.Workflows.Tasks;

namespace Campaign.Workflows.Graph;

/// <summary>What a changed campaign file means for the graph.</summary>
public sealed record PlanDifference(IReadOnlyList<TaskId> Added, IReadOnlyList<TaskId> Removed, IReadOnlyList<TaskChange> Changed)
{
    private const int LongestText = 300;

    public bool IsEmpty => Added.Count + Removed.Count + Changed.Count == 0;

    public static PlanDifference Between(WorkflowGraph before, WorkflowGraph after)
    {
        var changed = new List<TaskChange>();
        foreach (TaskSpec now in after.Tasks)
            if (before.Contains(now.Id) && Describe(before[now.Id], now) is { Count: > 0 } what)
                changed.Add(new TaskChange(now.Id, what));
        return new PlanDifference(
            [.. after.Tasks.Select(t => t.Id).Where(id => !before.Contains(id))],
            [.. before.Tasks.Select(t => t.Id).Where(id => !after.Contains(id))],
            changed);
    }

    private static List<string> Describe(TaskSpec a, TaskSpec b)
    {
        var what = new List<string>();
        void Compare(string name, string x, string y)
        {
            if (x != y)
                what.Add($"{name}: {x} -> {y}");
        }
        Compare("operation", $"{a.Operation} v{a.Version}", $"{b.Operation} v{b.Version}");
        Compare("engine", a.Engine, b.Engine);
        Compare("site", a.Site, b.Site);
        Compare("cores", $"{a.Cores}", $"{b.Cores}");
        foreach (string name in a.Parameters.Select(p => p.Key).Union(b.Parameters.Select(p => p.Key)).Order(StringComparer.Ordinal))
        {
            (string x, string y) = Differing(a.Parameters[name], b.Parameters[name]);
            Compare(name, x, y);
        }
        Compare("inputs", Text(a.Inputs), Text(b.Inputs));
        return what;
    }

    /// <summary>Two values as they are shown; of two lists of groups only the entries that differ.</summary>
    private static (string Before, string After) Differing(JsonNode? before, JsonNode? after)
    {
        if (before is not JsonArray x || after is not JsonArray y || !x.Concat(y).Any(e => e is JsonObject))
            return (Shorten(Text(before), Text(after)), Shorten(Text(after), Text(before)));
        string[] old = [.. x.Select(Text)], now = [.. y.Select(Text)];
        string gone = string.Join(", ", old.Except(now)), come = string.Join(", ", now.Except(old));
        return gone.Length + come.Length == 0
            ? (Text(before), Text(after))
            : (Shorten(gone.Length == 0 ? "(none)" : gone, come), Shorten(come.Length == 0 ? "(none)" : come, gone));
    }

    /// <summary>A text cut where it is too long to be read on a screen, unless the cut would make it look like the other one.</summary>
    private static string Shorten(string text, string other) =>
        text.Length <= LongestText || (other.Length >= LongestText && text.AsSpan(0, LongestText).SequenceEqual(other.AsSpan(0, LongestText))) ? text : text[..LongestText] + "...";

    private static string Text(JsonNode? node) => node is null ? "(none)" : Encoding.UTF8.GetString(CanonicalJson.Encode(node));

    private static string Text(IReadOnlyList<TaskInput> inputs) => string.Join(", ", inputs.Select(i => i.Source switch
    {
        InputSource.Output o => $"{i.Name}={o.Task}:{o.Name}",
        InputSource.File f => $"{i.Name}={f.Path}@{f.Artifact.Sha256[..8]}",
        _ => i.Name,
    }));
}

/// <param name="What">One line per difference: <c>temperatureK: 600 -> 650</c>.</param>
public sealed record TaskChange(TaskId Task, IReadOnlyList<string> What);
