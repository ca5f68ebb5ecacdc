namespace Campaign.Compute.Engines.Scheduling;

/// <summary>One attempt, as it is handed to a scheduler.</summary>
/// <param name="Directory">Absolute path of the run directory on the site; one attempt, one directory.</param>
/// <param name="Command">Program and arguments; never shell text.</param>
/// <param name="Environment">Variables of the program.</param>
/// <param name="Modules">Loaded before the program starts.</param>
/// <param name="Stop">How the program is asked to end ahead of its walltime; null: by SIGTERM.</param>
/// <param name="Files">Small files put beside <c>job.sh</c> before it is submitted, by their name in the directory.</param>
/// <param name="Before">Done in the job, in the run directory, before the program starts.</param>
/// <param name="Forgotten">An earlier acceptance that the scheduler no longer knows of (<see cref="JobAction.SubmitAgain"/>): its receipt does not count.</param>
public sealed record JobRequest(
    JobName Name,
    string Directory,
    JobResources Resources,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string>? Environment = null,
    IReadOnlyList<string>? Modules = null,
    JobStop? Stop = null,
    IReadOnlyDictionary<string, byte[]>? Files = null,
    IReadOnlyList<JobStep>? Before = null,
    JobIdentity? Forgotten = null);

/// <summary>A command whose output becomes a file of the run directory.</summary>
/// <param name="Command">Program and arguments, never shell text.</param>
/// <param name="Output">Name of the file.</param>
public sealed record JobStep(IReadOnlyList<string> Command, string Output);

/// <summary>How a program is asked to stop cleanly: a file it watches for, a signal, or both.</summary>
/// <param name="Ahead">How long before the walltime; null: a twentieth of it, between one and ten minutes.</param>
/// <param name="File">Name in the run directory of the file to write, e.g. STOPCAR.</param>
/// <param name="Text">What is written there.</param>
/// <param name="AtLeast">Earlier than <paramref name="Ahead"/> where that leaves less; null: no matter.</param>
/// <param name="Signal">Name without SIG, sent to the program's process group; null when the file is enough.</param>
public sealed record JobStop(TimeSpan? Ahead = null, string? File = null, string? Text = null, string? Signal = "TERM", TimeSpan? AtLeast = null);
