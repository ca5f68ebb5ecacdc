using System.Diagnostics;
using System.Globalization;
using System.Text;
using Campaign.JobCampaign;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.TestSupport.Slurm;
using Campaign.TestSupport.Witness;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.SystemTests.Faults;

/// <summary>A campaign of jobs on a real cluster, driven by a process of its own that is killed and started again.</summary>
internal sealed class JobCampaignTarget : IFaultTarget, IOrchestrator, IDisposable
{
    private readonly SlurmCluster _cluster;
    private readonly SbatchTrap _trap = new();
    private readonly JobPlan _plan;
    private readonly TimeSpan _patience;
    private readonly int _perJob;
    private readonly CampaignDirectory _directory;
    private readonly SlurmFaults _faults;
    private Process _process;

    /// <param name="patience">How long the campaign may take after the last fault.</param>
    /// <param name="perJob">How many tasks share a job.</param>
    public JobCampaignTarget(SlurmCluster cluster, JobPlan plan, TimeSpan patience, int perJob = 1)
    {
        (_cluster, _plan, _patience, _perJob) = (cluster, plan, patience, perJob);
        _directory = CampaignDirectory.At(Path.Combine(cluster.Root, $"jobs-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(_directory.Runs);
        _faults = new SlurmFaults(cluster, _trap, this, _directory.Runs);
        _process = Start();
    }

    public CampaignDirectory Campaign => _directory;

    /// <summary>What the orchestrator said, over all its lives.</summary>
    public string Story => Path.Combine(_directory.Root, "story.txt");

    private string Witness => Path.Combine(_directory.Root, "witness.log");

    public Task<bool> IsOverAsync() => Task.FromResult(_process.HasExited);

    public Task<IReadOnlyList<string>?> InjectAsync(Fault fault) => _faults.InjectAsync(fault);

    public async Task KillAndRestartAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Start();
    }

    public async Task<IReadOnlyList<TaskFate>> FinishAsync()
    {
        await _faults.HealAsync();
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) // what it did not bring to an end counts as lost
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        return Fates();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _trap.Dispose();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(
            "sh",
            [
                "-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", Story, Path.Combine(AppContext.BaseDirectory, "job-campaign"),
                _directory.Root, Text(_plan.Tasks), Text(_plan.Steps), Text(_plan.MsPerStep), Witness, Text(_perJob), .. _plan.Faults,
            ]);
        foreach ((string name, string value) in _cluster.Environment)
            start.Environment[name] = value;
        start.Environment["PATH"] = _trap.SearchPath;
        return Process.Start(start)!;
    }

    private IReadOnlyList<TaskFate> Fates()
    {
        string id = _directory.ReadId();
        var artifacts = new ArtifactStore(_directory.Root);
        IReadOnlyList<Execution> executions = Execution.Of(WitnessLog.Read(Witness));
        ILookup<string, string> jobs = CompletedJobs();
        using var journal = new JournalReader(_directory.Journal);
        return [.. Enumerable.Range(1, _plan.Tasks).Select(Fate)];

        TaskFate Fate(int task)
        {
            TaskId name = JobPlan.IdOf(task);
            ITaskEvent[] story = [.. journal.Stream(PersistenceIds.OfTask(id, name)).Select(e => (ITaskEvent)e.Event)];
            HashSet<string> tokens = [.. story.OfType<TaskEvents.Intended>().Select(e => e.Token)];
            Execution[] witnessed = [.. executions.Where(e => tokens.Contains(e.Attempt))];
            string folder = Path.Combine(_directory.Runs, name.Value);
            return new TaskFate(
                name.Value,
                witnessed.Length > 0 && IsRight(story, _plan.ResultOf(task)),
                Directory.Exists(folder) ? ClaimAudit.DoubleExecutions(folder) : 0,
                TooMany(DoubleExecutions.In(witnessed)),
                tokens.Sum(t => Math.Max(0, jobs[t].Count() - 1)),
                story.Length > 0 ? story[^1].ToString()! : "never begun");
        }

        bool IsRight(ITaskEvent[] story, string expected)
        {
            ArtifactRef[] results = [.. story.Select(Outputs).OfType<IReadOnlyDictionary<string, ArtifactRef>>().Select(o => o[JobPlan.Output])];
            return story.Length > 0 && story[^1] is TaskEvents.Done or TaskEvents.Reused
                && results is [var result] && Encoding.UTF8.GetString(artifacts.ReadBytes(result)).Split('\n')[0] == expected;
        }
    }

    /// <summary>Ids of the jobs that have ended, by their names.</summary>
    private ILookup<string, string> CompletedJobs() =>
        File.ReadLines(_cluster.JobCompletions)
            .Select(line => line.Split(' ').Select(f => f.Split('=', 2)).Where(f => f.Length == 2).DistinctBy(f => f[0]).ToDictionary(f => f[0], f => f[1]))
            .Select(job => (Name: job["Name"], Id: job["JobId"])).Distinct().ToLookup(job => job.Name, job => job.Id);

    private static IReadOnlyDictionary<string, ArtifactRef>? Outputs(ITaskEvent e) => e switch
    {
        TaskEvents.Collected collected => collected.Outputs,
        TaskEvents.Reused reused => reused.Outputs,
        _ => null,
    };

    private static int TooMany(DoubleExecutions seen) => seen.Repeated.Count + seen.OfOneTask.Count;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
