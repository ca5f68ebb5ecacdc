using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Campaign.Actors.Campaigns;
using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Journal;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Stages;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// The orchestrator dies before and after every write it makes, and starts again over what was durable: over rows in memory with a
/// graph of some width, and over the SQLite file of a real campaign with the shortest graph. docs/failure-modes.md lists the mutants
/// this was tried with.
/// </summary>
[Collection("actors")]
public sealed class CrashAtEveryEventTests
{
    [Theory]
    [InlineData(CrashMoment.BeforeDurable)]
    [InlineData(CrashMoment.AfterDurable)]
    public Task Every_attempt_is_executed_once_and_every_task_collected_once(object moment) =>
        CrashEverywhere(Graphs.Diamond, typeof(CrashPointJournal), (CrashMoment)moment);

    [Theory]
    [InlineData(CrashMoment.BeforeDurable)]
    [InlineData(CrashMoment.AfterDurable)]
    public Task The_same_holds_over_a_sqlite_file(object moment) =>
        CrashEverywhere(Graphs.Pair, typeof(CrashPointSqliteJournal), (CrashMoment)moment);

    private static async Task CrashEverywhere(WorkflowGraph graph, Type journal, CrashMoment moment)
    {
        var undisturbed = new CrashStore();
        using (CampaignFixture campaign = Campaign())
            await Drive(campaign, graph, journal, undisturbed);
        Assert.InRange(undisturbed.Writes, 3 * graph.Tasks.Count, 200);
        for (int point = 1; point <= undisturbed.Writes; point++)
        {
            using CampaignFixture campaign = Campaign();
            await CrashAt(campaign, graph, journal, new CrashStore { CrashOn = point, Moment = moment });
        }
    }

    private static CampaignFixture Campaign()
    {
        var campaign = new CampaignFixture();
        campaign.Work.Instead = (task, execution) => task == "b/left" && execution == 1 ? throw new IOException("the disk is away") : null;
        return campaign;
    }

    private static async Task CrashAt(CampaignFixture campaign, WorkflowGraph graph, Type journal, CrashStore store)
    {
        string where = $"crash {store.Moment} write {store.CrashOn}";
        await Drive(campaign, graph, journal, store); // dies on the way, or ends if tasks happened to share writes differently
        store.CrashOn = 0;
        store.Frozen = false;
        CampaignOutcome? outcome = await Drive(campaign, graph, journal, store);

        var concluded = Assert.IsType<CampaignOutcome.Concluded>(outcome);
        Assert.Equal(CampaignResult.Done, concluded.Result);
        Assert.All(campaign.Work.Executions, e => Assert.True(e.Value == 1, $"{where}: {e.Key} was executed {e.Value} times"));
        (string Stream, IJournalEvent Event)[] rows = journal == typeof(CrashPointJournal)
            ? [.. store.Log]
            : [.. campaign.Journal().Select(e => (e.Stream, e.Event))];
        foreach (TaskSpec task in graph.Tasks)
        {
            int ends = rows.Count(r => (r.Event is TaskEvents.Collected or TaskEvents.Reused) && r.Stream.EndsWith($"/task/{task.Id}", StringComparison.Ordinal));
            Assert.True(ends == 1, $"{where}: {task.Id} was collected {ends} times");
            Assert.Single(rows, r => r.Event is StageEvents.TaskConcluded c && c.Task == task.Id);
        }
    }

    /// <returns>Null when the orchestrator died.</returns>
    private static async Task<CampaignOutcome?> Drive(CampaignFixture campaign, WorkflowGraph graph, Type journal, CrashStore store)
    {
        string key = Guid.NewGuid().ToString("N");
        CrashStore.All[key] = store;
        store.Crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CampaignRun run = campaign.Order(graph);
        var artifacts = new ArtifactStore(campaign.Directory.Root);
        var runtime = new Runtime(
            campaign.Directory.EnsureId(), campaign.Directory, artifacts, new FingerprintStore(campaign.Directory.Root, artifacts),
            run.Operations.ToDictionary(o => o.Name), run.Policy, run.Time, run.Cores, campaign, run.Backoff);
        byte[] plan = PlanJson.Encode(new StoredPlan(run.Graph, run.Policy.Quorum));
        var order = new CampaignOrder(
            run.Name, artifacts.AddText(run.SpecText, "campaign.yaml"), artifacts.AddBytes(plan, "plan.json"), run.Graph, null, run.Overrides, [], WorkWanted: true);
        Task<CampaignOutcome> driven = CampaignHost.DriveAsync(runtime, order, JournalOf(campaign, journal, key), CancellationToken.None);
        Task first = await Task.WhenAny(driven, store.Crashed.Task).WaitAsync(TimeSpan.FromSeconds(60));
        if (first == driven)
            return await driven;
        // The process is gone: nothing of it may be waited for, but its threads must not write beside its successor's.
        await runtime.Live.Drained();
        runtime.Completion.TrySetResult(new CampaignOutcome.Interrupted());
        await driven;
        return null;
    }

    private static (Config, DataOptionsSetup?) JournalOf(CampaignFixture campaign, Type journal, string key)
    {
        string type = $"{journal.FullName}, {journal.Assembly.GetName().Name}";
        if (journal == typeof(CrashPointJournal))
            return (ConfigurationFactory.ParseString($$"""
                akka.persistence.journal {
                  plugin = "akka.persistence.journal.crash"
                  crash { class = "{{type}}", store = "{{key}}" }
                }
                """).WithFallback(JournalFile.SerializerHocon), null);
        string file = campaign.Directory.Journal;
        JournalFile.Prepare(file);
        return (
            ConfigurationFactory.ParseString($$"""akka.persistence.journal.sql { class = "{{type}}", store = "{{key}}" }""").WithFallback(JournalFile.Hocon(file)),
            JournalFile.Options(file));
    }
}
