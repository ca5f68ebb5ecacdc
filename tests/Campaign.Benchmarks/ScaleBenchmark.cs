using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Benchmarks;

/// <summary>
/// A campaign of many tasks that do nothing, through the real actors and the real journal: how fast it runs, how long a new process needs
/// from its start to the first new task, and how long <c>campaign status</c> takes on it.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Stages = 10;
    private const int Repeats = 5;
    private const string FirstTask = "first new task ";

    public static async Task RunAsync(string directory, int tasks)
    {
        if (Directory.Exists(directory))
            throw new IOException($"{directory} exists. Name a new directory.");
        int unfinished = tasks / 10; // more than are under way at a time
        var clock = Stopwatch.StartNew();
        int done = await DriveUntilAsync(directory, Graph(tasks), done => done >= tasks - unfinished);
        double seconds = clock.Elapsed.TotalSeconds;
        long journal = new FileInfo(CampaignDirectory.At(directory).Journal).Length;
        Print($"{done} of {tasks} tasks run and stopped in {seconds:f1} s: {1000 * seconds / done:f1} ms per task, journal {journal / 1048576.0:f1} MiB");
        for (int i = 0; i < Repeats; i++)
            Print($"resume, process start to first new task: {Resume(directory):f2} s");
        foreach (string[] more in new[] { Array.Empty<string>(), ["--json"] })
            for (int i = 0; i < Repeats; i++)
                Print($"campaign status DIR {string.Join(' ', more)}: {Status(directory, more):f2} s");
    }

    /// <summary>The child process of a measurement: goes on, says when the first new task starts, and stops.</summary>
    public static async Task ResumeAsync(string directory) =>
        await DriveUntilAsync(directory, CampaignSnapshot.Read(CampaignDirectory.At(directory)).Graph, _ => true); // as 'campaign resume' does

    private static async Task<int> DriveUntilAsync(string directory, WorkflowGraph graph, Func<int, bool> enough)
    {
        using var stop = new CancellationTokenSource();
        var counter = new Counter(done =>
        {
            if (enough(done))
                stop.Cancel();
        });
        await CampaignHost.RunAsync(
            new CampaignRun
            {
                Name = "scale",
                Graph = graph,
                SpecText = "campaign: scale\n",
                SpecFolder = directory,
                Directory = directory,
                Operations = [new Nothing()],
                Progress = counter,
            },
            stop.Token);
        return counter.Done;
    }

    /// <summary>Ten stages of equal size. Every task has two parents in the stage before; the last of a stage gathers all others of it.</summary>
    private static WorkflowGraph Graph(int tasks)
    {
        int width = tasks / Stages - 1;
        var all = new List<TaskSpec>();
        for (int stage = 0; stage < Stages; stage++)
        {
            for (int i = 0; i < width; i++)
                all.Add(Spec($"s{stage}/t{i}", stage == 0 ? [] : [$"s{stage - 1}/t{i}", $"s{stage - 1}/t{(i + 1) % width}"]));
            all.Add(Spec($"s{stage}/gather", [.. Enumerable.Range(0, width).Select(i => $"s{stage}/t{i}")]));
        }
        return new WorkflowGraph(all);
    }

    private static TaskSpec Spec(string id, string[] after) => new(
        TaskId.Parse(id), Nothing.Operation, 1, "builtin", "local", new JsonObject { ["id"] = id },
        [.. after.Select(a => new TaskInput("text", new InputSource.Output(TaskId.Parse(a), "text")))], 1, 0, 0);

    private static double Resume(string directory)
    {
        var clock = Stopwatch.StartNew();
        using Process child = Start(typeof(ScaleBenchmark).Assembly.Location, "scale-resume", directory);
        string? line;
        do
            line = child.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The resumed campaign started no new task.");
        while (!line.StartsWith(FirstTask, StringComparison.Ordinal));
        double seconds = clock.Elapsed.TotalSeconds;
        child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return seconds;
    }

    private static double Status(string directory, string[] more)
    {
        var clock = Stopwatch.StartNew();
        using Process child = Start([Path.Combine(AppContext.BaseDirectory, "Campaign.Cli.dll"), "status", directory, .. more]);
        child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"'campaign status' ended with {child.ExitCode}.");
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Nothing : IOperation
    {
        public const string Operation = "nothing";

        public string Name => Operation;

        public OperationOutcome Run(OperationContext context, CancellationToken cancellation)
        {
            ArtifactRef text = context.Outputs.AddText(context.Task.Id.Value, "txt");
            return new OperationOutcome.Completed(new Dictionary<string, ArtifactRef> { ["text"] = text }, []);
        }
    }

    private sealed class Counter(Action<int> onDone) : IProgress<CampaignProgress>
    {
        private int _done;
        private int _started;

        public int Done => _done;

        public void Report(CampaignProgress value)
        {
            if (value is not CampaignProgress.TaskMoved moved)
                return;
            if (moved.State.Phase == TaskPhase.Running && Interlocked.Exchange(ref _started, 1) == 0)
                Console.WriteLine(FirstTask + moved.Task);
            if (moved.State.Phase == TaskPhase.Done)
                onDone(Interlocked.Increment(ref _done));
        }
    }
}
