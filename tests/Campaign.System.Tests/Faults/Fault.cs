namespace Campaign.SystemTests.Faults;

/// <summary>What can go wrong around a campaign whose tasks are jobs.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL for the orchestrator as soon as a task has come to a <see cref="Boundary"/>.</summary>
    KillOrchestrator,

    /// <summary>SIGKILL for <c>sbatch</c> after <see cref="Fault.Amount"/> ms.</summary>
    KillSubmission,

    /// <summary>The scheduler accepts a job and its client says that it timed out.</summary>
    LoseReply,

    /// <summary>The controller answers nobody for <see cref="Fault.Amount"/> ms.</summary>
    FreezeController,

    /// <summary>SIGKILL for the controller, which stays away for <see cref="Fault.Amount"/> ms.</summary>
    KillController,

    /// <summary>SIGKILL for a node's daemon: its jobs run on.</summary>
    KillNodeDaemon,

    /// <summary>SIGKILL for a node's daemon and job steps: its jobs run on as orphans.</summary>
    KillNodeSteps,

    /// <summary>SIGKILL for everything on a node.</summary>
    PowerOffNode,

    /// <summary>An administrator sets a node down.</summary>
    FailNode,

    /// <summary>An administrator requeues a job.</summary>
    Requeue,

    /// <summary>A job of more importance pushes one out.</summary>
    Preempt,
}

/// <summary>Steps of a task's way between which the orchestrator may die, by the file that shows them.</summary>
public enum Boundary
{
    /// <summary>The run directory is there, the job is not.</summary>
    ScriptWritten,
    Submitted,
    Claimed,
    Ended,
}

/// <param name="Amount">What the kind says; for <see cref="FaultKind.KillOrchestrator"/> the <see cref="Faults.Boundary"/>.</param>
/// <param name="Choice">Which of the jobs or nodes there are is hit: this, modulo their number.</param>
public sealed record Fault(FaultKind Kind, int Amount, int Choice)
{
    public Boundary Boundary => (Boundary)Amount;

    public override string ToString() => Kind == FaultKind.KillOrchestrator ? $"{Kind} at {Boundary}" : $"{Kind} {Amount}";
}

/// <param name="After">Since the fault before.</param>
public sealed record PlannedFault(TimeSpan After, Fault Fault);
