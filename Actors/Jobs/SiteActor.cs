using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
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
    private readonly SubmissionQueue _submissions;
    private readonly PackFolder _packs;
    private readonly Dictionary<JobName, Watched> _watched = [];
    private readonly Queue<SiteMessages.Cancel> _cancels = [];
    private readonly HashSet<TaskId> _clears = [];
    private readonly Queue<DateTimeOffset> _submitted = []; // within the last minute
    private readonly Dictionary<string, int> _inQueue = []; // cores by job id
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
        _submissions = new SubmissionQueue(site.Packing, runtime.CampaignId + "-");
        _packs = site.Packs(runtime.Directory, runtime.CampaignId);
        Receive<SiteMessages.Submit>(m =>
        {
            Enqueue(m, Sender);
            Pump();
        });
        Receive<SiteMessages.Watch>(m =>
        {
            Context.Watch(Sender);
            if (!_watched.TryGetValue(m.Name, out Watched? watched))
                _watched[m.Name] = watched = new Watched(m.Since, m.IsPack ? new RunLook(_packs.DirectoryOf(m.Name), []) : null);
            watched.Watchers[Sender] = m.Look;
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
            _submissions.Remove(m.ActorRef);
            foreach ((JobName name, Watched watched) in _watched.ToArray())
                if (watched.Watchers.Remove(m.ActorRef) && watched.Watchers.Count == 0)
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
            Look[] looks = [.. unread.SelectMany(w => w.Looks())];
            Call(() => _site.Traces.Read([.. looks.Select(l => l.At)], _cancellation.Token), sights => Read(looks, sights));
            return;
        }
        _queueIsFresh = false;
        if (_watched.Values.FirstOrDefault(w => w.LookFor) is { } missing)
        {
            JobName name = _watched.First(w => w.Value == missing).Key;
            Call(() => _site.Scheduler.Find(name, missing.Since, _cancellation.Token), found => Found(missing, found));
            return;
        }
        DateTimeOffset? next = wanted ? _nextLook : null;
        if (_submissions.Next(now) is { } batch)
        {
            if (Room(now, batch) is not { } later)
            {
                Submit(batch, now);
                return;
            }
            next = Earlier(next, later);
        }
        else
            next = Earlier(next, _submissions.Due());
        if (_clears.Count > 0)
        {
            TaskId[] tasks = [.. _clears];
            Call(() => Clear(tasks), _ => _clears.ExceptWith(tasks));
            return;
        }
        if (next is { } at)
            Again(at);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private void Enqueue(SiteMessages.Submit wish, IActorRef asker)
    {
        Context.Watch(asker); // who died meanwhile is heard of again, and taken out
        _submissions.Add(wish, asker, _runtime.Now);
    }

    private void Submit(SubmissionQueue.Batch batch, DateTimeOffset now)
    {
        _submissions.Remove(batch);
        _submitted.Enqueue(now);
        Call(
            () => batch.Pack is { } pack
                ? _packs.Submit(pack, AtOnce, [.. batch.Members.Select(m => m.Wish.Job)], _cancellation.Token)
                : (_site.Scheduler.Submit(batch.Members[0].Wish.Job, _cancellation.Token), new Dictionary<string, JobName>()),
            answer =>
            {
                (SubmitReply reply, IReadOnlyDictionary<string, JobName> elsewhere) = answer;
                if (reply is SubmitReply.Accepted accepted)
                    _inQueue[accepted.Job.Id] = batch.Cores(AtOnce);
                foreach (SubmissionQueue.Member member in batch.Members)
                    if (elsewhere.TryGetValue(member.Wish.Job.Directory, out JobName other))
                        Enqueue(member.Wish with { Pack = other }, member.Asker);
                    else
                        member.Asker.Tell(new SiteMessages.Replied(reply, batch.Pack));
            },
            () =>
            {
                // it may be promised by now: it stays with this pack
                foreach (SubmissionQueue.Member member in batch.Members)
                    Enqueue(member.Wish with { Pack = batch.Pack }, member.Asker);
            });
    }

    private int AtOnce => _site.Packing?.AtOnce ?? 1;

    private bool Clear(TaskId[] tasks)
    {
        StagedTask.Remove(_site, _runtime.Directory, _runtime.CampaignId, tasks);
        return true;
    }

    /// <summary>When the next submission is allowed; null for now.</summary>
    private DateTimeOffset? Room(DateTimeOffset now, SubmissionQueue.Batch batch)
    {
        bool full = _inQueue.Count >= _site.MaxJobs
            || (_site.Cores is { } cores && _inQueue.Count > 0 && _inQueue.Values.Sum() + batch.Cores(AtOnce) > cores); // one too large for the site has it to itself
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

    private void Read(IReadOnlyList<Look> looks, IReadOnlyList<RunSight> sights)
    {
        foreach (IGrouping<Watched, (Look Look, RunSight Sight)> watched in looks.Zip(sights, (look, sight) => (Look: look, Sight: sight)).GroupBy(l => l.Look.Of))
            watched.Key.Tell([.. watched], _runtime.Now);
    }

    private bool End(SiteMessages.Cancel wish)
    {
        if (wish.IsPack && _packs.IsWanted(wish.Name, _cancellation.Token))
            return false;
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
            if (cause is not (SchedulerUnavailableException or IOException or UnauthorizedAccessException))
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

    /// <summary>Where somebody wants to look.</summary>
    /// <param name="Watcher">Null for the pack's own directory.</param>
    private sealed record Look(Watched Of, IActorRef? Watcher, RunLook At);

    private sealed class Watched(DateTimeOffset since, RunLook? pack)
    {
        private DateTimeOffset? _absentSince;
        private int _looks;

        /// <summary>More than one where the job is a pack.</summary>
        public Dictionary<IActorRef, RunLook> Watchers { get; } = [];

        public DateTimeOffset Since => since;

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

        /// <summary>First the pack's own directory: what it had not begun when it was over, it never began.</summary>
        public IEnumerable<Look> Looks()
        {
            if (pack is not null)
                yield return new Look(this, null, pack);
            foreach ((IActorRef watcher, RunLook at) in Watchers)
                yield return new Look(this, watcher, at);
        }

        public void Tell(IReadOnlyList<(Look Look, RunSight Sight)> seen, DateTimeOffset now)
        {
            if (Unread is not { } jobs)
                return; // forgotten, or told, meanwhile
            Unread = null;
            if (jobs.Count > 0)
                ForgetAbsence();
            else
                (_absentSince, _looks) = (_absentSince ?? now, _looks + 1);
            JobAbsence? absence = _absentSince is { } from ? new JobAbsence(_looks, now - from) : null;
            RunSight? shared = seen.FirstOrDefault(s => s.Look.Watcher is null).Sight;
            foreach ((Look look, RunSight sight) in seen)
                look.Watcher?.Tell(new SiteMessages.Seen(jobs, absence, sight) { Pack = shared });
        }
    }

    private sealed record Done(Action? Then, Action? Otherwise, Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
