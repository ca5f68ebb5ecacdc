using Akka.Actor;
using Akka.Pattern;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Hosting;

/// <summary>What the actors of one campaign share. Nothing here changes while they run, but the register of threads.</summary>
internal sealed record Runtime(
    string CampaignId,
    CampaignDirectory Directory,
    ArtifactStore Artifacts,
    FingerprintStore Fingerprints,
    IReadOnlyDictionary<string, IOperation> Operations,
    CampaignPolicy Policy,
    TimeProvider Time,
    int Cores,
    IProgress<CampaignProgress> Progress,
    RestartBackoff Backoff)
{
    /// <summary>Who executes attempts here, as the journal names it.</summary>
    public string Lease { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Where damaged copies of the user's files come from.</summary>
    public CampaignFiles Files { get; init; } = new(Artifacts, null);

    public LiveAttempts Live { get; } = new();

    /// <summary>Sites whose schedulers take jobs; tasks of any other site are executed in this process.</summary>
    public IReadOnlyDictionary<string, JobSite> Sites { get; init; } = new Dictionary<string, JobSite>();

    /// <summary>Operations that programs carry out, by engine and name.</summary>
    public IReadOnlyDictionary<(string Engine, string Operation), IJobOperation> JobOperations { get; init; } = new Dictionary<(string, string), IJobOperation>();

    /// <summary>How any other operation is carried out in a job: by this program.</summary>
    public IJobOperation ProgramItself => field ??= new OperationInJob(Artifacts);

    /// <summary>Ends the run with this error: the journal cannot be read, and no restart would help.</summary>
    public TaskCompletionSource<CampaignOutcome> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Live tasks at a time: enough to keep the cores busy and the sites' queues full, few enough to be cheap.</summary>
    public int Window => Math.Max(32, 8 * Cores) + Sites.Values.Sum(s => Math.Min(s.MaxJobs, s.Cores ?? MostInOneQueue));

    private const int MostInOneQueue = 100_000;

    /// <summary>A parent that starts the child again, ever more slowly, whenever it stops.</summary>
    public Props Supervised(Props child, string name) => BackoffSupervisor.Props(
        Akka.Pattern.Backoff.OnStop(child, name, Backoff.First, Backoff.Longest, 0.2, -1)
            .WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop)));
}

/// <summary>How fast stopped actors come back. Longer than the journal's circuit breaker needs to try again.</summary>
public sealed record RestartBackoff(TimeSpan First, TimeSpan Longest)
{
    public static RestartBackoff Default { get; } = new(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5));
}
