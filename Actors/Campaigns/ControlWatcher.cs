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
        Receive<ControlReply>(reply =>
        {
            if (_current is null)
                return;
            _inbox.Answer(_current.Id, reply);
            _current = null;
            Context.SetReceiveTimeout(null);
            Next(campaign);
        });
        Receive<ReceiveTimeout>(_ =>
        {
            _current = null; // nobody answered; the file is still there and is tried again
            Context.SetReceiveTimeout(null);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("poll", Tick.Instance, TimeSpan.Zero, Interval);

    private void Next(IActorRef campaign)
    {
        if (_current is not null || _inbox.Pending() is not [var first, ..])
            return;
        _current = first;
        Context.SetReceiveTimeout(Patience);
        campaign.Tell(new CampaignMessages.Apply(first));
    }

    private sealed class Tick : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
