using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Specs;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>A place whose scheduler takes jobs.</summary>
public sealed record JobSite(string Name, IScheduler Scheduler, ISiteFiles Files, IJobTraceReader Traces)
{
    /// <summary>One status query per interval, whatever the number of jobs.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of own jobs at the same time; null where the scheduler sees to that itself.</summary>
    public int? Cores { get; init; }

    /// <summary>A program of many processes that is to have more than these asks for several nodes; null where it never does.</summary>
    public int? CoresPerNode { get; init; }

    /// <summary>Own jobs in the queue at the same time.</summary>
    public int MaxJobs { get; init; } = 50;

    public int SubmissionsPerMinute { get; init; } = 20;

    public TimeSpan Walltime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Asked for by every job, per node; null leaves it to the scheduler.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>How this program is started there, before its own arguments.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>How external engines are started there.</summary>
    public IReadOnlyDictionary<string, EngineCommand> Engines { get; init; } = new Dictionary<string, EngineCommand>();

    /// <summary>How a scheduler that does not answer is asked again: ever more rarely, for days if need be.</summary>
    public RetryPolicy Outage { get; init; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));

    public JobPatience Patience { get; init; } = JobPatience.Default;

    /// <summary>Attempts share jobs; null: each has one to itself.</summary>
    public Packing? Packing { get; init; }

    /// <summary>A node is avoided by a task once it has failed under it this often.</summary>
    public int NodeFailures { get; init; } = 2;

    /// <summary>Where campaigns have their directories there; null where a campaign's directory is seen there under the same path as here.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether files have to be brought there, and fetched.</summary>
    public bool IsStaged => Directory is not null;

    /// <summary>A campaign's packs of jobs here.</summary>
    public PackFolder Packs(CampaignDirectory here, string campaignId) => new(Scheduler, Files, CampaignAt(here, campaignId).Runs);

    /// <summary>A campaign's directory as the site's jobs see it.</summary>
    public CampaignDirectory CampaignAt(CampaignDirectory here, string campaignId) =>
        Directory is null ? here : new CampaignDirectory(Path.Combine(Directory, campaignId));
}

/// <summary>How attempts share jobs of the scheduler.</summary>
/// <param name="Tasks">Most of them in one job.</param>
/// <param name="AtOnce">Of these that work at the same time; the job asks for the cores and the memory of so many.</param>
/// <param name="Wait">How long the first of them is kept waiting for more.</param>
public sealed record Packing(int Tasks, int AtOnce, TimeSpan Wait);
