using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Actors.Jobs;
using Campaign.LongProgram;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;

namespace Campaign.JobCampaign;

/// <summary>The tasks of the campaign. Each is one run of the long program; every fourth waits for the result of the one before it.</summary>
/// <param name="MsPerStep">How long a step takes, ms.</param>
/// <param name="Faults">What goes wrong in every task, or in one: <c>7: hang 0 at 3</c>.</param>
public sealed record JobPlan(int Tasks, int Steps, int MsPerStep, params IReadOnlyList<string> Faults)
{
    public const string Operation = "long", Site = "cluster", Output = "result";

    private const int Chained = 4, CheckpointEvery = 5;

    public WorkflowGraph Graph => new(Enumerable.Range(1, Tasks).Select(Spec));

    /// <summary>What an undisturbed run of a task comes to.</summary>
    public string ResultOf(int task) => Progress.After(Steps, (ulong)task).ToString();

    public static TaskId IdOf(int task) => TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"long/t{task:0000}"));

    /// <summary>How a site starts the long program.</summary>
    public static IReadOnlyDictionary<string, EngineCommand> Engines { get; } =
        new Dictionary<string, EngineCommand> { ["long"] = new([Path.Combine(AppContext.BaseDirectory, "long-program")], []) };

    public static IJobOperation Carry(LongEngine engine) => new EngineOperation<LongInput, LongResult>(
        Operation, engine, context => InputOf(context.Task.Parameters),
        (context, _, result) => new AttemptExit.Completed(
            new Dictionary<string, ArtifactRef> { [Output] = context.Outputs.AddFile(result.Path, "result.txt") }, new JsonObject { ["steps"] = result.Steps }));

    internal static LongInput InputOf(JsonObject parameters) => new(
        parameters["steps"]!.GetValue<int>(), parameters["msPerStep"]!.GetValue<int>(), parameters["seed"]!.GetValue<ulong>(), CheckpointEvery,
        [.. parameters["faults"]!.AsArray().Select(f => Fault.Parse(f!.GetValue<string>()))]);

    private IEnumerable<string> FaultsOf(int task) =>
        Faults.Select(f => f.Split(": ")).Where(f => f.Length == 1 || f[0] == task.ToString(CultureInfo.InvariantCulture)).Select(f => f[^1]);

    private TaskSpec Spec(int task) => new(
        IdOf(task), Operation, 1, "long", Site, new JsonObject { ["steps"] = Steps, ["msPerStep"] = MsPerStep, ["seed"] = (ulong)task, ["faults"] = new JsonArray([.. FaultsOf(task).Select(f => JsonValue.Create(f))]) },
        task % Chained == 0 ? [new TaskInput("before", new InputSource.Output(IdOf(task - 1), Output))] : [], 1, 0, 0);
}
