using Campaign.Compute.Engines.Scheduling;

namespace Campaign.SystemTests.Faults;

/// <summary>Counts executions of a task from what its jobs left in its run directories, <c>a1</c>, <c>a2</c>, ...</summary>
public static class ClaimAudit
{
    /// <returns>
    /// Executions too many: attempts whose end was written by another job, or another start of it, than made the claim; and attempts beyond
    /// the first that ended well and were not given up (fenced), of which only one can have been needed.
    /// </returns>
    public static int DoubleExecutions(string taskFolder)
    {
        (JobClaim? Claim, JobExit? Exit, bool GivenUp)[] attempts =
        [
            .. Directory.EnumerateDirectories(taskFolder, "a*").Select(attempt =>
                (Read(attempt, JobFile.Owner, JobClaim.Read), Read(attempt, JobFile.Exit, JobExit.Read), File.Exists(Path.Combine(attempt, JobFile.Fence)))),
        ];
        int strangers = attempts.Count(a => a.Exit is { } exit && a.Claim is { } claim && claim.JobId != exit.JobId);
        int wells = attempts.Count(a => a is { GivenUp: false, Exit: { Code: 0, Reason: JobExitReason.Ended } });
        return strangers + Math.Max(0, wells - 1);
    }

    private static T? Read<T>(string attempt, string name, Func<string, T?> parse)
        where T : class =>
        Path.Combine(attempt, name) is var file && File.Exists(file) ? parse(File.ReadAllText(file)) : null;
}
