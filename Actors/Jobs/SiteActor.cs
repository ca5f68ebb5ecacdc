using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Graph;

namespace Campaign.Actors.Jobs;

/// <summary>
/// The one door to a site's scheduler: one call at a time, one status query and one look into their run directories per interval for all jobs, no more jobs and submissions than
/// the site allows. A scheduler that does not answer is asked again ever more rarely, for days if need be, and charges nobody.
/// </summary>
internal sealed class SiteActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Runtime _runtime;
    private readonly JobSite _site;
    private readonly SiteNotice _notice;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PriorityQueue<(SiteMessages.Submit Wish, IActorRef Asker), (int, long)> _submissions = new();
    private readonly Dictionary<JobName, Watched> _watched = [];
    private readonly Queue<SiteMessages.Cancel> _cancels = [];
    private readonly HashSet<TaskId> _clears = [];
    private readonly Queue<DateTimeOffset> _submitted = []; // within the last minute
    private readonly Dictionary<string, int> _inQueue = []; // cores by job id
    private long _arrivals;
    private bool _busy;
    private bool _seenQueue;
    private bool _queueIsFresh;
    private DateTimeOffset _nextLook;
    private int _failures;
    private DateTimeOffset _notBefore;

    public SiteActor(Runtime runtime, JobSite site)
    {
        (_runtime, _site) = (runtime, site);
        _notice = new SiteNotice(runtime.Directory, site.Name);
        Receive<SiteMessages.Submit>(m =>
        {
            Context.Watch(Sender);
            _submissions.Enqueue((m, Sender), (m.Priority, _arrivals++));
            Pump();
        });
        Receive<SiteMessages.Watch>(m =>
        {
            Context.Watch(Sender);
            _watched[m.Name] = new Watched(Sender, m.Since, m.Look);
            Pump();
        });
        Receive<SiteMessages.Cancel>(m =>
        {
            _cancels.Enqueue(m);
            Pump();
        });
        Receive<SiteMessages.Clear>(m =>
        {
            _clears.Add(m.Task);
            Pump();
        });
        Receive<Terminated>(m =>
        {
            foreach (JobName name in _watched.Where(w => w.Value.Watcher.Equals(m.ActorRef)).Select(w => w.Key).ToArray())
                _watched.Remove(name);
        });
        Receive<Tick>(_ => Pump());
        Receive<Done>(OnDone);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _cancellation.Cancel();

    private void Pump()
    {
        if (_busy)
            return;
        DateTimeOffset now = _runtime.Now;
        if (now < _notBefore)
        {
            Again(_notBefore);
            return;
        }
        if (_cancels.TryPeek(out SiteMessages.Cancel? cancel))
        {
            Call(() => End(cancel), _ => _cancels.Dequeue());
            return;
        }
        bool wanted = _watched.Count > 0 || _submissions.Count > 0;
        if (wanted && now >= _nextLook)
        {
            Call(() => _site.Scheduler.Queue(_cancellation.Token), Looked);
            return;
        }
        // those the queue shows do not wait for the history of the others
        if (_watched.Values.Where(w => w.Unread is not null).ToArray() is { Length: > 0 } unread && (_queueIsFresh || !_watched.Values.Any(w => w.LookFor)))
        {
            _queueIsFresh = false;
            Call(() => _site.Traces.Read([.. unread.Select(w => w.Look)], _cancellation.Token), sights => Read(unread, sights));
            return;
        }
        _queueIsFresh = false;
        if (_watched.Values.FirstOrDefault(w => w.LookFor) is { } missing)
        {
            JobName name = _watched.First(w => w.Value == missing).Key;
            Call(() => _site.Scheduler.Find(name, missing.Since, _cancellation.Token), found => Found(missing, found));
            return;
        }
        while (_submissions.TryPeek(out (SiteMessages.Submit Wish, IActorRef Asker) first, out _))
        {
            if (first.Asker.IsNobody())
            {
                _submissions.Dequeue();
                continue;
            }
            if (Room(now, first.Wish.Job) is { } later)
            {
                Again(later);
                break;
            }
            _submissions.Dequeue();
            _submitted.Enqueue(now);
            Call(
                () => _site.Scheduler.Submit(first.Wish.Job, _cancellation.Token),
                reply =>
                {
                    if (reply is SubmitReply.Accepted accepted)
                        _inQueue[accepted.Job.Id] = first.Wish.Job.Resources.Cores;
                    first.Asker.Tell(new SiteMessages.Replied(reply));
                },
                () => _submissions.Enqueue(first, (first.Wish.Priority, _arrivals++)));
            return;
        }
        if (_clears.Count > 0)
        {
            TaskId[] tasks = [.. _clears];
            Call(() => Clear(tasks), _ => _clears.ExceptWith(tasks));
            return;
        }
        if (wanted)
            Again(_nextLook);
    }

    private bool Clear(TaskId[] tasks)
    {
        StagedTask.Remove(_site, _runtime.Directory, _runtime.CampaignId, tasks);
        return true;
    }

    /// <summary>When the next submission is allowed; null for now.</summary>
    private DateTimeOffset? Room(DateTimeOffset now, JobRequest job)
    {
        bool full = _inQueue.Count >= _site.MaxJobs
            || (_site.Cores is { } cores && _inQueue.Count > 0 && _inQueue.Values.Sum() + job.Resources.Cores > cores); // one too large for the site has it to itself
        if (!_seenQueue || full)
            return _nextLook;
        while (_submitted.TryPeek(out DateTimeOffset oldest) && oldest <= now - Minute)
            _submitted.Dequeue();
        return _submitted.Count >= _site.SubmissionsPerMinute ? _submitted.Peek() + Minute : null;
    }

    private void Looked(IReadOnlyList<JobSighting> queue)
    {
        DateTimeOffset now = _runtime.Now;
        _nextLook = now + _site.PollInterval;
        (_seenQueue, _queueIsFresh) = (true, true);
        _inQueue.Clear();
        string own = _runtime.CampaignId + "-";
        foreach (JobSighting job in queue.Where(j => !j.State.IsOver() && j.Name.StartsWith(own, StringComparison.Ordinal)))
            _inQueue[job.Id] = job.Cores ?? 1;
        ILookup<string, JobSighting> byName = queue.ToLookup(j => j.Name);
        foreach ((JobName name, Watched watched) in _watched)
        {
            JobSighting[] jobs = [.. byName[name.ToString()]];
            watched.Unread = jobs.Length > 0 ? jobs : null;
            watched.LookFor = jobs.Length == 0; // the queue forgets what has ended; the history may know
        }
    }

    private static void Found(Watched watched, IReadOnlyList<JobSighting> jobs) => (watched.LookFor, watched.Unread) = (false, jobs);

    private void Read(IReadOnlyList<Watched> watched, IReadOnlyList<RunSight> sights)
    {
        foreach ((Watched one, RunSight sight) in watched.Zip(sights))
            one.Tell(sight, _runtime.Now);
    }

    private bool End(SiteMessages.Cancel wish)
    {
        JobIdentity[] live = [.. _site.Scheduler.Find(wish.Name, wish.Since, _cancellation.Token)
            .Where(j => !j.State.IsOver()).Select(j => new JobIdentity(j.Id, wish.Name, j.SubmittedAt ?? wish.Since))];
        if (live.Length > 0)
            _site.Scheduler.Cancel(live, _cancellation.Token);
        return true;
    }

    /// <summary>One call at a time, on a thread of its own; what follows from its answer happens here.</summary>
    private void Call<T>(Func<T> call, Action<T> then, Action? otherwise = null)
    {
        _busy = true;
        Blocking.Run(call).PipeTo(
            Self,
            success: answer => new Done(() => then(answer), null, null),
            failure: e => new Done(null, otherwise, e));
    }

    private void OnDone(Done m)
    {
        _busy = false;
        if (m.Failure is null)
        {
            if (_failures > 0)
                _runtime.Progress.Report(new CampaignProgress.Notice($"site {_site.Name} answers again"));
            _failures = 0;
            _notice.Answered(_runtime.Now);
            m.Then!();
        }
        else
        {
            Exception cause = m.Failure is AggregateException { InnerExceptions: [var only] } ? only : m.Failure;
            m.Otherwise?.Invoke();
            _notBefore = _runtime.Now + _site.Outage.Delay(_failures++);
            _nextLook = _notBefore;
            if (cause is not SchedulerUnavailableException)
                Context.GetLogger().Error(cause, "A call to site {Site} failed in a way it should not", _site.Name);
            if (_failures == 1)
                _runtime.Progress.Report(new CampaignProgress.Notice($"site {_site.Name} does not answer and is asked again until it does: {cause.Message}"));
            _notice.Silent(_runtime.Now, cause.Message, _notBefore);
            // a silence is no answer: what was absent before it has to be looked for anew
            foreach (Watched watched in _watched.Values)
                watched.ForgetAll();
        }
        Pump();
    }

    private void Again(DateTimeOffset at) =>
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (at - _runtime.Now).Ticks)));

    private sealed class Watched(IActorRef watcher, DateTimeOffset since, RunLook look)
    {
        private DateTimeOffset? _absentSince;
        private int _looks;

        public IActorRef Watcher => watcher;

        public DateTimeOffset Since => since;

        public RunLook Look => look;

        /// <summary>The queue does not show it, and the history has not been asked since.</summary>
        public bool LookFor { get; set; }

        /// <summary>What the scheduler said last; null once the run directory was looked at after that.</summary>
        public IReadOnlyList<JobSighting>? Unread { get; set; }

        public void ForgetAbsence() => (_absentSince, _looks) = (null, 0);

        public void ForgetAll()
        {
            Unread = null;
            ForgetAbsence();
        }

        public void Tell(RunSight sight, DateTimeOffset now)
        {
            if (Unread is not { } jobs)
                return; // forgotten, or told, meanwhile
            Unread = null;
            if (jobs.Count > 0)
                ForgetAbsence();
            else
                (_absentSince, _looks) = (_absentSince ?? now, _looks + 1);
            watcher.Tell(new SiteMessages.Seen(jobs, _absentSince is { } from ? new JobAbsence(_looks, now - from) : null, sight));
        }
    }

    private sealed record Done(Action? Then, Action? Otherwise, Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
