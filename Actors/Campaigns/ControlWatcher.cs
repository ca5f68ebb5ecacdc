using Akka.Actor;
using Akka.Event;
using Campaign.Actors.Hosting;
using Campaign.Persistence.Directories;

namespace Campaign.Actors.Campaigns;

/// <summary>Brings the wishes in the control folder to the campaign, one at a time, and their answers back.</summary>
internal sealed class ControlWatcher : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ControlInbox _inbox;
    private ControlCommand? _current;

    public ControlWatcher(Runtime runtime, IActorRef campaign)
    {
        _inbox = new ControlInbox(runtime.Directory);
        Receive<Tick>(_ => Next(campaign));
        Receive<Answered>(m => m.Id == _current?.Id, m =>
        {
            _inbox.Answer(m.Id, m.Reply);
            _current = null;
            Timers.Cancel(Overdue.Instance);
            Next(campaign);
        });
        Receive<Answered>(_ => { }); // to a wish put twice: the first answer was the true one
        Receive<Overdue>(_ => Put(campaign)); // whoever had it may have been started again since, and forgotten it
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("poll", Tick.Instance, TimeSpan.Zero, Interval);

    private void Next(IActorRef campaign)
    {
        if (_current is not null || _inbox.Pending() is not [var first, ..])
            return;
        _current = first;
        Put(campaign);
    }

    private void Put(IActorRef campaign)
    {
        string id = _current!.Id;
        Timers.StartSingleTimer(Overdue.Instance, Overdue.Instance, Patience);
        campaign.Ask<ControlReply>(new CampaignMessages.Apply(_current), Timeout.InfiniteTimeSpan).PipeTo(Self, success: reply => new Answered(id, reply));
    }

    private sealed record Answered(string Id, ControlReply Reply) : INoSerializationVerificationNeeded;

    private sealed class Overdue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Overdue Instance = new();
    }

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
