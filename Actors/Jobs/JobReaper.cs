using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
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
    private readonly JobFolder _folder;
    private readonly ICanTell _gate;
    private int _looksAtWaiting;
    private readonly PackFolder _packs;
    private readonly TimeProvider _time;
    private SiteMessages.Cancel? _cancel;
    private DateTimeOffset _fencedAt;

    public JobReaper(Runtime runtime, JobSite site, TaskId task, JobRef job)
    {
        (_site, _job) = (site, job);
        (_packs, _time) = (site.Packs(runtime.Directory, runtime.CampaignId), runtime.Time);
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
            _fencedAt = _time.GetUtcNow();
            _cancel = new SiteMessages.Cancel(m.Pack ?? JobName.Parse(job.Token), job.IntendedAt, IsPack: m.Pack is not null);
            _gate.Tell(_cancel, Self);
            _gate.Tell(new SiteMessages.Watch(_cancel.Name, job.IntendedAt, new RunLook(_folder.OnSite, [])) { IsPack = _cancel.IsPack }, Self);
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
                _gate.Tell(_cancel!, Self);
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
            // its promise may be all there is of a submission that was not put on record
            return new Fenced(null, _job.Pack is { } pack ? JobName.Parse(pack) : _packs.PromiseOf(_folder.OnSite, CancellationToken.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchedulerUnavailableException)
        {
            return new Fenced(e.Message, null);
        }
    }

    private string? End(SiteMessages.Seen seen)
    {
        // Every job of the name must be over; the least hopeful one decides.
        JobSighting? sighting = seen.Jobs.FirstOrDefault(j => !j.State.IsOver()) ?? seen.Jobs.FirstOrDefault(j => j.State == JobState.NodeFailed) ?? seen.Jobs.LastOrDefault();
        if (seen.Unreadable is not null || (seen.Pack is null && sighting is { } live && !live.State.IsOver()))
            return null;
        var evidence = new JobEvidence(null, sighting, seen.Sight.Traces, seen.Absence) { Pack = seen.Pack?.Traces };
        return JobEnding.Of(evidence, _site.Patience, _time.GetUtcNow() - _fencedAt);
    }

    private sealed record Fenced(string? Failure, JobName? Pack) : INoSerializationVerificationNeeded;

    private sealed class Fence : INoSerializationVerificationNeeded
    {
        public static readonly Fence Instance = new();
    }
}
