namespace Campaign.Workflows.Graph;

/// <summary>A readable, deterministic task name such as <c>aimd/ti0750/u4/t600</c>. The first part is the stage.</summary>
public readonly record struct TaskId
{
    private readonly string? _value;

    private TaskId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty TaskId was used.");

    /// <summary>The stage the task belongs to: the part before the first slash.</summary>
    public string Stage => Value[..Value.IndexOf('/')];

    public static bool TryParse(string text, out TaskId id)
    {
        bool ok = text.Length <= 120 && IsWellFormed(text);
        id = ok ? new TaskId(text) : default;
        return ok;
    }

    public static TaskId Parse(string text) =>
        TryParse(text, out TaskId id)
            ? id
            : throw new FormatException($"'{text}' is no task id. Ids look like aimd/ti0750/u4/t600: lower-case parts of letters, digits, '.', '_' or '-', joined by '/'.");

    public override string ToString() => Value;

    // [a-z0-9][a-z0-9._-]* at least twice, joined by '/'. By hand: a large plan names tens of thousands, and 'status' reads them all.
    private static bool IsWellFormed(string text)
    {
        int parts = 1;
        bool first = true;
        foreach (char c in text)
        {
            if (c == '/' && !first)
            {
                parts++;
                first = true;
            }
            else if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || (!first && c is '.' or '_' or '-'))
                first = false;
            else
                return false;
        }
        return parts > 1 && !first;
    }
}
