namespace Campaign.Workflows.Specs.Reading;

/// <summary>A YAML node with its place in the file.</summary>
internal abstract record SpecNode(string File, int Line, int Column)
{
    /// <summary>What the node is, for messages.</summary>
    public abstract string Describe();
}

/// <param name="Plain">Written without quotes, so it may be a number, a truth value or null.</param>
internal sealed record ScalarNode(string Text, bool Plain, string File, int Line, int Column) : SpecNode(File, Line, Column)
{
    public bool IsNull => Plain && Text is "" or "~" or "null";

    public override string Describe() => IsNull ? "nothing" : Plain ? $"'{Shorten(Text)}'" : $"the text \"{Shorten(Text)}\"";

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}

internal sealed record ListNode(List<SpecNode> Items, string File, int Line, int Column) : SpecNode(File, Line, Column)
{
    public override string Describe() => $"a list of {Items.Count}";
}

internal sealed record MapEntry(ScalarNode Key, SpecNode Value);

internal sealed record MapNode(List<MapEntry> Entries, string File, int Line, int Column) : SpecNode(File, Line, Column)
{
    public override string Describe() => "a group of keys";

    public SpecNode? this[string key] => Entries.Find(e => e.Key.Text == key)?.Value;
}
