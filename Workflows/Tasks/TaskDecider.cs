using Campaign.Workflows.Corrections;
using static Campaign.Workflows.Tasks.TaskDecision;

namespace Campaign.Workflows.Tasks;

/// <summary>The rules of a task's life. Pure: state, command and time in, events out.</summary>
public static class TaskDecider
{
    /// <summary>Whoever cancels a job at the scheduler means it when he does so this often.</summary>
    public const int WithdrawalsBeforePause = 3;

    public static TaskDecision Decide(TaskState state, TaskCommand command, TaskPolicy policy, DateTimeOffset now) => command switch
    {
        TaskCommands.Begin c => Begin(state, c, now),
        TaskCommands.Start c => Start(state, c, now),
        TaskCommands.Submit c => Submit(state, c, now),
        TaskCommands.EndJob c => state.AbandonedJob is { } job && job.Attempt == c.Attempt
            ? Happens(new TaskEvents.JobEnded(c.Attempt, c.How, now))
            : Refuse($"no job of attempt {c.Attempt} has been given up"),
        TaskCommands.Exit c => Exit(state, c, policy, now),
        TaskCommands.Lose c => Lose(state, c, now),
        TaskCommands.Reuse c => state.Phase is TaskPhase.Planned or TaskPhase.Intended or TaskPhase.RetryScheduled or TaskPhase.CorrectionApplied
            ? Happens(new TaskEvents.Reused(c.Fingerprint, c.Outputs, c.Summary, now))
            : Refuse($"it is {state.Phase.Display()}"),
        TaskCommands.Reopen c => Reopen(state, c, now),
        TaskCommands.Pause c => Pause(state, c, now),
        TaskCommands.Continue => state.Phase.IsParked()
            ? Happens(new TaskEvents.Continued(now))
            : Refuse($"it is {state.Phase.Display()}, not paused"),
        TaskCommands.Cancel c => state.Phase.IsTerminal()
            ? Refuse($"it is already {state.Phase.Display()}")
            : Happens(new TaskEvents.Cancelled(c.Reason, now)),
        _ => throw new ArgumentException($"A task does not know the command {command.GetType().FullName}."),
    };

    private static TaskDecision Begin(TaskState state, TaskCommands.Begin c, DateTimeOffset now)
    {
        if (state.Phase is not (TaskPhase.Planned or TaskPhase.CorrectionApplied) && !state.IsDue(now))
            return Refuse($"it is {state.Phase.Display()}");
        if (state.AbandonedJob is { } job)
            return Refuse($"job {job.Id ?? job.Token} of attempt {job.Attempt} may still write");
        int attempt = state.Attempt + 1;
        return Happens(new TaskEvents.Intended(attempt, $"{c.TokenPrefix}-a{attempt}", c.Fingerprint, now) { Site = c.Site });
    }

    private static TaskDecision Submit(TaskState state, TaskCommands.Submit c, DateTimeOffset now) =>
        state.Phase == TaskPhase.Intended && state.Job is { Id: null } job && job.Attempt == c.Attempt
            ? Happens(new TaskEvents.Submitted(c.Attempt, job.Site, c.JobId, c.SubmittedAt, c.Adopted, now)
            {
                Script = c.Script, Pack = c.JobName == job.Token ? null : c.JobName,
            })
            : Refuse($"attempt {c.Attempt} waits for no job");

    private static TaskDecision Start(TaskState state, TaskCommands.Start c, DateTimeOffset now) =>
        state.Phase == TaskPhase.Intended && state.Attempt == c.Attempt
            ? Happens(new TaskEvents.Running(c.Attempt, c.Lease, c.Site, now))
            : Refuse($"attempt {c.Attempt} is not the one on record");

    private static TaskDecision Exit(TaskState state, TaskCommands.Exit c, TaskPolicy policy, DateTimeOffset now)
    {
        // A late result of an attempt that was given up must not count: another one may be under way.
        bool under = state.Phase == TaskPhase.Running || (state.Phase == TaskPhase.Intended && state.Job is not null); // a job may end unseen
        if (!under || state.Attempt != c.Attempt)
            return Refuse($"attempt {c.Attempt} is not running");
        int n = c.Attempt;
        TaskEvents.Exited Exited(string how, string? reason) => new(n, how, reason, now) { JobOpen = c.How.JobGone ? null : true };
        return c.How switch
        {
            AttemptExit.Completed e => Happens(
                Exited("completed", null),
                new TaskEvents.Diagnosed(n, e.Findings, now),
                new TaskEvents.Collected(n, e.Outputs, e.Summary, now),
                new TaskEvents.Done(n, now)),
            AttemptExit.Failed e => Happens(
                Exited("failed", e.Reason),
                new TaskEvents.Diagnosed(n, [.. e.Findings, new Finding(e.Key, e.Reason)], now),
                Verdict(state, c, e, policy.Corrections, now)),
            AttemptExit.EnvironmentFault e => Happens(
                Exited("environment", e.Reason),
                new TaskEvents.Diagnosed(n, [.. e.Findings, new Finding(e.Key, e.Reason)], now),
                new TaskEvents.RetryScheduled(n, now + policy.Retries.Delay(state.EnvironmentFaults), e.Reason, now)),
            AttemptExit.InputDamaged e => Happens(
                Exited("inputDamaged", e.Reason),
                new TaskEvents.Diagnosed(n, [new Finding(FindingKeys.DamagedArtifact, e.Reason)], now),
                new TaskEvents.InputDamaged(n, e.Artifact, e.Producer, e.Reason, now)),
            AttemptExit.Unfinished e => Happens(
                Exited("unfinished", e.Reason),
                new TaskEvents.Diagnosed(n, [.. e.Findings, new Finding(e.Key, e.Reason)], now),
                new TaskEvents.Interrupted(n, e.Reason, now) { Node = e.Node }),
            AttemptExit.OutOfMemory e => Happens(
                Exited("outOfMemory", e.Reason),
                new TaskEvents.Diagnosed(n, [.. e.Findings, new Finding(FindingKeys.OutOfMemory, e.Reason)], now),
                MoreMemory(state, e, policy.Corrections, n, now)),
            AttemptExit.Withdrawn e => Happens(
                Exited(TaskEvents.Exited.Withdrawn, e.Reason),
                new TaskEvents.Diagnosed(n, e.Findings, now),
                AfterWithdrawal(state, e, policy.Retries, n, now)),
            AttemptExit.Interrupted e => Happens(new TaskEvents.Interrupted(n, e.Reason, now)),
            _ => throw new ArgumentException($"An attempt cannot exit by {c.How.GetType().FullName}."),
        };
    }

    private static ITaskEvent AfterWithdrawal(TaskState state, AttemptExit.Withdrawn e, RetryPolicy retries, int attempt, DateTimeOffset now) =>
        state.Withdrawals < WithdrawalsBeforePause - 1
            ? new TaskEvents.RetryScheduled(attempt, now + retries.Delay(state.EnvironmentFaults), $"{e.Reason} It is submitted again; 'campaign pause' or 'campaign cancel' keeps it away.", now)
            : new TaskEvents.Paused($"{e.Reason} That was {WithdrawalsBeforePause} times in a row, so somebody seems to want it so: 'campaign continue' submits it again.", now);

    private static ITaskEvent MoreMemory(TaskState state, AttemptExit.OutOfMemory e, CorrectionPolicy policy, int attempt, DateTimeOffset now)
    {
        if (e.MemoryMiB is not { } asked)
            return new TaskEvents.Failed(attempt, $"{e.Reason} How much it had asked for is not known: set memoryMiB in the site file, then retry.", now);
        if (state.MemoryRaises.Count >= policy.PerHandler)
            return new TaskEvents.Failed(attempt, $"{e.Reason} The memory was raised {state.MemoryRaises.Count} times, which is all that budgets.correctionsPerHandler allows.", now);
        return new TaskEvents.MemoryRaised(attempt, 2 * asked, $"{e.Reason} The next job asks for {2 * asked} MiB instead of {asked} MiB.", now);
    }

    private static ITaskEvent Verdict(TaskState state, TaskCommands.Exit c, AttemptExit.Failed e, CorrectionPolicy policy, DateTimeOffset now)
    {
        if (c.Executed is not { } executed)
            return new TaskEvents.Failed(c.Attempt, e.Reason, now);
        (Correction? correction, string? refusal) = policy.Propose(executed.Spec, state.Corrections, new Finding(e.Key, e.Reason));
        if (correction is null)
            return new TaskEvents.Failed(c.Attempt, refusal is null ? e.Reason : $"{e.Reason} Not corrected: {refusal}.", now);
        string next = Fingerprint.Of(ParameterChanges.Applied(executed.Spec, correction.Changes), executed.Inputs);
        return new TaskEvents.CorrectionApplied(
            c.Attempt, correction.Handler, correction.Class, correction.Changes, correction.Why, state.Corrected?.Asked ?? executed.Fingerprint, next, now);
    }

    private static TaskDecision Lose(TaskState state, TaskCommands.Lose c, DateTimeOffset now) =>
        state.Phase is TaskPhase.Intended or TaskPhase.Running or TaskPhase.Exited or TaskPhase.Diagnosed or TaskPhase.Collected
            ? Happens(new TaskEvents.Interrupted(state.Attempt, c.Reason, now))
            : Refuse("no attempt is on record");

    private static TaskDecision Reopen(TaskState state, TaskCommands.Reopen c, DateTimeOffset now) =>
        state.Phase.IsTerminal() && c.Round > state.Round
            ? Happens(new TaskEvents.Reopened(c.Round, c.Reason, now))
            : Refuse($"it is {state.Phase.Display()} in round {state.Round}");

    private static TaskDecision Pause(TaskState state, TaskCommands.Pause c, DateTimeOffset now) =>
        state.Phase.IsTerminal() || state.Phase == TaskPhase.Paused
            ? Refuse($"it is already {state.Phase.Display()}")
            : Happens(new TaskEvents.Paused(c.Reason, now));
}
