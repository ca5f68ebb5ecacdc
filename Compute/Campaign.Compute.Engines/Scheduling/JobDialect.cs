namespace Campaign.Compute.Engines.Scheduling;

/// <summary>How the job script learns from its scheduler who it is. The texts are bash, and constants of the program.</summary>
/// <param name="Header">Lines for the scheduler, after the first line of the script.</param>
/// <param name="JobId">Gives the variable <c>job_id</c>.</param>
/// <param name="Restart">Gives the variable <c>restart</c>: how often the scheduler started the job before.</param>
/// <param name="EndTime">Expands to the job's end in seconds of the epoch where the scheduler tells it, else to nothing.</param>
/// <param name="HeartbeatSeconds">Between two signs of life; also how soon a fence is seen.</param>
public sealed record JobDialect(
    IReadOnlyList<string> Header,
    string JobId,
    string Restart = "restart=0",
    string EndTime = "",
    int HeartbeatSeconds = 5);
