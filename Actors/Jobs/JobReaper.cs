using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Ends the job of an attempt that was given up: fences its directory, has it cancelled, and tells its parent when there is evidence that
/// it can write no more. May be begun again at any point.
/// </summary>
internal sealed class JobReaper : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private readonly JobSite _site;
    private readonly JobRef _job;
    private readonly JobName _name;
    private readonly JobFolder _folder;
    private readonly ICanTell _gate;
    private int _looksAtWaiting;

    public JobReaper(Runtime runtime, JobSite site, TaskId task, JobRef job)
    {
        (_site, _job) = (site, job);
        _name = JobName.Parse(job.Token);
        _folder = new JobFolder(site, runtime.Directory, runtime.CampaignId, task, job.Attempt);
        _gate = SiteGate.Of(Context.System, site.Name);
        Receive<Fence>(_ => Blocking.Run(PutFence).PipeTo(Self));
        Receive<Fenced>(m =>
        {
            if (m.Failure is not null)
            {
                Context.GetLogger().Warning("The run directory of {Task} cannot be fenced yet: {Why}", task, m.Failure);
                Timers.StartSingleTimer(Fence.Instance, Fence.Instance, Again);
                return;
            }
            _gate.Tell(new SiteMessages.Cancel(_name, job.IntendedAt), Self);
            _gate.Tell(new SiteMessages.Watch(_name, job.IntendedAt, new RunLook(_folder.OnSite, [])), Self);
        });
        Receive<SiteMessages.Seen>(m =>
        {
            if (End(m) is { } how)
            {
                Context.Parent.Tell(new Gone(_job.Attempt, how));
                Context.Stop(Self);
            }
            else if (m.Jobs.Any(j => j.State == JobState.Waiting) && ++_looksAtWaiting % LooksBetweenCancels == 0)
            {
                _gate.Tell(new SiteMessages.Cancel(_name, job.IntendedAt), Self);
            }
        });
    }

    /// <summary>A requeue that was under way when the job was cancelled brings it back, and nobody cancels it then.</summary>
    private const int LooksBetweenCancels = 3;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>To the parent: it can write no more.</summary>
    internal sealed record Gone(int Attempt, string How) : INoSerializationVerificationNeeded;

    protected override void PreStart() => Self.Tell(Fence.Instance);

    private Fenced PutFence()
    {
        try
        {
            _folder.Fence();
            return new Fenced(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchedulerUnavailableException)
        {
            return new Fenced(e.Message);
        }
    }

    private string? End(SiteMessages.Seen seen)
    {
        // Every job of the name must be over; the least hopeful one decides.
        JobSighting? sighting = seen.Jobs.FirstOrDefault(j => !j.State.IsOver()) ?? seen.Jobs.FirstOrDefault(j => j.State == JobState.NodeFailed) ?? seen.Jobs.LastOrDefault();
        return seen.Sight.Unreadable is not null || (sighting is { } live && !live.State.IsOver())
            ? null
            : JobEnding.Of(new JobEvidence(null, sighting, seen.Sight.Traces, seen.Absence), _site.Patience);
    }

    private sealed record Fenced(string? Failure) : INoSerializationVerificationNeeded;

    private sealed class Fence : INoSerializationVerificationNeeded
    {
        public static readonly Fence Instance = new();
    }
}
