using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Corrections;
using Campaign.Workflows.Tasks;
using Xunit;

namespace Campaign.Core.Tests.Tasks;

public sealed class TaskDeciderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TaskPolicy Policy = new(new RetryPolicy(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)), CorrectionPolicy.Default);
    private static readonly Dictionary<string, ArtifactRef> Outputs = new() { ["x"] = new ArtifactRef(new string('a', 64), "json", 3) };
    private static readonly string Print = new('f', 64);

    [Fact]
    public void An_attempt_is_intended_with_a_token_before_it_runs()
    {
        TaskState state = After();
        TaskDecision begin = Decide(state, new TaskCommands.Begin(Print, "camp1234-abcd"));
        var intended = Assert.IsType<TaskEvents.Intended>(Assert.Single(begin.Events));
        Assert.Equal("camp1234-abcd-a1", intended.Token);
        Assert.NotNull(Decide(state, new TaskCommands.Start(1, "host:1", "local")).Refusal);
        Assert.IsType<TaskEvents.Running>(Assert.Single(Decide(state.Apply(intended), new TaskCommands.Start(1, "host:1", "local")).Events));
    }

    [Fact]
    public void A_completed_attempt_is_exited_diagnosed_collected_and_done_at_once()
    {
        TaskDecision end = Decide(Running(), new TaskCommands.Exit(1, new AttemptExit.Completed(Outputs, null)));
        Assert.Equal(
            [typeof(TaskEvents.Exited), typeof(TaskEvents.Diagnosed), typeof(TaskEvents.Collected), typeof(TaskEvents.Done)],
            end.Events.Select(e => e.GetType()));
        TaskState done = end.Events.Aggregate(Running(), (s, e) => s.Apply(e));
        Assert.Equal(TaskPhase.Done, done.Phase);
        Assert.Equal(Outputs, done.Outputs);
    }

    [Fact]
    public void The_late_result_of_an_attempt_that_was_given_up_changes_nothing()
    {
        TaskState second = Running().Apply(new TaskEvents.Interrupted(1, "lost", Now)).Apply(new TaskEvents.Intended(2, "t-a2", Print, Now)).Apply(new TaskEvents.Running(2, "h:1", "local", Now));
        Assert.Empty(Decide(second, new TaskCommands.Exit(1, new AttemptExit.Completed(Outputs, null))).Events);
        Assert.Empty(Decide(After(), new TaskCommands.Exit(1, new AttemptExit.Completed(Outputs, null))).Events);
    }

    [Fact]
    public void Faults_of_the_environment_are_retried_ever_later_but_at_least_hourly()
    {
        TaskState state = Running();
        var delays = new List<double>();
        for (int n = 1; n <= 12; n++)
        {
            TaskDecision fault = Decide(state, new TaskCommands.Exit(n, new AttemptExit.EnvironmentFault("environment.io", "no space")));
            var retry = Assert.IsType<TaskEvents.RetryScheduled>(fault.Events[^1]);
            delays.Add((retry.DueAt - Now).TotalSeconds);
            state = fault.Events.Aggregate(state, (s, e) => s.Apply(e));
            Assert.Equal(TaskPhase.RetryScheduled, state.Phase);
            state = state.Apply(new TaskEvents.Intended(n + 1, "t", Print, Now)).Apply(new TaskEvents.Running(n + 1, "h:1", "local", Now));
        }
        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600], delays);
    }

    [Fact]
    public void Three_cancelled_jobs_in_a_row_pause_a_task_and_any_other_end_between_starts_the_count_anew()
    {
        AttemptExit.Withdrawn cancelled = new("CANCELLED");
        var lost = new AttemptExit.Unfinished("job.lost", "preempted");
        Assert.Equal([TaskPhase.RetryScheduled, TaskPhase.RetryScheduled, TaskPhase.Paused], After(cancelled, cancelled, cancelled));
        Assert.Equal(
            [TaskPhase.RetryScheduled, TaskPhase.RetryScheduled, TaskPhase.Planned, TaskPhase.RetryScheduled, TaskPhase.RetryScheduled, TaskPhase.Paused],
            After(cancelled, cancelled, lost, cancelled, cancelled, cancelled));

        static IEnumerable<TaskPhase> After(params AttemptExit[] exits)
        {
            TaskState state = Running();
            for (int n = 1; n <= exits.Length; n++)
            {
                state = Decide(state, new TaskCommands.Exit(n, exits[n - 1])).Events.Aggregate(state, (s, e) => s.Apply(e));
                yield return state.Phase;
                state = state.Apply(new TaskEvents.Intended(n + 1, "t", Print, Now)).Apply(new TaskEvents.Running(n + 1, "h:1", "local", Now));
            }
        }
    }

    [Fact]
    public void A_scheduled_retry_begins_when_it_is_due_and_not_before()
    {
        TaskState waiting = Running().Apply(new TaskEvents.RetryScheduled(1, Now.AddSeconds(10), "no space", Now));
        Assert.NotNull(TaskDecider.Decide(waiting, new TaskCommands.Begin(Print, "t"), Policy, Now.AddSeconds(9)).Refusal);
        Assert.Single(TaskDecider.Decide(waiting, new TaskCommands.Begin(Print, "t"), Policy, Now.AddSeconds(10)).Events);
        Assert.IsType<TaskEvents.Continued>(Assert.Single(Decide(waiting, new TaskCommands.Continue()).Events));
    }

    [Fact]
    public void A_retry_begins_at_once_when_the_clock_was_set_back_behind_its_scheduling()
    {
        TaskState waiting = Running().Apply(new TaskEvents.RetryScheduled(1, Now.AddSeconds(10), "no space", Now));
        Assert.Single(TaskDecider.Decide(waiting, new TaskCommands.Begin(Print, "t"), Policy, Now.AddYears(-1)).Events);
        Assert.Single(TaskDecider.Decide(waiting, new TaskCommands.Begin(Print, "t"), Policy, Now.AddTicks(-1)).Events);
        Assert.NotNull(TaskDecider.Decide(waiting, new TaskCommands.Begin(Print, "t"), Policy, Now).Refusal);
    }

    [Fact]
    public void A_lost_attempt_leads_to_the_next_one_and_costs_no_budget()
    {
        TaskEvents.Interrupted lost = Assert.IsType<TaskEvents.Interrupted>(Assert.Single(Decide(Running(), new TaskCommands.Lose("the process died")).Events));
        TaskState planned = Running().Apply(lost);
        Assert.Equal(TaskPhase.Planned, planned.Phase);
        Assert.Equal(0, planned.EnvironmentFaults);
        Assert.Equal(2, Assert.IsType<TaskEvents.Intended>(Assert.Single(Decide(planned, new TaskCommands.Begin(Print, "t")).Events)).Attempt);
    }

    [Theory]
    [InlineData(TaskPhase.Done, false, false, true)]
    [InlineData(TaskPhase.Failed, false, false, true)]
    [InlineData(TaskPhase.Cancelled, false, false, true)]
    [InlineData(TaskPhase.Planned, true, true, false)]
    [InlineData(TaskPhase.Intended, true, true, false)]
    [InlineData(TaskPhase.Running, true, true, false)]
    [InlineData(TaskPhase.RetryScheduled, true, true, false)]
    [InlineData(TaskPhase.Paused, false, true, false)]
    public void What_can_be_asked_of_a_task_follows_from_its_phase(TaskPhase phase, bool pause, bool cancel, bool reopen)
    {
        TaskState state = TaskState.New with { Phase = phase, Attempt = 1 };
        Assert.Equal(pause, Decide(state, new TaskCommands.Pause("p")).Refusal is null);
        Assert.Equal(cancel, Decide(state, new TaskCommands.Cancel("c")).Refusal is null);
        Assert.Equal(reopen, Decide(state, new TaskCommands.Reopen(1, "r")).Refusal is null);
    }

    [Fact]
    public void A_task_is_reopened_once_per_round()
    {
        TaskState failed = TaskState.New with { Phase = TaskPhase.Failed, Attempt = 1, Round = 1 };
        Assert.NotNull(Decide(failed, new TaskCommands.Reopen(1, "again")).Refusal);
        Assert.Equal(TaskPhase.Planned, failed.Apply(Assert.Single(Decide(failed, new TaskCommands.Reopen(2, "again")).Events)).Phase);
    }

    [Fact]
    public void Apply_knows_every_event_there_is()
    {
        foreach (Type type in Every.EventOf<ITaskEvent>())
            Assert.NotNull(TaskState.New.Apply((ITaskEvent)Every.Sample(type)));
    }

    [Fact]
    public void Apply_refuses_an_event_it_does_not_know() =>
        Assert.Throws<ArgumentException>(() => TaskState.New.Apply(new Stranger(Now)));

    private sealed record Stranger(DateTimeOffset At) : ITaskEvent;

    private static TaskState After(params ITaskEvent[] events) => events.Aggregate(TaskState.New, (s, e) => s.Apply(e));

    private static TaskState Running() => After(new TaskEvents.Intended(1, "t-a1", Print, Now), new TaskEvents.Running(1, "host:1", "local", Now));

    private static TaskDecision Decide(TaskState state, TaskCommand command) => TaskDecider.Decide(state, command, Policy, Now);
}
