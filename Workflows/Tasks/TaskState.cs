using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Corrections;

namespace Campaign.Workflows.Tasks;

/// <summary>All that is known about a task; the fold of its events.</summary>
/// <param name="Attempt">Number of the latest attempt, 0 before the first.</param>
/// <param name="Round">How often the concluded task was asked for again.</param>
/// <param name="EnvironmentFaults">Faults of the environment in a row, which space the retries.</param>
/// <param name="Since">When <see cref="Phase"/> was entered.</param>
public sealed record TaskState(
    TaskPhase Phase,
    int Attempt,
    int Round,
    string? Token,
    string? Lease,
    string? Fingerprint,
    bool Reused,
    int EnvironmentFaults,
    IReadOnlyDictionary<string, ArtifactRef>? Outputs,
    JsonObject? Summary,
    string? Reason,
    DateTimeOffset? DueAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? Since)
{
    /// <summary>How the parameters differ from what was asked; null when they do not.</summary>
    public CorrectedTask? Corrected { get; private init; }

    public ImmutableList<Correction> Corrections => Corrected?.Corrections ?? [];

    /// <summary>Fingerprint of what was asked, before any correction.</summary>
    public string? AskedFingerprint => Corrected?.Asked ?? Fingerprint;

    public static TaskState New { get; } =
        new(TaskPhase.Planned, 0, 0, null, null, null, false, 0, null, null, null, null, null, null, null);

    /// <summary>
    /// The job of the last attempt, from the moment it was intended until there is evidence that it has ended. While there is one and the
    /// attempt has been given up, it has to be ended before anything else is begun.
    /// </summary>
    public JobRef? Job { get; private init; }

    /// <summary>The last attempt's job, whether it has ended or not.</summary>
    public string? LastJobId { get; private init; }

    /// <summary>Nodes that failed under attempts of this task, once for every time.</summary>
    public ImmutableList<string> FailedNodes { get; private init; } = [];

    /// <summary>How often, and to what, the memory asked for was raised.</summary>
    public ImmutableList<int> MemoryRaises { get; private init; } = [];

    /// <summary>How often in a row its job was cancelled by others.</summary>
    public int Withdrawals { get; private init; }

    /// <summary>A job that no attempt follows any more: it is to be ended.</summary>
    public JobRef? AbandonedJob => Phase is TaskPhase.Intended or TaskPhase.Running ? null : Job;

    /// <summary>The input the last attempt found damaged; null once another attempt is on record.</summary>
    public TaskEvents.InputDamaged? DamagedInput { get; init; }

    /// <summary>
    /// Whether a scheduled retry may begin. A clock that reads earlier than when the retry was scheduled was set back and says
    /// nothing about how long it has waited: better a retry too early than one in a year.
    /// </summary>
    public bool IsDue(DateTimeOffset now) => Phase == TaskPhase.RetryScheduled && (DueAt <= now || now < Since);

    /// <exception cref="ArgumentException">The event is of a kind this version does not know.</exception>
    public TaskState Apply(ITaskEvent happened) => happened switch
    {
        TaskEvents.Intended e => this with
        {
            Phase = TaskPhase.Intended, Attempt = e.Attempt, Token = e.Token, Lease = null, Fingerprint = e.Fingerprint,
            Corrected = Corrected?.If(e.Fingerprint),
            Reused = false, DamagedInput = null, Outputs = null, Summary = null, Reason = null, DueAt = null, StartedAt = null, EndedAt = null, Since = e.At,
            Job = e.Site is { } site ? new JobRef(e.Attempt, site, e.Token, null, null, e.At) : null, LastJobId = null,
        },
        TaskEvents.Submitted e => this with
        {
            Job = new JobRef(e.Attempt, e.Site, Token ?? "", e.JobId, e.SubmittedAt, Job?.IntendedAt ?? e.At) { Pack = e.Pack }, LastJobId = e.JobId, Since = e.At,
        },
        TaskEvents.JobEnded => this with { Job = null },
        TaskEvents.Running e => this with { Phase = TaskPhase.Running, Lease = e.Lease, StartedAt = e.At, Since = e.At },
        TaskEvents.Exited e => this with
        {
            Phase = TaskPhase.Exited, Job = e.JobOpen == true ? Job : null, Reason = e.Reason, EndedAt = e.At, Since = e.At,
            Withdrawals = e.Exit == TaskEvents.Exited.Withdrawn ? Withdrawals + 1 : 0,
        },
        TaskEvents.Diagnosed e => this with { Phase = TaskPhase.Diagnosed, Since = e.At },
        TaskEvents.Collected e => this with { Phase = TaskPhase.Collected, Outputs = e.Outputs, Summary = e.Summary, Since = e.At },
        TaskEvents.Done e => this with { Phase = TaskPhase.Done, EnvironmentFaults = 0, Reason = null, Since = e.At },
        TaskEvents.Reused e => this with
        {
            Phase = TaskPhase.Done, Fingerprint = e.Fingerprint, Corrected = Corrected?.If(e.Fingerprint), Reused = true, DamagedInput = null, Outputs = e.Outputs, Summary = e.Summary,
            EnvironmentFaults = 0, Reason = null, StartedAt = e.At, EndedAt = e.At, Since = e.At,
        },
        TaskEvents.Interrupted e => this with
        {
            Phase = TaskPhase.Planned, Lease = null, Reason = e.Reason, EndedAt = e.At, Since = e.At,
            FailedNodes = e.Node is { } node ? FailedNodes.Add(node) : FailedNodes,
        },
        TaskEvents.InputDamaged e => this with
        {
            Phase = TaskPhase.Planned, Lease = null, Reason = e.Reason, DamagedInput = e, EndedAt = e.At, Since = e.At,
        },
        TaskEvents.RetryScheduled e => this with
        {
            Phase = TaskPhase.RetryScheduled, Reason = e.Reason, DueAt = e.DueAt, EnvironmentFaults = EnvironmentFaults + 1, Since = e.At,
        },
        TaskEvents.CorrectionApplied e => this with
        {
            Phase = TaskPhase.CorrectionApplied, Reason = e.Why, Since = e.At,
            Corrected = new CorrectedTask(e.Asked, e.Fingerprint, Corrections.Add(new Correction(e.Handler, e.Class, e.Changes, e.Why))),
        },
        TaskEvents.MemoryRaised e => this with
        {
            Phase = TaskPhase.CorrectionApplied, MemoryRaises = MemoryRaises.Add(e.MemoryMiB), Reason = e.Why, Since = e.At,
        },
        TaskEvents.Failed e => this with { Phase = TaskPhase.Failed, Reason = e.Reason, EndedAt = e.At, Since = e.At },
        TaskEvents.Cancelled e => this with { Phase = TaskPhase.Cancelled, Lease = null, Reason = e.Reason, EndedAt = e.At, Since = e.At },
        TaskEvents.Paused e => this with { Phase = TaskPhase.Paused, Lease = null, Reason = e.Reason, EndedAt = e.At, Since = e.At },
        TaskEvents.Continued e => this with { Phase = TaskPhase.Planned, Withdrawals = 0, Reason = null, DueAt = null, Since = e.At },
        TaskEvents.Reopened e => this with
        {
            // what gave a result gives it again; what failed begins as planned
            Phase = TaskPhase.Planned, Round = e.Round, Corrected = Phase == TaskPhase.Done ? Corrected : null, Reason = e.Reason, Outputs = null, Summary = null,
            EnvironmentFaults = 0, DueAt = null, Since = e.At,
            FailedNodes = [], MemoryRaises = [], Withdrawals = 0,
        },
        _ => throw new ArgumentException($"A task does not know the event {happened.GetType().FullName}."),
    };
}

/// <summary>A task whose parameters were corrected.</summary>
/// <param name="Asked">Fingerprint without the corrections.</param>
/// <param name="Fingerprint">Fingerprint with them.</param>
/// <param name="Corrections">Oldest first.</param>
public sealed record CorrectedTask(string Asked, string Fingerprint, ImmutableList<Correction> Corrections)
{
    /// <summary>Corrections hold only for what they were made for: null when something else is computed now.</summary>
    public CorrectedTask? If(string fingerprint) => fingerprint == Fingerprint ? this : null;
}
