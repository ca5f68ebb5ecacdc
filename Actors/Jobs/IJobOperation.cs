using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Work that a program does in a job of its own: which inputs to write, what to start, what to look at meanwhile, and what to make of
/// what it leaves. All calls are made on a thread of their own and may be repeated, also by another process after a crash.
/// </summary>
public interface IJobOperation
{
    /// <summary>Name as in a task's operation.</summary>
    string Name { get; }

    /// <summary>Writes the inputs into the run directory and says what to start there.</summary>
    /// <exception cref="IOException">The disk does not take them; the attempt is made again later.</exception>
    JobWork Prepare(OperationContext context, JobSite site);

    /// <summary>How far it is, for people: a fraction in [0, 1] and a note; null when there is nothing to say.</summary>
    (double Fraction, string Note)? Watch(OperationContext context);

    /// <summary>What the program made of it: outputs taken in, or what went wrong. The job has ended.</summary>
    /// <param name="how">Its own word about its end; null when it left none.</param>
    AttemptExit Collect(OperationContext context, JobExit? how);
}

/// <summary>What a job starts.</summary>
/// <param name="Command">Program and arguments, never shell text.</param>
/// <param name="Stop">How it is asked to save its state and end, ahead of the walltime.</param>
public sealed record JobWork(IReadOnlyList<string> Command, JobStop? Stop = null, IReadOnlyDictionary<string, string>? Environment = null);
