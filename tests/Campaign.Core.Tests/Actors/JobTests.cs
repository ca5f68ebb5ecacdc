using Campaign.Actors.Hosting;
using Campaign.Actors.Jobs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Actors;

/// <summary>Attempts that are jobs of a scheduler: submitted once, found again, followed to their end, and ended when they are given up.</summary>
[Collection("actors")]
public sealed class JobTests : IDisposable
{
    private readonly Story _story;
    private readonly FakeCluster _cluster;

    public JobTests()
    {
        _story = new Story(AtCluster(Graphs.Pair), new TestedJournal.Memory(), new CrashStore());
        _cluster = _story.AddCluster();
    }

    public void Dispose() => _story.Dispose();

    [Fact]
    public async Task A_job_is_submitted_once_and_its_result_taken_in()
    {
        await EndsWellAsync();

        Assert.All(_cluster.Submissions, s => Assert.Equal(1, s.Value));
        ITaskEvent[] events = EventsOf("b/left");
        Assert.Equal(["Intended", "Submitted", "Running", "Exited", "Diagnosed", "Collected", "Done"], events.Select(e => e.GetType().Name));
        Assert.Equal("cluster:1@n1", events.OfType<TaskEvents.Running>().Single().Lease);
    }

    [Fact]
    public async Task A_submission_whose_reply_is_lost_is_found_and_not_repeated()
    {
        _cluster.LosesReply = name => _cluster.Submissions[name] == 1;
        await EndsWellAsync();

        Assert.All(_cluster.Submissions, s => Assert.Equal(1, s.Value));
        Assert.True(EventsOf("b/left").OfType<TaskEvents.Submitted>().Single().Adopted);
    }

    [Fact]
    public async Task A_job_that_the_scheduler_forgot_is_given_up_fenced_and_made_anew()
    {
        int lost = 0;
        _cluster.Forgets = _ => lost++ == 0;
        await EndsWellAsync();

        ITaskEvent[] events = EventsOf("b/left");
        Assert.Equal(2, events.OfType<TaskEvents.Intended>().Count());
        Assert.Single(events.OfType<TaskEvents.JobEnded>());
        Assert.True(File.Exists(Path.Combine(_story.Campaign.Directory.Run(TaskId.Parse("b/left"), 1), JobFile.Fence)));
    }

    [Theory]
    [InlineData(JobState.TimedOut)]
    [InlineData(JobState.Preempted)]
    [InlineData(JobState.NodeFailed)]
    public async Task A_job_taken_from_its_work_charges_nobody_and_the_next_attempt_goes_on(JobState how)
    {
        _cluster.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) ? how : null;
        await EndsWellAsync();

        ITaskEvent[] events = EventsOf("b/left");
        TaskEvents.Interrupted gone = Assert.Single(events.OfType<TaskEvents.Interrupted>());
        Assert.Equal(how == JobState.NodeFailed ? "n1" : null, gone.Node);
        Assert.DoesNotContain(events, e => e is TaskEvents.CorrectionApplied or TaskEvents.RetryScheduled);
        Assert.Equal(how == JobState.NodeFailed, events.OfType<TaskEvents.JobEnded>().Any()); // who works on a lost node has to be ended first
    }

    [Fact]
    public async Task A_node_is_avoided_after_it_failed_twice()
    {
        _cluster.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) || name.EndsWith("-a2", StringComparison.Ordinal) ? JobState.NodeFailed : null;
        await EndsWellAsync();

        Assert.Equal([0, 0, 1], _cluster.Requests.Take(3).Select(r => r.Resources.ExcludedNodes!.Count));
        Assert.Equal(["n1"], _cluster.Requests[2].Resources.ExcludedNodes!);
    }

    [Fact]
    public async Task The_result_of_a_job_that_ended_well_after_it_was_given_up_is_taken_and_not_computed_again()
    {
        _cluster.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) ? JobState.NodeFailed : null;
        _cluster.GoesOn = _ => true;
        await EndsWellAsync();

        ITaskEvent[] events = EventsOf("b/left");
        Assert.Equal(2, Assert.Single(events.OfType<TaskEvents.Collected>()).Attempt);
        Assert.Contains("with code 0", Assert.Single(events.OfType<TaskEvents.JobEnded>()).How);
        Assert.Single(events.OfType<TaskEvents.Submitted>());
        Assert.Single(_cluster.Starts.Keys, d => d.Contains("left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Memory_that_was_too_little_is_never_asked_for_again()
    {
        _cluster.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) || name.EndsWith("-a2", StringComparison.Ordinal) ? JobState.OutOfMemory : null;
        await EndsWellAsync();

        Assert.Equal([1000, 2000, 4000], _cluster.Requests.Take(3).Select(r => r.Resources.MemoryMiB));
        Assert.Equal(2, EventsOf("b/left").OfType<TaskEvents.MemoryRaised>().Count());
    }

    [Fact]
    public async Task An_outage_of_days_charges_nobody_and_ends_by_itself()
    {
        DateTimeOffset back = _story.Time.GetUtcNow() + TimeSpan.FromDays(3);
        int calls = 0;
        _cluster.BeforeCall = _ =>
        {
            if (_story.Time.GetUtcNow() >= back)
                return;
            calls++;
            throw new SchedulerUnavailableException("the scheduler is away");
        };
        _story.Time.Step = TimeSpan.FromMinutes(5);
        await EndsWellAsync();

        Assert.InRange(calls, 10, 3 * 24 * 6 + 20); // ever more rarely, at most every ten minutes
        Assert.All(_cluster.Submissions, s => Assert.Equal(1, s.Value));
        Assert.Single(EventsOf("b/left").OfType<TaskEvents.Intended>());
        Assert.Contains(_story.Campaign.Told.OfType<CampaignProgress.Notice>(), n => n.Text.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_job_of_a_cancelled_task_is_ended_before_the_task_has_concluded()
    {
        _cluster.Endless = _ => true;
        _story.Does(new Story.Act.Wish(() => EventsOf("b/left").Any(e => e is TaskEvents.Running), CampaignVerb.Cancel, "b/left"));
        await _story.LiveAsync();

        ITaskEvent[] events = EventsOf("b/left");
        Assert.Contains(events, e => e is TaskEvents.JobEnded);
        Assert.True(_cluster.Cancels >= 1);
        Assert.Single(_cluster.Starts);
    }

    [Fact]
    public async Task A_job_that_comes_back_into_the_queue_after_it_was_cancelled_is_cancelled_again()
    {
        _cluster.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) ? JobState.Waiting : null;
        await EndsWellAsync();

        ITaskEvent[] events = EventsOf("b/left");
        Assert.Single(events.OfType<TaskEvents.JobEnded>());
        Assert.True(_cluster.Cancels >= 2);
    }

    [Fact]
    public async Task A_job_that_was_cancelled_at_the_scheduler_is_submitted_again_twice_and_then_its_task_is_paused()
    {
        bool ended = false;
        _cluster.Instead = _ => ended ? null : JobState.Cancelled;
        _story.Does(
            new Story.Act.Simply(() => EventsOf("b/left").Any(e => e is TaskEvents.Paused), () => ended = true),
            new Story.Act.Wish(() => true, CampaignVerb.Continue, "b/left"));
        await EndsWellAsync();

        Assert.Equal(4, EventsOf("b/left").OfType<TaskEvents.Submitted>().Count());
        Assert.Equal(2, EventsOf("b/left").OfType<TaskEvents.RetryScheduled>().Count());
    }

    [Fact]
    public async Task A_job_that_was_ended_on_request_while_nobody_followed_it_is_followed_by_the_next()
    {
        bool ended = false;
        _cluster.Endless = _ => !ended;
        TaskId task = TaskId.Parse("b/left");
        _story.Does(
            new Story.Act.InterruptIt(() => EventsOf("b/left").Any(e => e is TaskEvents.Running)),
            new Story.Act.Simply(() => true, () =>
            {
                ended = true;
                _cluster.Put(_story.Campaign.Directory.Run(task, 1), new Dictionary<string, byte[]> { [JobFile.Fence] = [] }, CancellationToken.None);
                JobRequest job = _cluster.Requests.Single(r => r.Directory == _story.Campaign.Directory.Run(task, 1));
                JobSighting live = _cluster.Find(job.Name, default, CancellationToken.None).Single();
                _cluster.Cancel([new JobIdentity(live.Id, job.Name, live.SubmittedAt!.Value)], CancellationToken.None);
            }));
        await EndsWellAsync();

        Assert.DoesNotContain(EventsOf("b/left"), e => e is TaskEvents.Paused);
        Assert.Equal(2, EventsOf("b/left").OfType<TaskEvents.Submitted>().Count());
    }

    [Fact]
    public async Task One_query_serves_all_jobs()
    {
        using var many = new Story(
            AtCluster(new WorkflowGraph([.. Enumerable.Range(0, 30).Select(i => Graphs.Task($"a/t{i}"))])), new TestedJournal.Memory(), new CrashStore());
        FakeCluster cluster = many.AddCluster();
        Assert.Equal(CampaignResult.Done, (await many.LiveAsync()).Result);

        Assert.Equal(30, cluster.Submissions.Count);
        Assert.InRange(cluster.QueueCalls, 3, 30);
    }

    [Fact]
    public async Task Jobs_share_the_cores_of_a_site_that_has_no_queue_of_its_own()
    {
        using var many = new Story(
            AtCluster(new WorkflowGraph([.. Enumerable.Range(0, 6).Select(i => Graphs.Task($"a/t{i}") with { Cores = i == 5 ? 9 : 2 })])), new TestedJournal.Memory(), new CrashStore());
        FakeCluster cluster = many.AddCluster();
        cluster.Cores = 4;
        Assert.Equal(CampaignResult.Done, (await many.LiveAsync()).Result);

        Assert.All(cluster.AtOnce, c => Assert.True(c.Sum() <= 4 || c is [9], string.Join('+', c)));
        Assert.Contains(cluster.AtOnce, c => c is [2, 2]);
        Assert.Contains(cluster.AtOnce, c => c is [9]); // one that is larger than the site has it to itself
    }

    [Fact]
    public async Task As_many_jobs_are_at_work_as_the_site_takes()
    {
        using var many = new Story(
            AtCluster(new WorkflowGraph([.. Enumerable.Range(0, 60).Select(i => Graphs.Task($"a/t{i}"))])), new TestedJournal.Memory(), new CrashStore());
        FakeCluster cluster = many.AddCluster();
        int most = 0;
        cluster.Endless = _ => (most = Math.Max(most, cluster.AtWork)) < cluster.Site.MaxJobs; // until as many are there, nobody ends
        Assert.Equal(CampaignResult.Done, (await many.LiveAsync()).Result);

        Assert.Equal(cluster.Site.MaxJobs, most);
    }

    [Fact]
    public async Task A_campaign_of_jobs_dies_at_every_event_and_every_attempt_is_executed_once()
    {
        static Story Begin(out FakeCluster cluster)
        {
            var story = new Story(AtCluster(Graphs.Pair), new TestedJournal.Memory(), new CrashStore());
            FakeCluster made = cluster = story.AddCluster();
            made.LosesReply = name => made.Submissions[name] == 1 && name.EndsWith("-a2", StringComparison.Ordinal);
            made.Instead = name => name.EndsWith("-a1", StringComparison.Ordinal) ? JobState.NodeFailed : null;
            return story;
        }

        IReadOnlyList<Commit> commits;
        IReadOnlyList<string> expected;
        using (Story undisturbed = Begin(out _))
        {
            Assert.Equal(CampaignResult.Done, (await undisturbed.LiveAsync()).Result);
            (commits, expected) = (undisturbed.Store.Commits, undisturbed.Results);
        }
        int covered = 0;
        foreach (Fate fate in new[] { Fate.DiesBefore, Fate.DiesAfter })
            foreach (Commit point in commits)
            {
                string where = $"{fate} {point}";
                using Story story = Begin(out FakeCluster cluster);
                story.Store.Plan = commit => commit == point ? fate : Fate.Durable;
                Assert.True((await story.LiveAsync()).Result == CampaignResult.Done, where);
                story.EverythingHappenedOnce(where);
                Assert.All(cluster.Submissions, s => Assert.True(s.Value == 1, $"{where}: {s.Key} was submitted {s.Value} times"));
                Assert.All(cluster.Starts, s => Assert.True(s.Value == 1, $"{where}: {s.Key} was begun {s.Value} times"));
                Assert.True(expected.SequenceEqual(story.Results), $"{where}: other results");
                covered += story.Store.Struck?.Events ?? 0;
            }
        int events = commits.Sum(c => c.Events);
        Console.WriteLine($"jobs: {events} events written in {commits.Count} commits; crash points covered: {covered} (2 x {events}), in {2 * commits.Count} crashes");
        Assert.Equal(2 * events, covered);
    }

    private async Task EndsWellAsync()
    {
        Assert.Equal(CampaignResult.Done, (await _story.LiveAsync()).Result);
        _story.EverythingHappenedOnce("at the end");
        Assert.All(_cluster.Starts, s => Assert.Equal(1, s.Value));
    }

    private ITaskEvent[] EventsOf(string task) => [.. _story.Store.Log.Where(r => r.Stream.EndsWith($"/task/{task}", StringComparison.Ordinal)).Select(r => (ITaskEvent)r.Event)];

    private static WorkflowGraph AtCluster(WorkflowGraph graph) => new([.. graph.Tasks.Select(t => t with { Site = "cluster" })]);
}
