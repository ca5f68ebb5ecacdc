using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Campaign.Actors.Campaigns;
using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// A campaign and the person who watches it: starts it again whenever it dies, and asks of it what a list says, in that order, each
/// once its moment has come. Checks after every life that nothing was executed that the journal did not announce.
/// </summary>
internal sealed class Story : IDisposable
{
    private readonly WorkflowGraph _graph;
    private readonly TestedJournal _journal;
    private readonly Queue<Act> _acts;
    private FakeCluster? _cluster;
    private readonly string _key = Guid.NewGuid().ToString("N");

    public Story(WorkflowGraph graph, TestedJournal journal, CrashStore store, Func<Story, IEnumerable<Act>>? acts = null)
    {
        (_graph, _journal, Store) = (graph, journal, store);
        _acts = new Queue<Act>(acts?.Invoke(this) ?? []);
        CrashStore.All[_key] = store;
    }

    /// <summary>What the person does.</summary>
    public abstract record Act(Func<bool> When)
    {
        public sealed record InterruptIt(Func<bool> When) : Act(When);

        public sealed record Wish(Func<bool> When, CampaignVerb Verb, string? Task) : Act(When)
        {
            public ControlCommand? Command { get; set; }
        }

        /// <summary>Something that nothing can get in the way of.</summary>
        public sealed record Simply(Func<bool> When, Action Do) : Act(When);
    }

    /// <summary>Where tasks of the site "cluster" go.</summary>
    public FakeCluster AddCluster()
    {
        Time.Step = TimeSpan.FromMilliseconds(100); // much of what schedulers do is waiting
        return _cluster = new FakeCluster(Time, [Campaign.Work, new FakeReport(Campaign.Work)]);
    }

    /// <summary>Lets the person do more.</summary>
    public void Does(params Act[] acts)
    {
        foreach (Act act in acts)
            _acts.Enqueue(act);
    }

    public CampaignFixture Campaign { get; } = new();

    public CrashStore Store { get; }

    public VirtualTime Time { get; } = new VirtualTime().Run();

    /// <summary>More settings for the actor system.</summary>
    public string Hocon { get; init; } = """
        # a slow disk is no failure here: virtual time flies
        akka.persistence.journal-plugin-fallback { circuit-breaker.call-timeout = 1h, recovery-event-timeout = 1h }
        akka.persistence.journal.sql { circuit-breaker.call-timeout = 1h, recovery-event-timeout = 1h }
        """;

    private int Lives { get; set; }

    /// <summary>All results that count: task, fingerprint, artifacts and summary.</summary>
    public IReadOnlyList<string> Results =>
    [
        .. Histories().SelectMany(h => h.Where(s => s.Event is TaskEvents.Collected or TaskEvents.Reused).Select(s =>
            $"{s.Task} {s.After.Fingerprint} {string.Join(", ", s.After.Outputs!.OrderBy(o => o.Key).Select(o => $"{o.Key}={o.Value.Sha256}"))} {s.After.Summary?.ToJsonString()}"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Lives several stories at a time: each has a disk and a clock of its own, and waits most of the time for one of the two.</summary>
    public static Task SideBySide<T>(IEnumerable<T> points, Func<T, Task> live) =>
        Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (point, _) => await live(point));

    /// <summary>Runs the campaign, as often as it takes, until it has concluded and the person wants nothing more.</summary>
    public async Task<CampaignOutcome.Concluded> LiveAsync()
    {
        while (++Lives < 20)
        {
            CampaignOutcome? outcome = await LifeAsync();
            NothingRanUnannounced();
            if (outcome is null)
                await Store.RestartAsync();
            else if (outcome is CampaignOutcome.Concluded concluded && _acts.Count == 0)
                return concluded;
            else if (outcome is CampaignOutcome.Interrupted)
                _acts.Dequeue();
            else if ((outcome is CampaignOutcome.Concluded || _acts.Peek() is Act.Wish { Verb: not CampaignVerb.Retry }) && !await WithoutProcessAsync())
                await Store.RestartAsync();
        }
        throw new InvalidOperationException($"The campaign never ends. Left to do: {string.Join("; ", _acts)}");
    }

    /// <summary>Every attempt was executed at most once, every result computed and collected exactly once.</summary>
    public void EverythingHappenedOnce(string where)
    {
        Assert.All(Campaign.Work.Executions, e => Assert.True(e.Value == 1, $"{where}: {e.Key} was executed {e.Value} times"));
        Assert.All(Campaign.Work.Completions, e => Assert.True(e.Value == 1, $"{where}: {e.Key} was computed {e.Value} times"));
        Assert.All(Results.GroupBy(r => r), g => Assert.True(g.Count() == 1, $"{where}: {g.Key} was collected {g.Count()} times"));
        Assert.All(
            Written().Select(r => r.Event).OfType<StageEvents.TaskConcluded>().GroupBy(c => (c.Task, c.Round)),
            g => Assert.True(g.Count() == 1, $"{where}: {g.Key} concluded {g.Count()} times"));
        Assert.Empty(Store.Log.Select(Text).Except(Written().Select(Text))); // nothing that was acknowledged is lost
    }

    public void Dispose()
    {
        Campaign.Work.LetGo.Set();
        Time.Dispose();
        CrashStore.All.TryRemove(_key, out _);
        Campaign.Dispose();
    }

    private static string Text((string Stream, IJournalEvent Event) row) =>
        $"{row.Stream} {EventCodec.Manifest(row.Event)} {System.Text.Encoding.UTF8.GetString(EventCodec.Encode(row.Event))}";

    /// <summary>What is in the journal. It may hold more than was acknowledged: what was under way when the process died.</summary>
    private IReadOnlyList<(string Stream, IJournalEvent Event)> Written() => _journal.Read(Campaign) ?? Store.Log;

    /// <returns>Null when the orchestrator died.</returns>
    private async Task<CampaignOutcome?> LifeAsync()
    {
        Runtime runtime = Runtime();
        using var interrupt = new CancellationTokenSource();
        Task<CampaignOutcome> driven = CampaignHost.DriveAsync(runtime, Order(workWanted: true), Setup(), interrupt.Token);
        Task ended = Task.WhenAny(driven, Store.Crashed.Task);
        await Patiently(Task.WhenAll(AttendAsync(ended, interrupt), ended));
        if (driven.IsCompleted)
            return await driven;
        // The process is gone: nothing of it counts any more, but its threads must not write beside its successor's.
        runtime.Completion.TrySetResult(new CampaignOutcome.Interrupted());
        await driven;
        return null;
    }

    private async Task AttendAsync(Task ended, CancellationTokenSource interrupt)
    {
        var inbox = new ControlInbox(Campaign.Directory);
        while (!ended.IsCompleted)
        {
            await Task.Delay(1);
            if (!_acts.TryPeek(out Act? act))
                continue;
            switch (act)
            {
                case Act.Wish { Command: { } asked }:
                    if (inbox.TakeReply(asked.Id) is not null)
                        _acts.Dequeue();
                    break;
                case { } when !act.When():
                    break;
                case Act.InterruptIt:
                    interrupt.Cancel();
                    return;
                case Act.Simply s:
                    s.Do();
                    _acts.Dequeue();
                    break;
                case Act.Wish w:
                    inbox.Post(w.Command = Command(w));
                    break;
            }
        }
    }

    /// <summary>The campaign stands still, and the next wish is applied to what is on the disk.</summary>
    /// <returns>False when even that died.</returns>
    private async Task<bool> WithoutProcessAsync()
    {
        var inbox = new ControlInbox(Campaign.Directory);
        while (_acts.Peek() is Act.Simply simply)
        {
            simply.Do();
            _acts.Dequeue();
        }
        var wish = (Act.Wish)_acts.Peek();
        if (wish.Command is null)
            inbox.Post(wish.Command = Command(wish));
        using var death = new CancellationTokenSource();
        Task served = CampaignHost.ServeWishesAsync(Runtime(), Order(workWanted: false), Setup(), death.Token);
        await Patiently(Task.WhenAny(served, Store.Crashed.Task));
        if (!served.IsCompleted)
        {
            death.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served);
            return false;
        }
        await served;
        Assert.NotNull(inbox.TakeReply(wish.Command.Id));
        _acts.Dequeue();
        return true;
    }

    private async Task Patiently(Task what)
    {
        if (await Task.WhenAny(what, Task.Delay(TimeSpan.FromSeconds(60))) != what)
            throw new TimeoutException($"Life {Lives} hangs. Struck: {Store.Struck}. Left to do: {string.Join("; ", _acts)}. Journal:\n{string.Join('\n', Store.Log.Select(r => $"{r.Stream} {r.Event}"))}");
        await what;
    }

    private ControlCommand Command(Act.Wish wish) => ControlInbox.NewCommand(wish.Verb, wish.Task is null ? null : TaskId.Parse(wish.Task), Time);

    private Runtime Runtime()
    {
        CampaignRun run = Campaign.Order(_graph);
        var artifacts = new ArtifactStore(Campaign.Directory.Root);
        return new Runtime(
            Campaign.Directory.EnsureId(), Campaign.Directory, artifacts, new FingerprintStore(Campaign.Directory.Root, artifacts),
            run.Operations.ToDictionary(o => o.Name), run.Policy, Time, run.Cores, Campaign, RestartBackoff.Default)
        {
            Sites = _cluster is { } cluster ? new Dictionary<string, JobSite> { [cluster.Site.Name] = cluster.Site } : [],
        };
    }

    private CampaignOrder Order(bool workWanted)
    {
        CampaignRun run = Campaign.Order(_graph);
        var artifacts = new ArtifactStore(Campaign.Directory.Root);
        ArtifactRef plan = artifacts.AddBytes(PlanJson.Encode(new StoredPlan(run.Graph, run.Policy.Quorum)), "plan.json");
        return new CampaignOrder(run.Name, artifacts.AddText(run.SpecText, "campaign.yaml"), plan, run.Graph, null, run.Overrides, [], workWanted);
    }

    private (Config, DataOptionsSetup?) Setup()
    {
        (Config hocon, DataOptionsSetup? options) = _journal.Setup(Campaign, _key);
        return (ConfigurationFactory.ParseString(Hocon).WithFallback(Time.Hocon).WithFallback(hocon), options);
    }

    /// <summary>An event before its effect: an attempt's directory exists only if the journal says that the attempt runs.</summary>
    private void NothingRanUnannounced()
    {
        var announced = Store.Log
            .Select(r => (r.Stream, Attempt: r.Event switch
            {
                TaskEvents.Running e => e.Attempt,
                TaskEvents.Intended { Site: not null } e => e.Attempt, // its inputs are laid out for the job
                _ => 0,
            }))
            .Where(r => r.Attempt > 0)
            .Select(r => Campaign.Directory.Run(TaskId.Parse(r.Stream.Split('/', 3)[2]), r.Attempt))
            .ToHashSet();
        foreach (TaskSpec task in _graph.Tasks)
        {
            string folder = Path.GetDirectoryName(Campaign.Directory.Run(task.Id, 1))!;
            if (Directory.Exists(folder))
                Assert.All(Directory.EnumerateDirectories(folder), attempt => Assert.Contains(attempt, announced));
        }
    }

    private IEnumerable<IEnumerable<(TaskId Task, ITaskEvent Event, TaskState After)>> Histories() =>
        from stream in Written().Where(r => r.Event is ITaskEvent).GroupBy(r => r.Stream, r => (ITaskEvent)r.Event)
        select Fold(TaskId.Parse(stream.Key.Split('/', 3)[2]), stream);

    private static IEnumerable<(TaskId, ITaskEvent, TaskState)> Fold(TaskId task, IEnumerable<ITaskEvent> events)
    {
        TaskState state = TaskState.New;
        foreach (ITaskEvent e in events)
            yield return (task, e, state = state.Apply(e));
    }
}
