using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;

namespace Campaign.Workflows.Graph;

/// <summary>
/// One node of the graph: what to do, with which parameters, on which inputs, where. Equal operation, version,
/// parameters and input artifacts mean an equal fingerprint, and the result is reused.
/// </summary>
/// <param name="Id">Readable id, unique in the campaign; its first part is the stage.</param>
/// <param name="Operation">Name of the operation in the catalogue, e.g. "relax".</param>
/// <param name="Version">Version of the operation's meaning; raise it when equal inputs give other results.</param>
/// <param name="Engine">What does the physics: builtin, vasp, deepmd, lammps, ...</param>
/// <param name="Site">Where it runs: local, or the name of a site file.</param>
/// <param name="Parameters">Everything that decides the result, as canonical JSON (an operation's typed record).</param>
/// <param name="Inputs">Named inputs, each the output of another task or a file of the campaign.</param>
/// <param name="Cores">Compute slots the attempt occupies on its site.</param>
/// <param name="CoreHours">Estimated cost (a factor 3 either way).</param>
/// <param name="DiskMiB">Estimated disk.</param>
public sealed record TaskSpec(
    TaskId Id,
    string Operation,
    int Version,
    string Engine,
    string Site,
    JsonObject Parameters,
    IReadOnlyList<TaskInput> Inputs,
    int Cores,
    double CoreHours,
    double DiskMiB)
{
    public IEnumerable<TaskId> DependsOn =>
        Inputs.Select(i => i.Source).OfType<InputSource.Output>().Select(o => o.Task).Distinct();
}

/// <summary>A named input of a task. A name may repeat: its values then form an ordered list.</summary>
public sealed record TaskInput(string Name, InputSource Source);

public abstract record InputSource
{
    private InputSource() { }

    /// <summary>The named output of another task.</summary>
    public sealed record Output(TaskId Task, string Name) : InputSource;

    /// <summary>A file given by the user, taken into the artifact store when the campaign opens.</summary>
    /// <param name="Path">Path as resolved at planning, relative to the campaign file.</param>
    public sealed record File(string Path, ArtifactRef Artifact) : InputSource;
}
