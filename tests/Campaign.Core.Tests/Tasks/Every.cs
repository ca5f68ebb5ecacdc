using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Core.Tests.Tasks;

/// <summary>Every journal event there is, found by reflection, with a sample of each.</summary>
internal static class Every
{
    public static IEnumerable<Type> EventOf<T>() =>
        typeof(IJournalEvent).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(T)));

    /// <summary>An instance with every member filled, the same each time.</summary>
    public static object Sample(Type type)
    {
        var constructor = type.GetConstructors().Single(c => c.GetParameters().Length > 0);
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Value(Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType, p.Name!))]);
    }

    private static object Value(Type type, string name)
    {
        var task = TaskId.Parse("aimd/ti0750/u4/t600");
        var artifact = new ArtifactRef(new string('a', 64), "json", 12);
        return type switch
        {
            _ when type == typeof(string) => $"some {name}",
            _ when type == typeof(int) => 3,
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 31, 12, 30, 15, 250, TimeSpan.Zero),
            _ when type == typeof(TaskId) => task,
            _ when type == typeof(ArtifactRef) => artifact,
            _ when type == typeof(JsonObject) => new JsonObject { ["energyEv"] = -1.5 },
            _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
            _ when type == typeof(IReadOnlyDictionary<string, ArtifactRef>) => new Dictionary<string, ArtifactRef> { ["structure"] = artifact },
            _ when type == typeof(IReadOnlyList<Finding>) => new List<Finding> { new("environment.io", "no space left") },
            _ when type == typeof(ParameterChange) => new ParameterChange("learningRate.start", 0.005),
            _ when type == typeof(IReadOnlyList<ParameterChange>) => new List<ParameterChange> { new("learningRate.start", 0.005) },
            _ when type == typeof(IReadOnlyList<TaskId>) => new List<TaskId> { task },
            _ when type == typeof(IReadOnlyList<TaskProblem>) => new List<TaskProblem> { new(task, "it did not converge") },
            _ => throw new NotSupportedException($"No sample for {type} {name}."),
        };
    }
}
