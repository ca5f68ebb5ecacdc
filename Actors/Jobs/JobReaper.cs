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
    private readonly string _directory;
    private readonly ICanTell _gate;
    private readonly TraceReader _traces;
    private bool _looking;

    public JobReaper(Runtime runtime, JobSite site, TaskId task, JobRef job)
    {
        (_site, _job) = (site, job);
        _name = JobName.Parse(job.Token);
        _directory = runtime.Directory.Run(task, job.Attempt);
        _traces = new TraceReader(site.Files, _directory, runtime.Time);
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
            _gate.Tell(new SiteMessages.Watch(_name, job.IntendedAt), Self);
        });
        Receive<SiteMessages.Seen>(m =>
        {
            if (_looking)
                return;
            _looking = true;
            Blocking.Run(() => Look(m)).PipeTo(Self);
        });
        Receive<Verdict>(m =>
        {
            _looking = false;
            if (m.How is null)
                return;
            Context.Parent.Tell(new Gone(_job.Attempt, m.How));
            Context.Stop(Self);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>To the parent: it can write no more.</summary>
    internal sealed record Gone(int Attempt, string How) : INoSerializationVerificationNeeded;

    protected override void PreStart() => Self.Tell(Fence.Instance);

    private Fenced PutFence()
    {
        try
        {
            // Also where nothing was ever put: a job that comes up late must find it.
            _site.Files.Put(_directory, new Dictionary<string, byte[]> { [JobFile.Fence] = [] }, CancellationToken.None);
            return new Fenced(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchedulerUnavailableException)
        {
            return new Fenced(e.Message);
        }
    }

    private Verdict Look(SiteMessages.Seen seen)
    {
        try
        {
            JobTraces traces = _traces.Read(CancellationToken.None);
            // Every job of the name must be over; the least hopeful one decides.
            JobSighting? sighting = seen.Jobs.FirstOrDefault(j => !j.State.IsOver()) ?? seen.Jobs.FirstOrDefault(j => j.State == JobState.NodeFailed) ?? seen.Jobs.LastOrDefault();
            if (sighting is { } live && !live.State.IsOver())
                return new Verdict(null);
            return new Verdict(JobEnding.Of(new JobEvidence(null, sighting, traces, seen.Absence), _site.Patience));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SchedulerUnavailableException)
        {
            return new Verdict(null);
        }
    }

    private sealed record Fenced(string? Failure) : INoSerializationVerificationNeeded;

    private sealed record Verdict(string? How) : INoSerializationVerificationNeeded;

    private sealed class Fence : INoSerializationVerificationNeeded
    {
        public static readonly Fence Instance = new();
    }
}
