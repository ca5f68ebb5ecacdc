using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Campaign.Actors.Campaigns;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Campaigns;
using Xunit;

namespace Campaign.Core.Tests.Actors;

[Collection("actors")]
public sealed class ControlWatcherTests : TestKit
{
    private readonly VirtualTime _time;
    private readonly CampaignFixture _campaign = new();

    public ControlWatcherTests() : this(new VirtualTime())
    {
    }

    private ControlWatcherTests(VirtualTime time)
        : base(ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF, test.single-expect-default = 30s }").WithFallback(time.Hocon)) => _time = time;

    [Fact]
    public void A_wish_put_twice_keeps_its_first_answer_and_leaves_none_for_the_next()
    {
        var artifacts = new ArtifactStore(_campaign.Directory.Root);
        var runtime = new Runtime(
            "campaign1", _campaign.Directory, artifacts, new FingerprintStore(_campaign.Directory.Root, artifacts), new Dictionary<string, IOperation>(),
            CampaignPolicy.Default, _time, 1, _campaign, RestartBackoff.Default);
        TestProbe campaign = CreateTestProbe();
        var inbox = new ControlInbox(_campaign.Directory);
        ControlCommand first = Post(inbox, CampaignVerb.Pause), second = Post(inbox, CampaignVerb.Retry);
        IActorRef driver = campaign.Ref;
        Sys.ActorOf(Props.Create(() => new ControlWatcher(runtime, driver)));

        IActorRef slow = Next(campaign, first), again = Next(campaign, first);
        slow.Tell(new ControlReply(true, "paused"));
        AwaitCondition(() => !inbox.Pending().Contains(first));
        again.Tell(new ControlReply(false, "it is paused already"));
        IActorRef next = Next(campaign, second);
        next.Tell(new ControlReply(true, "will run again"));
        AwaitCondition(() => inbox.Pending().Count == 0);

        Assert.Equal("paused", inbox.TakeReply(first.Id)!.Message);
        Assert.Equal("will run again", inbox.TakeReply(second.Id)!.Message);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _time.Dispose();
        _campaign.Dispose();
    }

    private ControlCommand Post(ControlInbox inbox, CampaignVerb verb)
    {
        _time.Advance(TimeSpan.FromSeconds(1)); // wishes sort by time
        ControlCommand command = ControlInbox.NewCommand(verb, null, _time);
        inbox.Post(command);
        return command;
    }

    /// <summary>Lets time pass until the campaign hears of a wish.</summary>
    /// <returns>Who waits for the answer.</returns>
    private IActorRef Next(TestProbe campaign, ControlCommand expected)
    {
        AwaitCondition(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return campaign.HasMessages;
        });
        Assert.Equal(expected.Id, campaign.ExpectMsg<CampaignMessages.Apply>().Command.Id);
        return campaign.LastSender;
    }
}
