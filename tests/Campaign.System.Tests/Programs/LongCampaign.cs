using System.Text;
using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Local;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.JobCampaign;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.TestSupport.Witness;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;

namespace Campaign.SystemTests.Programs;

/// <summary>A campaign of one task, which the long program carries out as a process of this machine, driven by this process.</summary>
internal sealed class LongCampaign : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly string _root = System.IO.Directory.CreateTempSubdirectory("campaign-engine-").FullName;
    private readonly JobPlan _plan;
    private IScheduler? _scheduler;

    /// <param name="faults">As <see cref="LongProgram.Fault"/> reads them.</param>
    public LongCampaign(int steps, int msPerStep, params IReadOnlyList<string> faults) => _plan = new JobPlan(1, steps, msPerStep, faults);

    public TimeSpan Walltime { get; init; } = TimeSpan.FromMinutes(10);

    public IReadOnlyDictionary<string, EngineCommand> Engines { get; init; } = JobPlan.Engines;

    /// <summary>The way to the site.</summary>
    public ICommandRunner Runner { get; init; } = new DirectTransport();

    /// <summary>Of the site, where it has files of its own.</summary>
    public string? SiteDirectory { get; init; }

    /// <summary>In place of processes; given what the names of jobs begin with.</summary>
    public Func<string, IScheduler>? Scheduler { get; init; }

    public CampaignDirectory Directory => CampaignDirectory.At(Path.Combine(_root, "campaign"));

    public TaskId Task => JobPlan.IdOf(1);

    public ITaskEvent[] Events
    {
        get
        {
            using var journal = new JournalReader(Directory.Journal);
            return [.. journal.Stream(PersistenceIds.OfTask(Directory.ReadId(), Task)).Select(e => (ITaskEvent)e.Event)];
        }
    }

    public IReadOnlyList<Finding> Findings => [.. Events.OfType<TaskEvents.Diagnosed>().SelectMany(e => e.Findings)];

    /// <summary>First and last step of each process of the program, in their order.</summary>
    public (int First, int Last)[] Runs => [.. Execution.Of(WitnessLog.Read(Witness)).Select(e => (e.FirstStep, e.LastStep))];

    private string Witness => Path.Combine(_root, "witness.log");

    /// <returns>Whether it ended with all done and the result of an undisturbed run.</returns>
    public async Task<bool> RunAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        CampaignOutcome outcome = await CampaignHost.RunAsync(
            new CampaignRun
            {
                Name = "engine", Graph = _plan.Graph, SpecText = "campaign: engine\n", SpecFolder = null, Directory = Directory.Root, Operations = [],
                JobOperations = [JobPlan.Carry(new LongEngine(Witness))],
                Sites = id => [Site(id)],
                Policy = CampaignPolicy.Default with
                {
                    Tasks = new TaskPolicy(RetryPolicy.Default, CorrectionPolicy.Default with { Handlers = [new DropFaults(LongEngine.Crashed), new DropFaults(LongEngine.Truncated)] }),
                },
            },
            limit.Token);
        return outcome is CampaignOutcome.Concluded { Result: CampaignResult.Done } && Events[^1] is TaskEvents.Done && Result() == _plan.ResultOf(1);
    }

    public void Dispose()
    {
        if (_scheduler is LocalScheduler scheduler)
            scheduler.Cancel([.. scheduler.Queue(default).Where(s => !s.State.IsOver()).Select(s => new JobIdentity(s.Id, JobName.Parse(s.Name), s.SubmittedAt!.Value))], default);
        System.IO.Directory.Delete(_root, recursive: true);
    }

    private JobSite Site(string id)
    {
        string prefix = id + "-", register = Path.Combine(SiteDirectory ?? _root, "register");
        _scheduler = Scheduler?.Invoke(prefix)
            ?? new LocalScheduler(new LocalSettings(prefix, register, Grace: TimeSpan.FromSeconds(5), Settle: TimeSpan.FromSeconds(1), HeartbeatSeconds: 1), Runner);
        ISiteFiles files = SiteDirectory is null ? new DirectFiles() : new SiteFiles(Runner);
        return new JobSite(JobPlan.Site, _scheduler, files, new JobTraceReader(Runner, TimeProvider.System))
        {
            Directory = SiteDirectory,
            PollInterval = TimeSpan.FromMilliseconds(300), SubmissionsPerMinute = 600, Walltime = Walltime, MemoryMiB = 100, Engines = Engines,
            Patience = new JobPatience(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2)), Outage = new RetryPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)),
        };
    }

    private string Result()
    {
        IReadOnlyDictionary<string, ArtifactRef> outputs = Events.OfType<TaskEvents.Collected>().Single().Outputs;
        return Encoding.UTF8.GetString(new ArtifactStore(Directory.Root).ReadBytes(outputs[JobPlan.Output])).Split('\n')[0];
    }

    /// <summary>Answers a finding with inputs in which nothing goes wrong.</summary>
    private sealed record DropFaults(string Answered) : CorrectionHandler("drop-faults", JobPlan.Operation, Answered, CorrectionClass.Numerics)
    {
        public override IReadOnlyList<ParameterChange> Correct(System.Text.Json.Nodes.JsonObject failed) => [new ParameterChange("faults", new System.Text.Json.Nodes.JsonArray())];
    }
}
