using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Benchmarks;

/// <summary>The process that is measured: drives the campaign of jobs on the SLURM of its environment, and says at every tenth what it has cost.</summary>
internal static class SlurmJobsDriver
{
    private const string Site = "cluster", Output = "result";
    private const double MiB = 1024 * 1024;

    /// <summary>The product's own is 30 s, for jobs that last hours.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    /// <summary>More than the cluster can take, so that it is the cluster that limits.</summary>
    private const int SubmissionsPerMinute = 100_000;

    public static async Task<int> RunAsync(string directory, int jobs)
    {
        var meter = new Meter(jobs);
        meter.Mark();
        CampaignOutcome outcome = await CampaignHost.RunAsync(
            new CampaignRun
            {
                Name = "slurm-jobs",
                Graph = new WorkflowGraph([.. Enumerable.Range(1, jobs).Select(Spec)]),
                SpecText = "campaign: slurm-jobs\n",
                SpecFolder = null,
                Directory = directory,
                Operations = [],
                JobOperations = [new Second()],
                Sites = id => [Cluster(id)],
                Progress = meter,
            },
            CancellationToken.None);
        meter.Mark();
        meter.Print();
        return outcome.ExitCode;
    }

    private static TaskSpec Spec(int job) => new(
        TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"jobs/t{job:0000}")), Second.Operation, 1, "builtin", Site, new JsonObject { ["job"] = job }, [], 1, 0, 0);

    private static JobSite Cluster(string campaignId)
    {
        var here = new DirectTransport();
        return new JobSite(Site, new SlurmScheduler(new SlurmSettings(campaignId + "-"), here), new DirectFiles(), new JobTraceReader(here, TimeProvider.System))
        {
            PollInterval = PollInterval, SubmissionsPerMinute = SubmissionsPerMinute, Walltime = TimeSpan.FromMinutes(10),
        };
    }

    /// <summary>A job of one second.</summary>
    private sealed class Second : IJobOperation
    {
        public const string Operation = "second";

        public string Engine => "builtin";

        public string Name => Operation;

        public JobWork Prepare(OperationContext context, JobPlace place) => new(["sleep"], new ProgramRun { Arguments = ["1"] });

        public (double Fraction, string Note)? Watch(OperationContext context, IReadOnlyDictionary<string, string> tails) => null;

        public bool LeftOff(OperationContext context, string directory) => false;

        public AttemptExit Collect(OperationContext context, JobEnd end) => end.Exit is { Code: 0 }
            ? new AttemptExit.Completed(ImmutableDictionary<string, Workflows.Artifacts.ArtifactRef>.Empty.Add(Output, context.Outputs.AddText($"{context.Task.Id}\n", "txt")), [])
            : new AttemptExit.Failed($"sleep ended with {end.Exit?.Code}.");
    }

    private sealed class Meter(int jobs) : IProgress<CampaignProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly List<Reading> _readings = [];
        private int _done;

        public void Report(CampaignProgress value)
        {
            if (value is CampaignProgress.Notice notice)
                Console.WriteLine(notice.Text);
            if (value is CampaignProgress.TaskMoved { State.Phase: TaskPhase.Done } && Interlocked.Increment(ref _done) % (jobs / 10) == 0)
                Mark();
        }

        public void Mark()
        {
            using var self = Process.GetCurrentProcess();
            lock (_readings)
                _readings.Add(new Reading(_done, _clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds, Children(), self.WorkingSet64 / MiB));
        }

        public void Print()
        {
            Say($"   jobs    seconds   CPU of the process (ms a job)   of programs it started   resident (MiB)");
            foreach ((Reading from, Reading to) in _readings.Zip(_readings.Skip(1)))
                if (to.Done > from.Done)
                    Say($"{to.Done,7} {to.Seconds,10:f1} {1000 * (to.Own - from.Own) / (to.Done - from.Done),29:f1} {1000 * (to.Children - from.Children) / (to.Done - from.Done),25:f1} {to.Resident,16:f0}");
            (Reading first, Reading last) = (_readings[0], _readings[^1]);
            Say($"{last.Done} jobs in {last.Seconds:f1} s; CPU a job: {1000 * (last.Own - first.Own) / last.Done:f1} ms of the process, {1000 * (last.Children - first.Children) / last.Done:f1} ms of programs it started");
            Say($"memory: {first.Resident:f0} MiB at the start, {_readings[1].Resident:f0} MiB after the first tenth, {last.Resident:f0} MiB at the end");
        }

        /// <summary>Seconds of CPU of all programs that were started here and have ended, and of those that they started.</summary>
        private static double Children()
        {
            // fields after the name in parentheses; the 16th and 17th of all are in hundredths of a second
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
        }

        private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

        private sealed record Reading(int Done, double Seconds, double Own, double Children, double Resident);
    }
}
