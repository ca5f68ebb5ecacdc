using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Actors.Scheduling;
using Campaign.Actors.Tasks;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Journal;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// Each guard against doubled or lost work on its own: a campaign as a whole would not notice if one of them were missing, because
/// the next one holds.
/// </summary>
[Collection("actors")]
public sealed class TaskActorTests : TestKit
{
    private static readonly TaskId Task = TaskId.Parse("a/root");

    private readonly Surroundings _around;
    private readonly TestProbe _stage, _broker;
    private readonly Runtime _runtime;
    private readonly TaskAssignment _assignment;

    public TaskActorTests() : this(new Surroundings())
    {
    }

    private TaskActorTests(Surroundings around) : base(around.Hocon)
    {
        _around = around;
        (_stage, _broker) = (CreateTestProbe(), CreateTestProbe());
        CampaignRun run = around.Campaign.Order(new WorkflowGraph([Graphs.Task("a/root")]));
        var artifacts = new ArtifactStore(around.Campaign.Directory.Root);
        _runtime = new Runtime(
            "campaign1", around.Campaign.Directory, artifacts, new FingerprintStore(around.Campaign.Directory.Root, artifacts),
            run.Operations.ToDictionary(o => o.Name), run.Policy, around.Time, 2, around.Campaign, RestartBackoff.Default);
        TaskSpec spec = run.Graph.Tasks[0];
        _assignment = new TaskAssignment(spec, 0, [], [], Fingerprint.Of(spec, []));
    }

    private FakeWork Work => _around.Campaign.Work;

    [Fact]
    public async System.Threading.Tasks.Task An_attempt_does_not_start_before_the_journal_says_that_it_runs()
    {
        TaskCompletionSource asked = New(), release = New();
        _around.Store.Gate = commit =>
        {
            if (commit.First != 2) // the first event is the intention
                return System.Threading.Tasks.Task.CompletedTask;
            asked.TrySetResult();
            return release.Task;
        };
        IActorRef task = Begin();
        Grant(task, 1);
        await asked.Task.WaitAsync(RemainingOrDefault);

        ActorIdentity attempt = await Sys.ActorSelection(task.Path / "attempt-1").Ask<ActorIdentity>(new Identify(1), RemainingOrDefault);
        Assert.Null(attempt.Subject);
        Assert.Empty(Work.Executions);

        release.SetResult();
        Until(TaskPhase.Done);
        Assert.Single(Work.Executions);
    }

    [Fact]
    public void The_late_result_of_an_attempt_that_was_given_up_is_not_taken_for_that_of_the_next()
    {
        Work.Endless["a/root"] = true;
        IActorRef task = Begin();
        Grant(task, 1);
        AwaitCondition(() => Work.IsWaiting);
        task.Tell(new TaskMessages.Hold("held"), _stage);
        Until<TaskMessages.Held>();
        Assign(task);
        Grant(task, 2);
        Assert.Equal(2, Until(TaskPhase.Running).Attempt);

        task.Tell(new AttemptActor.Ended(1, new AttemptExit.Completed(new Dictionary<string, ArtifactRef>(), null)));
        task.Tell(new AttemptActor.Ended(2, new AttemptExit.Failed("the second attempt's own end")));

        TaskState end = _stage.FishForMessage<TaskMessages.Moved>(m => m.State.Phase.IsTerminal(), RemainingOrDefault).State;
        Assert.Equal(TaskPhase.Failed, end.Phase);
    }

    [Fact]
    public void An_attempt_that_ran_when_its_process_died_is_given_up_and_never_started_again()
    {
        Work.Endless["a/root"] = true;
        IActorRef dead = Begin();
        Grant(dead, 1);
        Until(TaskPhase.Running);
        AwaitCondition(() => Work.IsWaiting);
        Kill(dead);
        AwaitCondition(() => !Work.IsWaiting);
        System.IO.Directory.Delete(_around.Campaign.Directory.Run(Task, 1), recursive: true); // so that no claim can hold it back
        Work.Executions.Clear();

        Begin();

        Until(TaskPhase.Intended, attempt: 2);
        Assert.Empty(Work.Executions);
        Assert.Contains(_around.Store.Log, r => r.Event is TaskEvents.Interrupted { Attempt: 1 });
    }

    [Fact]
    public void A_result_that_is_known_is_taken_and_nothing_is_intended()
    {
        Remember();

        Begin();

        Assert.True(Until(TaskPhase.Done).Reused);
        Assert.IsType<TaskEvents.Reused>(Assert.Single(_around.Store.Log).Event);
        _broker.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_result_that_the_attempt_before_brought_home_after_all_is_taken_when_the_cores_are_granted()
    {
        IActorRef task = Begin();
        _broker.ExpectMsg<BrokerMessages.Ask>();
        Remember();
        task.Tell(new BrokerMessages.Granted(Task, 1), _broker);

        Assert.True(Until(TaskPhase.Done).Reused);
        _broker.ExpectMsg<BrokerMessages.Release>();
        Assert.Empty(Work.Executions);
    }

    [Fact]
    public void An_attempt_whose_directory_is_claimed_is_not_executed()
    {
        var order = new AttemptOrder(_assignment, 1);
        var log = new AttemptLog(_runtime, Task, 1);
        Assert.IsType<AttemptExit.Completed>(AttemptRunner.Run(_runtime, order, log, (_, _) => { }, CancellationToken.None));
        Assert.IsType<AttemptExit.Interrupted>(AttemptRunner.Run(_runtime, order, log, (_, _) => { }, CancellationToken.None));
        Assert.Equal(1, Work.CountOf("a/root"));
    }

    [Theory]
    [InlineData(1)] // the intention
    [InlineData(2)] // the start
    [InlineData(3)] // the result
    public void A_commit_that_the_journal_rejects_stops_the_actor_and_does_not_pass_for_written(long first)
    {
        _around.Store.Plan = commit => commit.First == first ? Fate.Rejected : Fate.Durable;
        IActorRef task = Watch(Begin());
        if (first > 1)
            Grant(task, 1);

        ExpectTerminated(task);
        Assert.Equal(first - 1, _around.Store.Log.Count);
    }

    protected override void AfterAll()
    {
        Work.LetGo.Set();
        base.AfterAll();
        _runtime.Live.Drained().GetAwaiter().GetResult(); // threads outlive their actors
        _around.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IActorRef Begin()
    {
        (Runtime runtime, IActorRef stage, IActorRef broker) = (_runtime, _stage.Ref, _broker.Ref);
        Sys.ActorOf(runtime.Supervised(Props.Create(() => new TaskActor(runtime, Task, stage, broker)), "task"));
        _stage.ExpectMsg<TaskMessages.Hello>();
        IActorRef task = _stage.LastSender;
        Assign(task);
        return task;
    }

    private void Assign(IActorRef task) => task.Tell(new TaskMessages.Assign(_assignment, 0, null), _stage);

    private void Grant(IActorRef task, int attempt)
    {
        _broker.FishForMessage<BrokerMessages.Ask>(m => m.Claim.Attempt == attempt, RemainingOrDefault);
        task.Tell(new BrokerMessages.Granted(Task, attempt), _broker);
    }

    private void Kill(IActorRef task)
    {
        Watch(task);
        Sys.Stop(task);
        ExpectTerminated(task);
    }

    private TaskState Until(TaskPhase phase, int? attempt = null) =>
        _stage.FishForMessage<TaskMessages.Moved>(m => m.State.Phase == phase && (attempt is null || m.State.Attempt == attempt), RemainingOrDefault).State;

    private void Until<T>() => _stage.FishForMessage<T>(_ => true, RemainingOrDefault);

    private void Remember()
    {
        ArtifactRef text = _runtime.Artifacts.AddText("known", "txt");
        _runtime.Fingerprints.Put(new StoredResult(
            _assignment.Fingerprint, Task, "join", new Dictionary<string, ArtifactRef> { ["text"] = text }, null, _around.Time.GetUtcNow()));
    }

    /// <summary>What the actor lives in, made before the actor system.</summary>
    private sealed class Surroundings : IDisposable
    {
        private readonly string _key = Guid.NewGuid().ToString("N");

        public Surroundings() => CrashStore.All[_key] = Store;

        public CampaignFixture Campaign { get; } = new();

        public CrashStore Store { get; } = new();

        public VirtualTime Time { get; } = new();

        public Config Hocon => ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF, test.single-expect-default = 30s }")
            .WithFallback(Time.Hocon)
            .WithFallback(ConfigurationFactory.ParseString(Dispatchers.Hocon))
            .WithFallback(new TestedJournal.Memory().Setup(Campaign, _key).Hocon);

        public void Dispose()
        {
            Time.Dispose();
            CrashStore.All.TryRemove(_key, out _);
            Campaign.Dispose();
        }
    }
}
