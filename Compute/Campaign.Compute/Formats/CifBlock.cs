namespace Campaign.Compute.Formats;

/// <summary>One data block of a CIF: single items and loops, tags in lower case.</summary>
internal sealed class CifBlock(string name, int line)
{
    private readonly Dictionary<string, CifToken> _items = [];
    private readonly List<CifLoop> _loops = [];

    public string Name { get; } = name;

    public int Line { get; } = line;

    /// <summary>The value of a single item, or null when it is absent, '?' or '.'.</summary>
    public CifToken? Item(params ReadOnlySpan<string> tags)
    {
        foreach (string tag in tags)
            if (_items.TryGetValue(tag, out CifToken token) && !token.IsMissing)
                return token;
        return null;
    }

    /// <summary>The loop that has one of the tags, or null; a single item stands for a loop of one row.</summary>
    public CifLoop? LoopWith(params ReadOnlySpan<string> tags)
    {
        foreach (string tag in tags)
        {
            CifLoop? loop = _loops.Find(l => l.Column(tag) >= 0);
            if (loop is not null)
                return loop;
            if (_items.TryGetValue(tag, out CifToken token))
                return new CifLoop([tag], [[token]], token.Line);
        }
        return null;
    }

    public static IReadOnlyList<CifBlock> Parse(string text, string fileName)
    {
        var blocks = new List<CifBlock>();
        CifToken[] tokens = [.. CifTokens.Split(text, fileName)];
        int i = 0;
        while (i < tokens.Length)
        {
            CifToken token = tokens[i];
            if (token.IsKeyword("data_"))
            {
                blocks.Add(new CifBlock(token.Text[5..], token.Line));
                i++;
                continue;
            }
            if (blocks.Count == 0)
                throw new StructureFormatException(fileName, token, $"'{Shorten(token.Text)}' stands before the first data_ line.", "A CIF starts with a line 'data_name'; check that this is a CIF.");
            CifBlock block = blocks[^1];
            if (!token.Quoted && token.Text.Equals("loop_", StringComparison.OrdinalIgnoreCase))
            {
                i = block.ReadLoop(tokens, i, fileName);
            }
            else if (token.IsTag)
            {
                if (i + 1 >= tokens.Length || !tokens[i + 1].IsValue)
                    throw new StructureFormatException(fileName, token, $"{token.Text} has no value.", "Write a value after it, or '?' if unknown.");
                block._items.TryAdd(token.Text.ToLowerInvariant(), tokens[i + 1]);
                i += 2;
            }
            else if (token.IsValue)
            {
                throw new StructureFormatException(fileName, token, $"The value '{Shorten(token.Text)}' belongs to no tag.", "Quote values that hold blanks, or remove it.");
            }
            else
            {
                i++; // save frames and stop_ carry nothing a structure needs
            }
        }
        return blocks;
    }

    private int ReadLoop(CifToken[] tokens, int i, string fileName)
    {
        int line = tokens[i].Line;
        int first = ++i;
        while (i < tokens.Length && tokens[i].IsTag)
            i++;
        if (i == first)
            throw new StructureFormatException(fileName, line, "loop_ is followed by no tag.", "List the column tags after loop_.");
        string[] tags = [.. tokens[first..i].Select(t => t.Text.ToLowerInvariant())];
        int start = i;
        while (i < tokens.Length && tokens[i].IsValue)
            i++;
        int values = i - start;
        if (values % tags.Length != 0)
            throw new StructureFormatException(fileName, tokens[Math.Max(first, i - 1)],
                $"The loop of line {line} has {tags.Length} columns but {values} values, so its last row is incomplete.",
                "Complete the row, and quote values that hold blanks.");
        var rows = new CifToken[values / tags.Length][];
        for (int r = 0; r < rows.Length; r++)
            rows[r] = tokens[(start + r * tags.Length)..(start + (r + 1) * tags.Length)];
        _loops.Add(new CifLoop(tags, rows, line));
        return i;
    }

    internal static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

/// <summary>A loop_ of a CIF as a table of tokens.</summary>
internal sealed record CifLoop(string[] Tags, CifToken[][] Rows, int Line)
{
    public int Column(string tag) => Array.IndexOf(Tags, tag);

    /// <summary>Column of the first of several spellings, or -1.</summary>
    public int Column(params ReadOnlySpan<string> tags)
    {
        foreach (string tag in tags)
        {
            int column = Array.IndexOf(Tags, tag);
            if (column >= 0)
                return column;
        }
        return -1;
    }
}
