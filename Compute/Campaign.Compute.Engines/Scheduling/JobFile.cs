namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Names in a run directory by which the job script and the orchestrator speak with each other.</summary>
public static class JobFile
{
    /// <summary>The job script.</summary>
    public const string Script = "job.sh";

    /// <summary>What the script and its scheduler print.</summary>
    public const string Log = "job.log";

    /// <summary>Held while a submission is under way.</summary>
    public const string SubmitLock = ".submit.lock";

    /// <summary>Id and submit time of the accepted job.</summary>
    public const string Receipt = ".receipt";

    /// <summary>There before anything can have been submitted.</summary>
    public const string Intent = ".intent";

    /// <summary>The name of the pack that runs this attempt; there before that pack is submitted.</summary>
    public const string Pack = ".pack";

    /// <summary>Made by the one job that may work here.</summary>
    public const string Claim = ".claim";

    /// <summary>Who made the claim.</summary>
    public const string Owner = ".claim/owner.json";

    /// <summary>Touched every few seconds while the job lives.</summary>
    public const string Heartbeat = ".claim/alive";

    /// <summary>Followed by the id of a job that found the claim taken and did nothing.</summary>
    public const string RefusedPrefix = ".refused-";

    /// <summary>Written by the orchestrator: the attempt is given up, end at once.</summary>
    public const string Fence = ".fence";

    /// <summary>Written by the orchestrator: stop cleanly, as ahead of the walltime.</summary>
    public const string Stop = ".stop";

    /// <summary>How the job ended, whole or not there.</summary>
    public const string Exit = "exit.json";

    /// <summary>Exit code of a job that found the claim taken.</summary>
    public const int RefusedCode = 90;

    /// <summary>Exit code of a job that could not work in its directory, or could not load its modules.</summary>
    public const int UnfitCode = 91;
}
