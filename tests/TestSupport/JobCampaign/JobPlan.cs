using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.LongProgram;
using Campaign.Workflows.Graph;

namespace Campaign.JobCampaign;

/// <summary>The tasks of the campaign. Each is one run of the long program; every fourth waits for the result of the one before it.</summary>
/// <param name="MsPerStep">How long a step takes, ms.</param>
public sealed record JobPlan(int Tasks, int Steps, int MsPerStep)
{
    public const string Operation = "long", Site = "cluster", Output = "result";

    private const int Chained = 4, CheckpointEvery = 5;

    public WorkflowGraph Graph => new(Enumerable.Range(1, Tasks).Select(Spec));

    /// <summary>What an undisturbed run of a task comes to.</summary>
    public string ResultOf(int task) => Progress.After(Steps, (ulong)task).ToString();

    public static TaskId IdOf(int task) => TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"long/t{task:0000}"));

    internal static LongInput InputOf(JsonObject parameters) => new(
        parameters["steps"]!.GetValue<int>(), parameters["msPerStep"]!.GetValue<int>(), parameters["seed"]!.GetValue<ulong>(), CheckpointEvery, []);

    private TaskSpec Spec(int task) => new(
        IdOf(task), Operation, 1, "builtin", Site, new JsonObject { ["steps"] = Steps, ["msPerStep"] = MsPerStep, ["seed"] = (ulong)task },
        task % Chained == 0 ? [new TaskInput("before", new InputSource.Output(IdOf(task - 1), Output))] : [], 1, 0, 0);
}
