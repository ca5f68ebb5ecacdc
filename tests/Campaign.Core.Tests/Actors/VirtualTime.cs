using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// A clock that the orchestrator and Akka's timers share, and that a test moves: by hand, or far faster than the wall clock
/// (<see cref="Run"/>). It survives restarts of the orchestrator, as the world's clock does.
/// </summary>
internal sealed class VirtualTime : TimeProvider, IDisposable
{
    private static readonly ConcurrentDictionary<string, VirtualTime> All = new();
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, (TimeSpan Due, long Order)> _entries = new();
    private readonly CancellationTokenSource _end = new();
    private readonly string _key = Guid.NewGuid().ToString("N");
    private TimeSpan _now;
    private long _order;

    public VirtualTime() => All[_key] = this;

    /// <summary>Makes an actor system use this clock.</summary>
    public Config Hocon => ConfigurationFactory.ParseString($$"""
        akka.scheduler { implementation = "{{typeof(Scheduler).FullName}}, {{typeof(Scheduler).Assembly.GetName().Name}}", virtual-time = "{{_key}}" }
        """);

    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public static VirtualTime Of(string key) => All[key];

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    /// <summary>Lets the clock run by itself, a step about every millisecond.</summary>
    public VirtualTime Run()
    {
        _ = Pump(_end.Token);
        return this;
    }

    /// <summary>How far it gets in about a millisecond. What waits for real disks and threads should not find that time has flown.</summary>
    public TimeSpan Step { get; set; } = TimeSpan.FromMilliseconds(20);

    public void Advance(TimeSpan by)
    {
        TimeSpan until = Elapsed + by;
        while (TakeDue(until) is { } entry)
            entry.Fire();
    }

    public void Dispose()
    {
        _end.Cancel();
        All.TryRemove(_key, out _);
    }

    private async Task Pump(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(1, CancellationToken.None);
            Advance(Step);
        }
    }

    private Entry? TakeDue(TimeSpan until)
    {
        lock (_gate)
        {
            if (_entries.TryPeek(out Entry? entry, out (TimeSpan Due, long) at) && at.Due <= until)
            {
                _now = at.Due > _now ? at.Due : _now;
                _entries.Dequeue();
                if (entry.Interval is { } interval && !entry.IsOver)
                    Add(entry, _now + interval);
                return entry;
            }
            _now = until;
            return null;
        }
    }

    private void Add(Entry entry, TimeSpan due)
    {
        lock (_gate)
            _entries.Enqueue(entry, (due, _order++));
    }

    private sealed record Entry(Action Do, TimeSpan? Interval, ICancelable? Cancelable, Func<bool> SystemIsGone)
    {
        public bool IsOver => Cancelable is { IsCancellationRequested: true } || SystemIsGone();

        public void Fire()
        {
            if (!IsOver)
                Do();
        }
    }

    /// <summary>Akka's timers on the test's clock.</summary>
    internal sealed class Scheduler(Config config, ILoggingAdapter log) : SchedulerBase(config, log), IDisposable
    {
        private readonly VirtualTime _time = Of(config.GetString("akka.scheduler.virtual-time"));
        private volatile bool _gone;

        public override TimeSpan MonotonicClock => _time.Elapsed;

        public override TimeSpan HighResMonotonicClock => _time.Elapsed;

        protected override DateTimeOffset TimeNow => _time.GetUtcNow();

        public void Dispose() => _gone = true;

        protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
            Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

        protected override void InternalScheduleTellRepeatedly(
            TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
            Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

        protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
            Schedule(delay, null, action, cancelable);

        protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
            Schedule(delay, null, action.Run, cancelable);

        protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
            Schedule(initialDelay, interval, action, cancelable);

        protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
            Schedule(initialDelay, interval, action.Run, cancelable);

        private void Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable) =>
            _time.Add(new Entry(action, interval, cancelable, () => _gone), _time.Elapsed + delay);
    }
}
