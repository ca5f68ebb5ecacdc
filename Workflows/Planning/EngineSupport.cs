using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs;

namespace Campaign.Workflows.Planning;

/// <summary>Which engines can be planned only. `validate` warns about them, `run` refuses.</summary>
public static class EngineSupport
{
    public static IReadOnlySet<string> Runnable { get; } = new HashSet<string>(StringComparer.Ordinal) { "builtin", "vasp", "deepmd" };

    public static IReadOnlyList<SpecProblem> NotRunnable(CampaignSpec spec, WorkflowGraph graph)
    {
        var places = spec.Levels.Select(l => (l.Engine, Path: $"levels.{l.Name}.engine"))
            .Append((Engine: spec.Train?.Engine ?? "builtin", Path: "train.engine"))
            .Append((Engine: spec.Dlmd?.Engine ?? "builtin", Path: "dlmd.engine"));
        return
        [
            .. from place in places
               where !Runnable.Contains(place.Engine)
               let at = spec.Source.PositionOf(place.Path)
               let count = graph.Tasks.Count(t => t.Engine == place.Engine)
               select new SpecProblem(at.File, at.Line, at.Column, place.Path,
                   $"The engine '{place.Engine}' can be planned but not run by this version ({count} tasks use it).",
                   "Use engine builtin to run now.", SpecSeverity.Warning, "engine"),
        ];
    }
}
