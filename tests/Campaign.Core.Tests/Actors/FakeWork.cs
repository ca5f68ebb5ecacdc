using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Campaign.Actors.Operations;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// An operation that joins the texts of its inputs under its own word, and counts who executed it. Its counters outlive
/// the orchestrator, as the world outside does.
/// </summary>
internal sealed class FakeWork : IOperation
{
    /// <summary>A task whose word this is fails, with this as the key of what was found.</summary>
    public const string Unclear = "unclear";

    private int _waiting;

    public ConcurrentDictionary<(string Task, string RunDirectory), int> Executions { get; } = new();

    /// <summary>What to do instead of the work, by task id and number of its execution (from 1).</summary>
    public Func<string, int, OperationOutcome?> Instead { get; set; } = (_, _) => null;

    /// <summary>Tasks that work until they are cancelled.</summary>
    public ConcurrentDictionary<string, bool> Endless { get; } = new();

    public ManualResetEventSlim EndlessBegan { get; } = new();

    /// <summary>Set: nothing is endless any more.</summary>
    public ManualResetEventSlim LetGo { get; } = new();

    /// <summary>How often the work of a task was brought to its end, by task and checkpoint directory, which its fingerprint names.</summary>
    public ConcurrentDictionary<(string Task, string Checkpoints), int> Completions { get; } = new();

    /// <summary>Some endless task is at work now.</summary>
    public bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    public string Name => "join";

    public int CountOf(string task) => Executions.Where(e => e.Key.Task == task).Sum(e => e.Value);

    public OperationOutcome Run(OperationContext context, CancellationToken cancellation)
    {
        string task = context.Task.Id.Value;
        Executions.AddOrUpdate((task, context.RunDirectory), 1, (_, n) => n + 1);
        if (Instead(task, CountOf(task)) is { } other)
            return other;
        if ((string?)context.Task.Parameters["word"] == Unclear)
            return new OperationOutcome.Failed("the word was unclear", Unclear);
        if (Endless.ContainsKey(task))
        {
            context.Progress(0.5, "half way");
            EndlessBegan.Set();
            Interlocked.Increment(ref _waiting);
            WaitHandle.WaitAny([cancellation.WaitHandle, LetGo.WaitHandle]);
            Interlocked.Decrement(ref _waiting);
            Directory.CreateDirectory(context.CheckpointDirectory);
            File.WriteAllText(Path.Combine(context.CheckpointDirectory, "state"), "half way");
            cancellation.ThrowIfCancellationRequested();
        }
        string text = string.Concat(
            context.Inputs.OrderBy(i => i.Key, StringComparer.Ordinal).SelectMany(i => i.Value).Select(f => File.ReadAllText(f.Path)).Order(StringComparer.Ordinal));
        Completions.AddOrUpdate((task, context.CheckpointDirectory), 1, (_, n) => n + 1);
        ArtifactRef output = context.Outputs.AddText($"({context.Task.Parameters["word"]}{text})", "txt");
        return new OperationOutcome.Completed(new Dictionary<string, ArtifactRef> { ["text"] = output }, new JsonObject { ["length"] = text.Length });
    }
}

/// <summary>The same, but content with the inputs that came.</summary>
internal sealed class FakeReport(FakeWork work) : IOperation
{
    public string Name => "report";

    public OperationOutcome Run(OperationContext context, CancellationToken cancellation)
    {
        OperationOutcome joined = work.Run(context, cancellation);
        return joined;
    }
}

internal static class Graphs
{
    public static TaskSpec Task(string id, params string[] after) => Task(id, 1, after);

    public static TaskSpec Task(string id, int cores, string[] after, string operation = "join") => new(
        TaskId.Parse(id), operation, 1, "builtin", "local", new JsonObject { ["word"] = id },
        [.. after.Select(a => new TaskInput("text", new InputSource.Output(TaskId.Parse(a), "text")))],
        cores, 0, 0);

    public static TaskSpec With(this TaskSpec task, string word) => task with { Parameters = new JsonObject { ["word"] = word } };

    /// <summary>a/root, two sides b/left and b/right, c/join on both; a lonely b/alone beside them, and a report of all.</summary>
    public static WorkflowGraph Diamond => new(
    [
        Task("a/root"),
        Task("b/left", "a/root"),
        Task("b/right", "a/root"),
        Task("b/alone"),
        Task("c/join", "b/left", "b/right"),
        Task("report/report", 1, ["a/root", "b/left", "b/right", "b/alone", "c/join"], "report"),
    ]);

    /// <summary>b/left and a report of it.</summary>
    public static WorkflowGraph Pair => new([Task("b/left"), Task("report/report", 1, ["b/left"], "report")]);

    /// <summary>A task that works until it is let go, one that meets a fault of the environment, one that fails until it is mended; one that needs both and has to be corrected, and a report of all.</summary>
    public static WorkflowGraph Eventful => new(
    [
        Task("a/long"),
        Task("a/faulty"),
        Task("b/weak", "a/faulty"),
        Task("c/join", "a/long", "b/weak").With(FakeWork.Unclear),
        Task("report/report", 1, ["a/long", "a/faulty", "b/weak", "c/join"], "report"),
    ]);
}

/// <summary>Corrects a task whose word is unclear.</summary>
internal sealed record Clearer() : CorrectionHandler("clearer", "join", FakeWork.Unclear, CorrectionClass.Numerics)
{
    public static CorrectionPolicy Policy { get; } = CorrectionPolicy.Default with { Handlers = [new Clearer()] };

    public override IReadOnlyList<ParameterChange> Correct(JsonObject failed) => [new("word", "clear")];
}
