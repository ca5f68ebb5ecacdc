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
/// A campaign of many tasks that do nothing, through the real actors and the real journal: how fast it runs from start to end and what that
/// costs, how long a new process needs from its start to the first new task when half is done, and how long <c>campaign status</c> takes.
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
        Directory.CreateDirectory(directory);
        string whole = Path.Combine(directory, "whole"), half = Path.Combine(directory, "half");
        string count = tasks.ToString(CultureInfo.InvariantCulture);
        Console.Write(Output(Start(typeof(ScaleBenchmark).Assembly.Location, "scale-whole", whole, count)));
        foreach (string[] more in new[] { Array.Empty<string>(), ["--json"] })
            for (int i = 0; i < Repeats; i++)
                Print($"campaign status DIR {string.Join(' ', more)}: {Status(whole, more):f2} s");
        await DriveUntilAsync(half, Graph(tasks), done => done >= tasks / 2);
        for (int i = 0; i < Repeats; i++)
            Print($"resume when half is done, process start to first new task: {Resume(half):f2} s");
    }

    /// <summary>The child process of a measurement: one campaign from start to end.</summary>
    public static async Task WholeAsync(string directory, int tasks)
    {
        WorkflowGraph graph = Graph(tasks);
        var clock = Stopwatch.StartNew();
        var marks = new List<(int Done, double Seconds, double Cpu)> { Mark(0) };
        int done = await DriveUntilAsync(directory, graph, n =>
        {
            if (n % (tasks / Stages) == 0)
                marks.Add(Mark(n));
            return false;
        });
        marks.Add(Mark(done));
        (_, double seconds, double cpu) = marks[^1];
        cpu -= marks[0].Cpu;
        foreach (((int Done, double Seconds, double Cpu) from, (int Done, double Seconds, double Cpu) to) in marks.Zip(marks.Skip(1)))
            if (to.Done > from.Done)
                Print($"  to task {to.Done}: {(to.Done - from.Done) / (to.Seconds - from.Seconds):f0} tasks/s, {1000 * (to.Cpu - from.Cpu) / (to.Done - from.Done):f2} ms of CPU per task");
        CampaignDirectory place = CampaignDirectory.At(directory);
        int events;
        using (var journal = new JournalReader(place.Journal))
            events = journal.All().Count();
        using var self = Process.GetCurrentProcess();
        Print($"{done} tasks in {seconds:f1} s: {done / seconds:f0} tasks/s, {1000 * cpu / done:f2} ms of CPU per task");
        Print($"{events} events, journal {new FileInfo(place.Journal).Length / 1048576.0:f1} MiB, peak memory {self.PeakWorkingSet64 / 1048576.0:f0} MiB, allocated {GC.GetTotalAllocatedBytes() / 1024.0 / done:f0} KiB per task");

        (int, double, double) Mark(int n) => (n, clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    /// <summary>The same campaign under strace, which counts what reaches the disk. Far slower.</summary>
    public static void CountSyncs(string directory, int tasks)
    {
        string log = directory + ".strace";
        string[] traced = ["-f", "-y", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", log, "dotnet", typeof(ScaleBenchmark).Assembly.Location, "scale-whole", directory];
        Output(Process.Start(new ProcessStartInfo("strace", [.. traced, tasks.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!);
        foreach (IGrouping<string, string> kind in File.ReadLines(log).Where(l => l.Contains("sync(", StringComparison.Ordinal)).GroupBy(KindOfFile).OrderByDescending(g => g.Count()))
            Print($"{(double)kind.Count() / tasks,7:f3} per task: {kind.Key}");
    }

    /// <summary>Files of one kind have one name: their path without what is drawn or counted.</summary>
    private static string KindOfFile(string line)
    {
        string path = line.Split('<', '>') is [_, var p, ..] ? p : "?";
        foreach (string folder in new[] { "/artifacts", "/fingerprints", "/runs", "/checkpoints", "/journal.db-wal", "/journal.db" })
            if (path.IndexOf(folder, StringComparison.Ordinal) is >= 0 and var at)
                return folder[1..] + (at + folder.Length == path.Length ? "" : File.Exists(path) || path.EndsWith(".tmp", StringComparison.Ordinal) ? "/... (file)" : "/... (directory)");
        return "others";
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
        Output(Start([Path.Combine(AppContext.BaseDirectory, "Campaign.Cli.dll"), "status", directory, .. more]));
        return clock.Elapsed.TotalSeconds;
    }

    private static string Output(Process child)
    {
        using (child)
        {
            string text = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            return child.ExitCode == 0 ? text : throw new InvalidOperationException($"{child.StartInfo.FileName} {string.Join(' ', child.StartInfo.ArgumentList)} ended with {child.ExitCode}.");
        }
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
