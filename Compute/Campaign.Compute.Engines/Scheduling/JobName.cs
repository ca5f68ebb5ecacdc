using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>
/// The attempt token as a scheduler's job name: lower-case letters, digits and inner hyphens, at most 64. It can stand in any shell,
/// file name or query without quoting, and it is what a job is found by when the reply to its submission was lost.
/// </summary>
public readonly partial record struct JobName
{
    private readonly string? _value;

    private JobName(string value) => _value = value;

    /// <exception cref="FormatException">Not such a name.</exception>
    public static JobName Parse(string text) =>
        TryParse(text, out JobName name) ? name
            : throw new FormatException($"'{text}' is no job name: lower-case letters, digits and inner '-' are allowed, 64 at most.");

    public static bool TryParse([NotNullWhen(true)] string? text, out JobName name)
    {
        bool ok = text is not null && Pattern().IsMatch(text);
        name = ok ? new JobName(text!) : default;
        return ok;
    }

    public override string ToString() => _value ?? throw new InvalidOperationException("A job name that was never given.");

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\z")]
    private static partial Regex Pattern();
}
