using Akka.Actor;
using Akka.Configuration;
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
/// The orchestrator dies before and after every write it makes, and starts again over what was durable. Removing the claim file
/// from AttemptRunner and the "process ended" rule from TaskActor (so that a recovered Running starts the same attempt again) must
/// make this fail with an attempt executed twice: that is the mutant to try it with.
/// </summary>
[Collection("actors")]
public sealed class CrashAtEveryEventTests
{
    [Theory]
    [InlineData(CrashMoment.BeforeDurable)]
    [InlineData(CrashMoment.AfterDurable)]
    public async Task Every_attempt_is_executed_once_and_every_task_collected_once(object moment)
    {
        int writes = await CountWrites();
        Assert.InRange(writes, 20, 200);
        for (int point = 1; point <= writes; point++)
            await CrashAt(point, (CrashMoment)moment);
    }

    private async Task<int> CountWrites()
    {
        using var campaign = new CampaignFixture();
        campaign.Work.Instead = FailsOnceByEnvironment;
        var store = new CrashStore();
        await Drive(campaign, store);
        return store.Writes;
    }

    private static async Task CrashAt(int point, CrashMoment moment)
    {
        using var campaign = new CampaignFixture();
        campaign.Work.Instead = FailsOnceByEnvironment;
        var store = new CrashStore { CrashOn = point, Moment = moment };
        await Drive(campaign, store); // dies on the way, or ends if tasks happened to share writes differently
        store.CrashOn = 0;
        store.Frozen = false;
        CampaignOutcome? outcome = await Drive(campaign, store);

        var concluded = Assert.IsType<CampaignOutcome.Concluded>(outcome);
        Assert.Equal(CampaignResult.Done, concluded.Result);
        Assert.All(campaign.Work.Executions, e => Assert.True(e.Value == 1, $"crash {moment} write {point}: {e.Key} was executed {e.Value} times"));
        foreach (TaskSpec task in Graphs.Diamond.Tasks)
        {
            int ends = store.Log.Count(r => (r.Event is TaskEvents.Collected or TaskEvents.Reused) && r.Stream.EndsWith($"/task/{task.Id}", StringComparison.Ordinal));
            Assert.True(ends == 1, $"crash {moment} write {point}: {task.Id} was collected {ends} times");
            Assert.Single(store.Log, r => r.Event is StageEvents.TaskConcluded c && c.Task == task.Id);
        }
    }

    private static OperationOutcome? FailsOnceByEnvironment(string task, int execution) =>
        task == "b/left" && execution == 1 ? throw new IOException("the disk is away") : null;

    /// <returns>Null when the orchestrator died.</returns>
    private static async Task<CampaignOutcome?> Drive(CampaignFixture campaign, CrashStore store)
    {
        string key = Guid.NewGuid().ToString("N");
        CrashStore.All[key] = store;
        store.Crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Config journal = ConfigurationFactory.ParseString($$"""
            akka.persistence.journal {
              plugin = "akka.persistence.journal.crash"
              crash { class = "{{typeof(CrashPointJournal).FullName}}, {{typeof(CrashPointJournal).Assembly.GetName().Name}}", store = "{{key}}" }
            }
            """).WithFallback(JournalFile.SerializerHocon);
        CampaignRun run = campaign.Order(Graphs.Diamond);
        var artifacts = new ArtifactStore(campaign.Directory.Root);
        var runtime = new Runtime(
            campaign.Directory.EnsureId(), campaign.Directory, artifacts, new FingerprintStore(campaign.Directory.Root, artifacts),
            run.Operations.ToDictionary(o => o.Name), run.Policy, run.Time, run.Cores, campaign, run.Backoff);
        byte[] plan = PlanJson.Encode(new StoredPlan(run.Graph, run.Policy.Quorum));
        var order = new CampaignOrder(
            run.Name, artifacts.AddText(run.SpecText, "campaign.yaml"), artifacts.AddBytes(plan, "plan.json"), run.Graph, null, run.Overrides, WorkWanted: true);
        Task<CampaignOutcome> driven = CampaignHost.DriveAsync(runtime, order, (journal, null), CancellationToken.None);
        Task first = await Task.WhenAny(driven, store.Crashed.Task).WaitAsync(TimeSpan.FromSeconds(60));
        if (first == driven)
            return await driven;
        // The process is gone: nothing of it may be waited for, but its threads must not write beside its successor's.
        await runtime.Live.Drained();
        runtime.Completion.TrySetResult(new CampaignOutcome.Interrupted());
        await driven;
        return null;
    }
}
