namespace Campaign.Workflows.Specs.Reading;

/// <summary>Collects everything there is to say, so that a user mends a file once and not once per error.</summary>
internal sealed class ProblemSink
{
    private readonly List<SpecProblem> _problems = [];

    public IReadOnlyList<SpecProblem> Problems => [.. _problems.OrderBy(p => p.Line).ThenBy(p => p.Column)];

    public void Error(string file, int line, int column, string path, string message, string mend) =>
        _problems.Add(new SpecProblem(file, line, column, path, message, mend));

    public void Error(SpecNode at, string path, string message, string mend) =>
        Error(at.File, at.Line, at.Column, path, message, mend);
}
