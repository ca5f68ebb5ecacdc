namespace Campaign.Workflows.Specs.Reading;

/// <summary>What holds for a campaign: every value of the file or of the command line, and every default, in the order of the file.</summary>
internal static class EffectiveSettings
{
    private const int LongestValue = 200;

    /// <summary>Groups that say how a campaign is run or what it is compared with and change none of its numbers.</summary>
    private static readonly HashSet<string> WithoutInfluence = new(["campaign", "cores", "limits", "budgets", "reference", "notes"], StringComparer.Ordinal);

    /// <param name="defaults">Values nobody wrote; each follows what is written in its group.</param>
    public static IReadOnlyList<SpecSetting> Of(MapNode root, IReadOnlyList<SpecDefault> defaults)
    {
        SpecSetting[] all =
        [
            .. Written(root, ""),
            .. defaults.Select(d => new SpecSetting(d.Path, d.Value, SettingOrigin.Default)),
        ];
        (string Numbered, string Named)[] entries = [.. NamedEntries(root, "")];
        return
        [
            .. from section in all.GroupBy(s => s.Path.Split('.', '[')[0])
               where !WithoutInfluence.Contains(section.Key)
               from parent in section.GroupBy(s => Parent(s.Path))
               from setting in parent
               select setting with { Path = entries.Aggregate(setting.Path, (p, e) => p.StartsWith(e.Numbered, StringComparison.Ordinal) ? e.Named + p[e.Numbered.Length..] : p) },
        ];
    }

    private static IEnumerable<SpecSetting> Written(SpecNode node, string path) => node switch
    {
        MapNode map => map.Entries.SelectMany(e => Written(e.Value, path.Length == 0 ? e.Key.Text : $"{path}.{e.Key.Text}")),
        ListNode list when list.Items.Exists(i => i is MapNode) => list.Items.SelectMany((item, i) => Written(item, Numbered(path, i))),
        ScalarNode { IsNull: true } => [],
        _ => [new SpecSetting(path, Shorten(Show(node)), IsGiven(node) ? SettingOrigin.CommandLine : SettingOrigin.File)],
    };

    private static string Show(SpecNode node) => node switch
    {
        ScalarNode s => s.Text,
        ListNode l => $"[{string.Join(", ", l.Items.Select(Show))}]",
        MapNode m => $"{{ {string.Join(", ", m.Entries.Select(e => $"{e.Key.Text}: {Show(e.Value)}"))} }}",
        _ => "",
    };

    private static string Shorten(string value) => value.Length <= LongestValue ? value : value[..(LongestValue - 3)] + "...";

    /// <summary>Whether a value, or a part of it, was given on the command line.</summary>
    private static bool IsGiven(SpecNode node) =>
        node.File == SpecOverride.File || (node as ListNode)?.Items.Exists(IsGiven) == true;

    /// <summary>Entries of lists by number, as the reader calls them, and by name, as people do.</summary>
    private static IEnumerable<(string Numbered, string Named)> NamedEntries(SpecNode node, string path) => node switch
    {
        MapNode map => map.Entries.SelectMany(e => NamedEntries(e.Value, path.Length == 0 ? e.Key.Text : $"{path}.{e.Key.Text}")),
        ListNode list => list.Items.SelectMany((item, i) => (item as MapNode)?["name"] is ScalarNode { IsNull: false } name ? [(Numbered(path, i) + ".", $"{path}[{name.Text}].")] : Array.Empty<(string, string)>()),
        _ => [],
    };

    private static string Numbered(string path, int i) => FormattableString.Invariant($"{path}[{i}]");

    private static string Parent(string path) => path.LastIndexOf('.') is var dot and > 0 ? path[..dot] : "";
}
