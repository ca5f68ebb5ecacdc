namespace Campaign.Workflows.Tasks;

/// <summary>One thing learnt from how an attempt ended.</summary>
/// <param name="Key">One of <see cref="FindingKeys"/>.</param>
/// <param name="Message">For people: what, where, and what to do.</param>
public sealed record Finding(string Key, string Message);

/// <summary>Stable names of findings, as the journal keeps them and corrections answer them.</summary>
public static class FindingKeys
{
    /// <summary>The work failed in a way nobody has named.</summary>
    public const string Failed = "operation.failed";

    public const string DynamicsDiverged = "dynamics.diverged";
    public const string TrainingDiverged = "training.diverged";

    /// <summary>A training diverged, went back, and goes on with half the learning rate.</summary>
    public const string RateHalved = "training.rateHalved";

    public const string RelaxationUnfinished = "relaxation.unfinished";
    public const string DamagedArtifact = "artifact.damaged";
    public const string DamagedCheckpoint = "checkpoint.damaged";
    /// <summary>A job ran out of the memory it had asked for.</summary>
    public const string OutOfMemory = "job.outOfMemory";

    /// <summary>A job reached the end of its walltime before its work was done.</summary>
    public const string Walltime = "job.walltime";

    /// <summary>A program ended in order before its work was done; the next job goes on.</summary>
    public const string Unfinished = "job.unfinished";

    /// <summary>A job was taken from its node, or its node from it.</summary>
    public const string Lost = "job.lost";

    /// <summary>A job ended with an error of its program.</summary>
    public const string JobFailed = "job.failed";

    /// <summary>A scheduler refused a job.</summary>
    public const string Refused = "job.refused";

    public const string Io = "environment.io";
    public const string Memory = "environment.memory";
    public const string Permission = "environment.permission";
}
