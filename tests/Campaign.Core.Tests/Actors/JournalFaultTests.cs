using Campaign.Actors.Operations;
using Campaign.Workflows.Campaigns;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>The journal fails while the process lives on: whoever could not write stops, is started again later, and goes on from what is durable.</summary>
[Collection("actors")]
public sealed class JournalFaultTests
{
    [Theory]
    [InlineData(Fate.Fails)]
    [InlineData(Fate.FailsAfter)]
    public async Task A_commit_that_fails_costs_time_and_nothing_else(object fate)
    {
        IReadOnlyList<string> expected;
        IReadOnlyList<Commit> commits;
        using (Story undisturbed = Begin())
        {
            Assert.Equal(CampaignResult.Done, (await undisturbed.LiveAsync()).Result);
            (expected, commits) = (undisturbed.Results, undisturbed.Store.Commits);
        }
        int failed = 0;
        await Story.SideBySide(commits, async point =>
        {
            string where = $"{fate} {point}";
            using Story story = Begin();
            int once = 0;
            story.Store.Plan = commit => commit == point && Interlocked.Increment(ref once) == 1 ? (Fate)fate : Fate.Durable;
            Assert.True((await story.LiveAsync()).Result == CampaignResult.Done, where);
            story.EverythingHappenedOnce(where);
            Assert.True(expected.SequenceEqual(story.Results), $"{where}: other results\n{string.Join('\n', story.Results)}");
            Interlocked.Add(ref failed, Math.Min(once, 1));
        });
        Console.WriteLine($"memory: {failed} of {commits.Count} commits failed once each ({fate}); every campaign ended the same");
        Assert.Equal(commits.Count, failed);
    }

    [Fact]
    public async Task A_journal_that_is_away_for_ten_minutes_is_waited_for()
    {
        TimeSpan? since = null;
        using var story = new Story(Graphs.Eventful, new TestedJournal.Memory(), new CrashStore(), s => Person(s, () => since = s.Time.Elapsed))
        {
            Hocon = "", // with the circuit breaker as it is
        };
        story.Store.IsAway = () =>
        {
            bool away = since is { } began && story.Time.Elapsed < began + TimeSpan.FromMinutes(10);
            story.Time.Step = TimeSpan.FromMilliseconds(away ? 200 : 20);
            return away;
        };

        Assert.Equal(CampaignResult.Done, (await story.LiveAsync()).Result);

        story.EverythingHappenedOnce("after ten minutes without a journal");
        Assert.InRange(story.Store.AskedInVain, 2, 1000);
        Assert.True(story.Time.Elapsed > since + TimeSpan.FromMinutes(10));
    }

    private static Story Begin() => new(Graphs.Eventful, new TestedJournal.Memory(), new CrashStore(), s => Person(s, () => { }));

    /// <summary>Pauses and continues a task and the campaign, and retries what failed, all while the campaign runs.</summary>
    private static IEnumerable<Story.Act> Person(Story story, Action beforeTheEnd)
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
        yield return new Story.Act.Wish(() => work.IsWaiting && OthersAreDone(), CampaignVerb.Pause, "a/long");
        yield return new Story.Act.Wish(() => true, CampaignVerb.Continue, "a/long");
        yield return new Story.Act.Wish(() => work.IsWaiting, CampaignVerb.Pause, null);
        yield return new Story.Act.Wish(() => true, CampaignVerb.Continue, null);
        yield return new Story.Act.Simply(() => true, () => mended = true);
        yield return new Story.Act.Wish(() => true, CampaignVerb.Retry, null);
        yield return new Story.Act.Simply(() => work.IsWaiting && story.Store.Log.Any(r => r.Event is CampaignEvents.StageConcluded { Stage: "b", Done: 1 }), () =>
        {
            beforeTheEnd();
            work.LetGo.Set();
        });
    }
}
