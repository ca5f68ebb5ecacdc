using System.Globalization;
using System.Text.RegularExpressions;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>
/// KEY=VALUE from the command line, put into the YAML tree before it is checked, so that the same rules hold. KEY is a path such as
/// <c>dlmd.lengthPs</c>, <c>aimd.temperaturesK[1]</c> or <c>material.variants[ti0750].draws</c>; VALUE is YAML.
/// </summary>
internal static partial class SpecOverride
{
    public const string File = "--set";

    public static MapNode Apply(MapNode root, string text, ProblemSink problems)
    {
        int equals = text.IndexOf('=');
        string path = equals < 0 ? text : text[..equals];
        if (equals < 1 || !PathPattern().IsMatch(path))
        {
            problems.Error(File, 1, 1, "", $"'{text}' is not KEY=VALUE.", "Write for example dlmd.lengthPs=20 or material.variants[ti0750].draws=50.");
            return root;
        }
        if (YamlTree.ParseValue(text, equals, File, problems) is not { } value)
            return root;
        string[] steps = [.. StepPattern().Matches(path).Select(m => m.Value.Trim('.', '[', ']'))];
        return Put(root, steps, 0, value, path, problems) as MapNode ?? root;
    }

    private static SpecNode? Put(SpecNode? node, string[] steps, int at, SpecNode value, string path, ProblemSink problems)
    {
        if (at == steps.Length)
            return value;
        string step = steps[at];
        switch (node)
        {
            case ListNode list:
                int index = int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int i)
                    ? i
                    : list.Items.FindIndex(x => x is MapNode m && m["name"] is ScalarNode s && s.Text == step);
                if (index < 0 || index >= list.Items.Count)
                {
                    problems.Error(File, 1, 1, path, $"The list has no entry '{step}'.", $"It has {list.Items.Count} entries; the first is [0].");
                    return null;
                }
                return Put(list.Items[index], steps, at + 1, value, path, problems) is { } item
                    ? list with { Items = [.. list.Items[..index], item, .. list.Items[(index + 1)..]] }
                    : null;
            case null or ScalarNode { IsNull: true }:
                return Put(new MapNode([], File, 1, 1), steps, at, value, path, problems);
            case MapNode map:
                if (Put(map[step], steps, at + 1, value, path, problems) is not { } child)
                    return null;
                var entries = new List<MapEntry>(map.Entries);
                int old = entries.FindIndex(e => e.Key.Text == step);
                var entry = new MapEntry(old < 0 ? new ScalarNode(step, true, File, 1, 1) : entries[old].Key, child);
                if (old < 0)
                    entries.Add(entry);
                else
                    entries[old] = entry;
                return map with { Entries = entries };
            default:
                problems.Error(File, 1, 1, path, $"'{steps[at - 1]}' is a single value; it has no '{step}'.", "Look at the key's path in the file.");
                return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][\w@-]*(\.[A-Za-z][\w@-]*|\[[\w.@-]+\])*\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\[[\w.@-]+\]|\.?[A-Za-z][\w@-]*")]
    private static partial Regex StepPattern();
}
