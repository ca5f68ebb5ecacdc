using Campaign.Actors.Operations;
using Campaign.Actors.Operations.Results;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Operations;

namespace Campaign.Cli.Report.Assembly;

/// <summary>The artifacts a report is made from, by the task that made them and the name of its output.</summary>
public sealed class ReportInputs
{
    private readonly List<(TaskId Task, string Output, InputFile File)> _files = [];

    /// <param name="inputs">Inputs of the report task; their names are "task id:output".</param>
    public ReportInputs(IReadOnlyDictionary<string, IReadOnlyList<InputFile>> inputs)
    {
        foreach ((string name, IReadOnlyList<InputFile> files) in inputs)
            if (name.Split(':') is [var task, var output] && TaskId.TryParse(task, out TaskId id))
                _files.AddRange(files.Select(f => (id, output, f)));
    }

    public IReadOnlyList<(TaskId Task, string Output, InputFile File)> All => _files;

    /// <summary>Results of one output of a stage, in the order of the plan.</summary>
    /// <param name="wanted">Further condition on the task's id.</param>
    public IEnumerable<Sourced<T>> Read<T>(string stage, string output, Func<string, bool>? wanted = null) =>
        from entry in _files
        where entry.Task.Stage == stage && entry.Output == output && (wanted is null || wanted(entry.Task.Value))
        select new Sourced<T>(entry.Task, ResultJson.ReadFile<T>(entry.File), [entry.File.Artifact.Sha256]);

    /// <summary>Atoms of every production run, for the cost per atom and step.</summary>
    public IReadOnlyDictionary<TaskId, int> AtomsOfRuns() =>
        Read<DynamicsSummary>("dlmd", Slots.Summary).ToDictionary(r => r.Task, r => r.Value.Atoms);

    /// <summary>The file of one task's output; null when the task has none.</summary>
    public InputFile? File(TaskId task, string output) =>
        _files.FirstOrDefault(f => f.Task == task && f.Output == output).File;
}

/// <summary>A result and the artifacts it was read from.</summary>
public sealed record Sourced<T>(TaskId Task, T Value, IReadOnlyList<string> Source);
