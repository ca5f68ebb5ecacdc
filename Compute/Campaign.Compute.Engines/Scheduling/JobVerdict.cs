using System.Globalization;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What is to be done next about an attempt's job.</summary>
/// <param name="Reason">In words, for <c>why</c> and the journal.</param>
/// <param name="Fence">Whether the old job might still write or start: fence its directory, cancel it and see it dead before the next attempt begins.</param>
/// <param name="BadNode">The node that is to blame, if one is.</param>
public sealed record JobVerdict(JobAction Action, string Reason, bool Fence = false, string? BadNode = null)
{
    /// <summary>
    /// Believes an end only on positive evidence: the job's own <c>exit.json</c>, or a terminal state of the job with that id, name and
    /// submit time. A job that is merely not listed has not ended.
    /// </summary>
    public static JobVerdict Decide(JobEvidence evidence, JobPatience patience)
    {
        JobSighting? seen = evidence.Sighting is { } s && evidence.Job?.Matches(s) != false ? s : null;
        JobTraces traces = evidence.Traces;
        if (evidence.Pack is { } pack && traces is { Exit: null, Claimed: false })
            return Unbegun(evidence with { Traces = pack, Pack = null }, patience);
        return traces.Exit is { } exit ? AfterExit(exit, seen, evidence)
            : Restarted(evidence) ?? (
              seen is null ? Unseen(evidence, patience)
            : seen.State.IsOver() ? Over(seen, evidence, patience)
            : Under(seen, traces, patience));
    }

    /// <summary>
    /// What becomes of a member that its pack has not begun follows from what becomes of the pack; only, nothing that the pack did is the
    /// member's doing.
    /// </summary>
    /// <param name="pack">The evidence of the pack as of a job of its own.</param>
    private static JobVerdict Unbegun(JobEvidence pack, JobPatience patience)
    {
        JobVerdict verdict = Decide(pack, patience);
        const string Unbegun = "Its turn in the pack had not come.";
        return verdict.Action switch
        {
            JobAction.Wait when pack.Traces.Claimed => verdict with { Reason = $"Its turn in the pack has not come. {verdict.Reason}" },
            // the member's traces may be seen later than the pack's
            JobAction.Collect or JobAction.NextSegment when pack.OverFor < patience.Settle => new(JobAction.Wait, $"{Unbegun} The pack is over; whether it began this task after all is awaited."),
            JobAction.Collect => new(JobAction.NewAttempt, $"{Unbegun} The pack ended for want of time, or before it was promised this task."),
            JobAction.NextSegment => new(JobAction.NewAttempt, $"{Unbegun} {verdict.Reason}"),
            JobAction.RaiseMemory => new(JobAction.NewAttempt, $"{Unbegun} {verdict.Reason}"),
            // it worked and was killed, with a last word or without
            JobAction.Diagnose when pack.Traces is { Claimed: true, Exit: null or { Signal: not null } } => new(JobAction.NewAttempt, $"{Unbegun} {verdict.Reason}"),
            JobAction.NewAttempt or JobAction.Diagnose => verdict with { Reason = $"{Unbegun} {verdict.Reason}" },
            _ => verdict,
        };
    }

    private static JobVerdict AfterExit(JobExit exit, JobSighting? seen, JobEvidence evidence)
    {
        string how = exit.Signal is { } signal ? $"ended by signal {signal}" : $"ended with code {exit.Code}";
        if (exit.Reason == JobExitReason.Fenced)
            return new(JobAction.NewAttempt, "The attempt had been given up; its program is dead.");
        if (exit is { Reason: JobExitReason.Ended, Code: 0 })
            return new(JobAction.Collect, "The program ended well.");
        // the pack goes on for others, so its end is not waited for; what ended by a signal may have been short of memory, which only that end tells
        if (evidence.Pack is not null && exit is { Reason: JobExitReason.Ended, Signal: null })
            return new(JobAction.Diagnose, $"The program {how}.");
        if (seen?.State == JobState.OutOfMemory && exit.Code != 0)
            return new(JobAction.RaiseMemory, $"The program {how}: {Words(seen)}.");
        if (exit.Reason == JobExitReason.Walltime)
            return new(JobAction.NextSegment, "The program stopped because its walltime ran out.");
        return seen?.State switch
        {
            null when evidence.Absence is null => new(JobAction.Wait, $"The program {how}; what the scheduler says of the job is awaited."),
            JobState.Running or JobState.Unknown => new(JobAction.Wait, $"The program {how}; the scheduler has not closed the job yet ({seen.RawState})."),
            JobState.Waiting => new(JobAction.NewAttempt, $"The program {how}, and the scheduler put the job back into the queue.", Fence: true),
            JobState.Cancelled => new(JobAction.Cancelled, $"The program {how}: {Words(seen)}."),
            JobState.TimedOut => new(JobAction.NextSegment, $"The program {how}: {Words(seen)}."),
            JobState.Preempted => new(JobAction.NewAttempt, $"The program {how}: {Words(seen)}."),
            JobState.NodeFailed or JobState.BootFailed => new(JobAction.NewAttempt, $"The program {how}: {Words(seen)}.", BadNode: seen.Node),
            _ when exit.Reason == JobExitReason.Stopped => new(JobAction.NextSegment, "The program was asked to stop, and did."),
            _ => new(JobAction.Diagnose, $"The program {how}."),
        };
    }

    /// <summary>The job, or a copy of it, was started when the attempt had been claimed already.</summary>
    private static JobVerdict? Restarted(JobEvidence evidence)
    {
        JobTraces traces = evidence.Pack ?? evidence.Traces;
        string? owner = traces.Claim?.JobId;
        if (owner is not null && traces.Refused.Contains(owner))
            return new(JobAction.NewAttempt, $"The scheduler started job {owner} again; nothing ran a second time.", Fence: true);
        if (evidence.Job is { } job && traces.Refused.Contains(job.Id))
            return owner is null
                ? new(JobAction.NewAttempt, $"Job {job.Id} found its attempt claimed, and who claimed it is not known.", Fence: true)
                : new(JobAction.Follow, $"Job {owner} of the same attempt came first and works; job {job.Id} did nothing.");
        return null;
    }

    private static JobVerdict Over(JobSighting seen, JobEvidence evidence, JobPatience patience) => seen.State switch
    {
        JobState.TimedOut => new(JobAction.NextSegment, Words(seen) + "."),
        JobState.OutOfMemory => new(JobAction.RaiseMemory, Words(seen) + "."),
        JobState.Preempted => new(JobAction.NewAttempt, Words(seen) + "."),
        // a node that is cut off goes on working
        JobState.NodeFailed or JobState.BootFailed => new(JobAction.NewAttempt, Words(seen) + ".", Fence: evidence.Traces.Claimed, BadNode: seen.Node),
        JobState.Cancelled => new(JobAction.Cancelled, Words(seen) + "."),
        JobState.Deadline => new(JobAction.Diagnose, Words(seen) + "."),
        _ when evidence.OverFor < patience.Settle => new(JobAction.Wait, $"{Words(seen)}, but its {JobFile.Exit} is not to be seen yet."),
        JobState.Failed when seen.ExitCode == JobFile.RefusedCode => new(JobAction.NewAttempt, $"{Words(seen)}: it found the attempt claimed.", Fence: true),
        // a controller that lost its state ends a new job with the word of an old one that had its number
        _ when !evidence.Traces.Claimed => new(JobAction.RetryLater, $"{Words(seen)}, and nothing had begun.", Fence: true),
        _ => new(JobAction.Diagnose, $"{Words(seen)} and left no {JobFile.Exit}."),
    };

    private static JobVerdict Under(JobSighting seen, JobTraces traces, JobPatience patience)
    {
        bool silent = traces.HeartbeatAge > patience.Heartbeat;
        return seen.State switch
        {
            JobState.Waiting when traces.Claimed && silent =>
                new(JobAction.NewAttempt, $"The job had begun, and the scheduler put it back into the queue ({seen.RawState}, {seen.Reason}).", Fence: true),
            JobState.Waiting => new(JobAction.Wait, $"In the queue ({(seen.Reason.Length > 0 ? seen.Reason : seen.RawState)})."),
            JobState.Unknown => new(JobAction.Wait, $"The scheduler's state '{seen.RawState}' is not known to this program; it waits."),
            _ when silent => new(JobAction.Wait, $"{seen.RawState} on {seen.Node ?? "its node"}, but without a sign of life for {Minutes(traces.HeartbeatAge)}: the node or the file system may hang."),
            _ => new(JobAction.Wait, $"{seen.RawState} on {seen.Node ?? "its node"}."),
        };
    }

    private static JobVerdict Unseen(JobEvidence evidence, JobPatience patience)
    {
        JobTraces traces = evidence.Traces;
        if (traces.HeartbeatAge <= patience.Heartbeat)
            return new(JobAction.Wait, "The job lives by its heartbeat; the scheduler does not tell.");
        if (evidence.Absence is not { } absence)
            return new(JobAction.Wait, "The scheduler does not answer.");
        bool settled = absence.Looks >= 2 && absence.Lasting >= patience.Settle;
        return (settled, traces.Claimed) switch
        {
            (false, _) => new(JobAction.Wait, "The scheduler does not know the job yet, or no more; it is asked again."),
            (true, false) => new(JobAction.SubmitAgain, $"The scheduler never had the job, or forgot it: asked {absence.Looks} times over {Minutes(absence.Lasting)}, and nothing began."),
            (true, true) when traces.HeartbeatAge is null && absence.Lasting < patience.Heartbeat => new(JobAction.Wait, "The job made its claim and was not heard of since."),
            (true, true) => new(JobAction.NewAttempt, $"The scheduler forgot the job, and it gave no sign of life for {Minutes(traces.HeartbeatAge ?? absence.Lasting)}.", Fence: true),
        };
    }

    private static string Words(JobSighting seen) =>
        $"The scheduler calls the job {seen.RawState}{(seen.Reason.Length > 0 && seen.Reason != "None" ? $" ({seen.Reason})" : "")}";

    private static string Minutes(TimeSpan? time) => time is { } t ? string.Create(CultureInfo.InvariantCulture, $"{t.TotalMinutes:0.#} min") : "a while";
}
