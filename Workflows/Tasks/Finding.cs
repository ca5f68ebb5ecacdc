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
    public const string RelaxationUnfinished = "relaxation.unfinished";
    public const string DamagedArtifact = "artifact.damaged";
    public const string DamagedCheckpoint = "checkpoint.damaged";
    public const string Io = "environment.io";
    public const string Memory = "environment.memory";
    public const string Permission = "environment.permission";
}
