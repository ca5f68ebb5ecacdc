namespace Campaign.Workflows.Specs.Reading;

/// <summary>What accumulates while a file is read.</summary>
internal sealed class SpecReadContext
{
    public ProblemSink Problems { get; } = new();

    public List<SpecDefault> Defaults { get; } = [];

    /// <summary>Where each key path stands.</summary>
    public Dictionary<string, (string File, int Line, int Column)> Positions { get; } = new(StringComparer.Ordinal);
}
