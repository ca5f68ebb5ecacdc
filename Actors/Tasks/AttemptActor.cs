using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Actors.Scheduling;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Tasks;

/// <summary>
/// Executes one attempt on a thread of its own and tells its parent how it ended. Not persistent. Stopping it cancels the work; the
/// thread then saves its checkpoint, and gives the cores back when it ends.
/// </summary>
internal sealed class AttemptActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(5);

    private readonly Runtime _runtime;
    private readonly AttemptOrder _order;
    private readonly IActorRef _broker;
    private readonly AttemptLog _log;
    private readonly CancellationTokenSource _cancellation = new();
    private volatile Step? _latest;
    private Step? _shown;
    private DateTimeOffset _logged;

    public AttemptActor(Runtime runtime, AttemptOrder order, IActorRef broker)
    {
        _runtime = runtime;
        _order = order;
        _broker = broker;
        _log = new AttemptLog(runtime, order.Assignment.Spec.Id, order.Attempt);
        Receive<Tick>(_ => Show());
        Receive<Ended>(m =>
        {
            Context.Parent.Tell(m);
            Context.Stop(Self);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>To the parent: it is over.</summary>
    internal sealed record Ended(int Attempt, AttemptExit How) : INoSerializationVerificationNeeded;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("progress", Tick.Instance, ProgressInterval);
        TaskId task = _order.Assignment.Spec.Id;
        (Runtime runtime, AttemptOrder order, AttemptLog log, IActorRef broker, CancellationToken token) = (_runtime, _order, _log, _broker, _cancellation.Token);
        var work = new Task<AttemptExit>(
            () =>
            {
                try
                {
                    return AttemptRunner.Run(runtime, order, log, (fraction, note) => _latest = new Step(fraction, note), token);
                }
                finally
                {
                    runtime.Live.Remove(task);
                    broker.Tell(new BrokerMessages.Release(task), ActorRefs.NoSender);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach);
        runtime.Live.Add(task, work);
        work.Start(TaskScheduler.Default);
        work.PipeTo(
            Self,
            success: how => new Ended(order.Attempt, how),
            failure: e => new Ended(order.Attempt, new AttemptExit.Failed($"{e.GetType().Name}: {e.Message}")));
    }

    protected override void PostStop()
    {
        _cancellation.Cancel(); // not disposed: the thread may look at the token until it ends
        Show();
    }

    private void Show()
    {
        Step? now = _latest;
        if (now is null || now == _shown)
            return;
        _shown = now;
        TaskId task = _order.Assignment.Spec.Id;
        _runtime.Progress.Report(new CampaignProgress.TaskWorking(task, now.Fraction, now.Note));
        if (_runtime.Now - _logged < LogInterval)
            return;
        _logged = _runtime.Now;
        if (!_log.Write(string.Create(CultureInfo.InvariantCulture, $"{100 * now.Fraction,5:F1} % {now.Note}")))
            Context.GetLogger().Warning("The log of {Task} could not be written", task);
    }

    private sealed record Step(double Fraction, string Note);

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
