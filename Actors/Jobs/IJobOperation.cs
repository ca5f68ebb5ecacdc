using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// Work that a program does in a job of its own: what it is given, what to look at meanwhile, and what to make of what it leaves. All
/// calls are made on a thread of their own and may be repeated, also by another process after a crash.
/// </summary>
public interface IJobOperation
{
    /// <summary>Name as in a task's engine.</summary>
    string Engine { get; }

    /// <summary>Name as in a task's operation.</summary>
    string Name { get; }

    /// <summary>The result, where what earlier attempts left makes it up already; null where there is something to run.</summary>
    AttemptExit.Completed? Finished(OperationContext context, IReadOnlyList<string> segments) => null;

    /// <summary>What to put into the run directory, and what to start there. Writes nothing.</summary>
    /// <exception cref="InvalidDataException">There is nothing to start; the message says why and what to mend.</exception>
    JobWork Prepare(OperationContext context, JobPlace place);

    /// <summary>How far it is, for people: a fraction in [0, 1] and a note; null when there is nothing to say.</summary>
    /// <param name="tails">Ends of the watched files.</param>
    (double Fraction, string Note)? Watch(OperationContext context, IReadOnlyDictionary<string, string> tails);

    /// <summary>Whether a run left, beyond what it began with, something whole to go on from. Asked only where files are kept.</summary>
    /// <param name="directory">Has those of the kept files that there are.</param>
    bool LeftOff(OperationContext context, string directory);

    /// <summary>What the program made of it: outputs taken in, or what went wrong. The job has ended.</summary>
    AttemptExit Collect(OperationContext context, JobEnd end);
}

/// <summary>What a job starts.</summary>
/// <param name="Program">How it is started, before the arguments of the run.</param>
/// <param name="Modules">Loaded for this program, after those of the site.</param>
public sealed record JobWork(IReadOnlyList<string> Program, ProgramRun Run, IReadOnlyList<string>? Modules = null)
{
    /// <summary>Whether the scheduler is asked for one task per core, as programs of many processes (MPI) want it; else for one task with all cores.</summary>
    public bool RankPerCore { get; init; }
}

/// <summary>Where a job works.</summary>
/// <param name="RunDirectory">As the job sees it.</param>
/// <param name="CheckpointDirectory">As the job sees it; shared by the attempts of one computation.</param>
/// <param name="Segments">Directories on this machine with what earlier attempts left to go on from, oldest first.</param>
public sealed record JobPlace(JobSite Site, string RunDirectory, string CheckpointDirectory, IReadOnlyList<string> Segments)
{
    /// <summary>The campaign's directory, as the job sees it.</summary>
    public required string CampaignDirectory { get; init; }

    /// <summary>Whether the job sees nothing of this machine: whatever it reads has to be among the inputs of its run.</summary>
    public bool IsStaged => Site.IsStaged;
}

/// <summary>A job that has ended.</summary>
/// <param name="Exit">Its own word about its end; null when it left none.</param>
/// <param name="MemoryMiB">What it had asked for, per node; null when it left that to the site.</param>
/// <param name="Outputs">What its run was to leave.</param>
/// <param name="Segments">Directories of what earlier attempts left, oldest first.</param>
/// <param name="KeepSegment">Keeps what it left to go on from, and says whether there was anything.</param>
public sealed record JobEnd(JobExit? Exit, int? MemoryMiB, IReadOnlyList<RunFile> Outputs, IReadOnlyList<string> Segments, Func<bool> KeepSegment, IRunFiles Files);

/// <summary>Files that a job left in its run directory.</summary>
public interface IRunFiles
{
    /// <summary>A path on this machine with the bytes of the file; null where there is none.</summary>
    /// <param name="name">Relative to the run directory.</param>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="limitBytes"/>, or the name leads elsewhere.</exception>
    string? Get(string name, long limitBytes);
}
