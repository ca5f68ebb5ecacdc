namespace Campaign.Workflows.Specs;

public enum SpecSeverity
{
    Error,

    /// <summary>The work could be done, but something looks wrong or is not available yet.</summary>
    Warning,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,
}

/// <summary>One thing to say about a campaign file: where, what, and how to mend it.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">Key path such as <c>dlmd.temperaturesK[2]</c>; empty for the whole file.</param>
/// <param name="Rule">Name of the physics rule, for warnings that come from one.</param>
public sealed record SpecProblem(
    string File,
    int Line,
    int Column,
    string Path,
    string Message,
    string Mend,
    SpecSeverity Severity = SpecSeverity.Error,
    string? Rule = null)
{
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Severity == SpecSeverity.Error ? "" : Severity.ToString().ToLowerInvariant() + ": ")}{(Path.Length > 0 ? Path + ": " : "")}{Message} {Mend}".TrimEnd();
}
