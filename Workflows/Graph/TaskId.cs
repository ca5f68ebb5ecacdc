using System.Text.RegularExpressions;

namespace Campaign.Workflows.Graph;

/// <summary>A readable, deterministic task name such as <c>aimd/ti0750/u4/t600</c>. The first part is the stage.</summary>
public readonly partial record struct TaskId
{
    private readonly string? _value;

    private TaskId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty TaskId was used.");

    /// <summary>The stage the task belongs to: the part before the first slash.</summary>
    public string Stage => Value[..Value.IndexOf('/')];

    public static bool TryParse(string text, out TaskId id)
    {
        bool ok = text.Length <= 120 && Pattern().IsMatch(text) && text.Contains('/');
        id = ok ? new TaskId(text) : default;
        return ok;
    }

    public static TaskId Parse(string text) =>
        TryParse(text, out TaskId id)
            ? id
            : throw new FormatException($"'{text}' is no task id. Ids look like aimd/ti0750/u4/t600: lower-case parts of letters, digits, '.', '_' or '-', joined by '/'.");

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*\z")]
    private static partial Regex Pattern();
}
