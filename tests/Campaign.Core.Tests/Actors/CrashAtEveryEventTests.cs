using Campaign.Actors.Hosting;
using Campaign.Actors.Operations;
using Campaign.Workflows.Campaigns;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// The orchestrator dies before and after every commit it makes, and is started again over what was durable. An event is covered
/// twice: once it was lost with its process, and once it was on the disk and its process died. Events of one commit share their two
/// deaths, as they become durable together. tests/mutants.sh shows that these tests notice what they are for.
/// </summary>
[Collection("actors")]
public sealed class CrashAtEveryEventTests(PostgresCluster postgres) : IClassFixture<PostgresCluster>
{
    [Fact]
    public Task A_campaign_with_faults_failures_and_wishes_dies_at_every_event_and_ends_the_same() =>
        DieEverywhere("memory", () => new Story(Graphs.Eventful, new TestedJournal.Memory(), new CrashStore(), Person), least: 60);

    [Fact]
    public Task The_same_holds_over_a_sqlite_file() =>
        DieEverywhere("SQLite", () => new Story(Graphs.Pair, new TestedJournal.Sqlite(), new CrashStore()), least: 20);

    [SkippableFact]
    public Task The_same_holds_over_a_postgresql_server() =>
        DieEverywhere("PostgreSQL", () => new Story(Graphs.Pair, new TestedJournal.PostgreSql(postgres.ConnectionString), new CrashStore()), least: 20);

    /// <summary>Interrupts the campaign, pauses and continues a task and all of it, and retries what failed.</summary>
    private static IEnumerable<Story.Act> Person(Story story)
    {
        FakeWork work = story.Campaign.Work;
        bool mended = false;
        story.Campaign.Corrections = Clearer.Policy;
        work.Endless["a/long"] = true;
        work.Instead = (task, execution) => task switch
        {
            "a/faulty" when execution == 1 => throw new IOException("the disk is away"),
            "b/weak" when !mended => new OperationOutcome.Failed("it did not converge"),
            _ => null,
        };
        bool OthersAreDone() => story.Store.Log.Any(r => r.Event is CampaignEvents.StageConcluded { Stage: "b" });
        yield return new Story.Act.InterruptIt(() => work.IsWaiting && OthersAreDone());
        yield return new Story.Act.Wish(() => work.IsWaiting, CampaignVerb.Pause, "a/long");
        yield return new Story.Act.Wish(() => true, CampaignVerb.Continue, "a/long");
        yield return new Story.Act.Wish(() => work.IsWaiting, CampaignVerb.Pause, null);
        yield return new Story.Act.Wish(() => true, CampaignVerb.Continue, null);
        yield return new Story.Act.Simply(() => true, () =>
        {
            mended = true;
            work.LetGo.Set();
        });
        yield return new Story.Act.Wish(() => false, CampaignVerb.Retry, null); // once nothing runs any more
    }

    private async Task DieEverywhere(string journal, Func<Story> begin, int least)
    {
        IReadOnlyList<string> expected;
        IReadOnlyList<Commit> commits;
        using (Story undisturbed = begin())
        {
            Assert.Equal(CampaignResult.Done, (await undisturbed.LiveAsync()).Result);
            undisturbed.EverythingHappenedOnce("undisturbed");
            (expected, commits) = (undisturbed.Results, undisturbed.Store.Commits);
        }
        int events = commits.Sum(c => c.Events), covered = 0;
        Fate[] fates = [Fate.DiesBefore, Fate.DiesAfter];
        await Story.SideBySide(fates.SelectMany(fate => commits, (fate, point) => (fate, point)), async death =>
        {
            (Fate fate, Commit point) = death;
            string where = $"{fate} {point}";
            using Story story = begin();
            story.Store.Plan = commit => commit == point ? fate : Fate.Durable;
            CampaignOutcome.Concluded end = await story.LiveAsync();
            Assert.True(end.Result == CampaignResult.Done, $"{where}: {end.Result}");
            story.EverythingHappenedOnce(where);
            Assert.True(expected.SequenceEqual(story.Results), $"{where}: other results\n{string.Join('\n', story.Results)}\nthan undisturbed\n{string.Join('\n', expected)}");
            Interlocked.Add(ref covered, story.Store.Struck?.Events ?? 0);
        });
        Console.WriteLine($"{journal}: {events} events written in {commits.Count} commits; crash points covered: {covered} (2 x {events}), in {2 * commits.Count} crashes");
        Assert.True(events >= least, $"only {events} events");
        Assert.Equal(2 * events, covered);
    }
}
