using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>Many attempts in one job of a scheduler: each is done right and once, whatever becomes of the job they share.</summary>
[Collection("actors")]
public sealed class PackedJobTests
{
    private static readonly Packing Threes = new(Tasks: 3, AtOnce: 2, Wait: TimeSpan.FromSeconds(2));

    [Fact]
    public async Task Tasks_share_jobs_and_each_has_a_result_of_its_own()
    {
        using Story story = Begin(7, out FakeCluster cluster);
        await EndsWellAsync(story, cluster);

        Assert.Equal(3, cluster.Submissions.Count); // of three, three and one
        Assert.All(cluster.Submissions, s => Assert.Equal(1, s.Value));
        Assert.Equal([3, 3, 1], Submitted(story).GroupBy(e => e.Pack).Select(g => g.Count()).OrderDescending());
        Assert.All(Submitted(story), e => Assert.NotNull(e.Pack));
    }

    [Fact]
    public async Task A_pack_asks_for_the_cores_and_memory_of_those_that_work_at_once()
    {
        using Story story = Begin(3, out FakeCluster cluster);
        await EndsWellAsync(story, cluster);

        JobResources asked = Assert.Single(cluster.Requests).Resources;
        Assert.Equal((2, 1, 2000), (asked.TasksPerNode, asked.CpusPerTask, asked.MemoryMiB));
    }

    [Theory]
    [InlineData(JobState.Preempted)]
    [InlineData(JobState.NodeFailed)]
    [InlineData(JobState.TimedOut)]
    [InlineData(JobState.OutOfMemory)]
    public async Task What_a_lost_pack_had_not_begun_is_submitted_again_and_nobody_is_charged(JobState how)
    {
        using Story story = Begin(3, out FakeCluster cluster);
        int looks = 0;
        cluster.Endless = task => looks < 3 && task != "t2";
        cluster.Instead = _ => ++looks == 3 ? how : null;
        await EndsWellAsync(story, cluster);

        Assert.DoesNotContain(Events(story), e => e is TaskEvents.Failed or TaskEvents.RetryScheduled or TaskEvents.Paused or TaskEvents.CorrectionApplied);
        int begun = cluster.Starts.Keys.Count(d => d.EndsWith("a1", StringComparison.Ordinal) && !d.Contains(".packs", StringComparison.Ordinal));
        Assert.Equal(how == JobState.OutOfMemory ? begun : 0, Events(story).Count(e => e is TaskEvents.MemoryRaised)); // not of who had not begun
    }

    [Fact]
    public async Task A_member_that_is_cancelled_ends_alone_and_the_pack_goes_on()
    {
        using Story story = Begin(3, out FakeCluster cluster);
        bool cancelled = false;
        cluster.Endless = task => !cancelled || task == "t0";
        story.Does(
            new Story.Act.Wish(() => Of(story, "a/t0").Any(e => e is TaskEvents.Running), CampaignVerb.Cancel, "a/t0"),
            new Story.Act.Simply(() => Of(story, "a/t0").Any(e => e is TaskEvents.JobEnded), () => cancelled = true));
        await story.LiveAsync();

        Assert.Equal(0, cluster.Cancels);
        Assert.Contains(Of(story, "a/t0"), e => e is TaskEvents.Cancelled);
        Assert.All(new[] { "a/t1", "a/t2" }, t => Assert.IsType<TaskEvents.Done>(Of(story, t)[^1]));
        Assert.Single(cluster.Submissions);
    }

    [Fact]
    public async Task The_job_is_cancelled_when_none_of_its_members_is_wanted()
    {
        using Story story = Begin(3, out FakeCluster cluster);
        cluster.Endless = _ => true;
        bool Two() => Events(story).Count(e => e is TaskEvents.Running) == 2;
        story.Does([.. Enumerable.Range(0, 3).Reverse().Select(i => new Story.Act.Wish(Two, CampaignVerb.Cancel, $"a/t{i}"))]);
        await story.LiveAsync();

        Assert.Equal(1, cluster.Cancels);
        Assert.Equal(3, Events(story).Count(e => e is TaskEvents.JobEnded));
        Assert.Equal(2, cluster.Starts.Keys.Count(d => !d.Contains(".packs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pack_whose_reply_is_lost_is_found_and_not_repeated()
    {
        using Story story = Begin(3, out FakeCluster cluster);
        cluster.LosesReply = name => cluster.Submissions[name] == 1;
        await EndsWellAsync(story, cluster);

        Assert.Equal(1, Assert.Single(cluster.Submissions).Value);
        Assert.All(Submitted(story), e => Assert.True(e.Adopted));
    }

    [Fact]
    public async Task A_pack_that_the_scheduler_forgot_is_given_up_by_each_member_and_made_anew()
    {
        using Story story = Begin(3, out FakeCluster cluster);
        int forgotten = 0;
        cluster.Forgets = _ => forgotten++ == 0;
        await EndsWellAsync(story, cluster);

        Assert.Equal(2, cluster.Submissions.Count);
        Assert.Equal(3, Events(story).Count(e => e is TaskEvents.JobEnded));
    }

    [Fact]
    public async Task A_campaign_of_packs_dies_at_every_event_and_every_attempt_is_executed_once()
    {
        static Story Disturbed(out FakeCluster cluster)
        {
            Story story = Begin(4, out cluster);
            FakeCluster made = cluster;
            string? first = null;
            int looks = 0;
            made.LosesReply = name => made.Submissions.Count == 2;
            made.Endless = task => task == "t1" && looks < 2;
            made.Instead = name => (first ??= name) == name && ++looks == 2 ? JobState.NodeFailed : null;
            return story;
        }

        IReadOnlyList<Commit> commits;
        IReadOnlyList<string> expected;
        using (Story undisturbed = Disturbed(out _))
        {
            Assert.Equal(CampaignResult.Done, (await undisturbed.LiveAsync()).Result);
            (commits, expected) = (undisturbed.Store.Commits, undisturbed.Results);
        }
        await Story.SideBySide(new[] { Fate.DiesBefore, Fate.DiesAfter }.SelectMany(fate => commits, (fate, point) => (fate, point)), async death =>
        {
            string where = $"{death.fate} {death.point}";
            using Story story = Disturbed(out FakeCluster cluster);
            story.Store.Plan = commit => commit == death.point ? death.fate : Fate.Durable;
            Assert.True((await story.LiveAsync()).Result == CampaignResult.Done, where);
            story.EverythingHappenedOnce(where);
            Assert.All(cluster.Submissions, s => Assert.True(s.Value == 1, $"{where}: {s.Key} was submitted {s.Value} times"));
            Assert.All(cluster.Starts, s => Assert.True(s.Value == 1, $"{where}: {s.Key} was begun {s.Value} times"));
            Assert.True(expected.SequenceEqual(story.Results), $"{where}: other results");
        });
    }

    private static Story Begin(int tasks, out FakeCluster cluster)
    {
        var story = new Story(
            new WorkflowGraph([.. Enumerable.Range(0, tasks).Select(i => Graphs.Task($"a/t{i}") with { Site = "cluster" })]), new TestedJournal.Memory(), new CrashStore());
        cluster = story.AddCluster();
        cluster.Packing = Threes;
        return story;
    }

    private static async Task EndsWellAsync(Story story, FakeCluster cluster)
    {
        Assert.Equal(CampaignResult.Done, (await story.LiveAsync()).Result);
        story.EverythingHappenedOnce("at the end");
        Assert.All(cluster.Starts, s => Assert.Equal(1, s.Value));
    }

    private static ITaskEvent[] Events(Story story) => [.. story.Store.Log.Select(r => r.Event).OfType<ITaskEvent>()];

    private static ITaskEvent[] Of(Story story, string task) => [.. story.Store.Log.Where(r => r.Stream.EndsWith($"/task/{task}", StringComparison.Ordinal)).Select(r => (ITaskEvent)r.Event)];

    private static TaskEvents.Submitted[] Submitted(Story story) => [.. Events(story).OfType<TaskEvents.Submitted>()];
}
