using System.Globalization;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>What a scheduler brings to the submission: bash that is a constant of the program.</summary>
/// <param name="Functions">Define <c>look_up</c> (the queue), <c>look_back</c> (the history since <c>$since</c>) and <c>submit_job</c>, for the job <c>$name</c> in the current directory.</param>
/// <param name="Id">Regular expression of a job id at the beginning of a line.</param>
internal sealed record SubmitDialect(string Functions, string Id);

/// <summary>
/// Renders the one script by which a job is submitted: under a lock on the run directory it looks for a receipt, a claim and a job of
/// that name, and hands the job in only when there is none and no earlier submission is left unsettled. However often it is run, and
/// wherever it is killed, at most one job of the attempt does work.
/// </summary>
internal static class SubmitScript
{
    private const string Mark = "campaign-submit ";

    /// <param name="settle">How long an earlier submission of unknown fate is waited for before another.</param>
    /// <param name="limit">Of one call of a scheduler's client.</param>
    public static string Render(JobRequest job, SubmitDialect dialect, TimeSpan settle, TimeSpan limit) =>
        ScriptTemplate.Fill("submit.sh", new Dictionary<string, string>
        {
            ["NAME"] = ShellWord.Quote(job.Name.ToString()),
            ["DIRECTORY"] = JobScript.DirectoryWord(job.Directory),
            ["FORGOTTEN"] = ShellWord.Quote(job.Forgotten is { } f ? string.Create(CultureInfo.InvariantCulture, $"{f.Id} {f.SubmittedAt.ToUnixTimeSeconds()}") : ""),
            ["SETTLE"] = Seconds(settle),
            ["LIMIT"] = Seconds(limit),
            ["FUNCTIONS"] = dialect.Functions,
            ["ID"] = dialect.Id,
        });

    /// <summary>Reads what the script said.</summary>
    /// <param name="refused">Whether this exit code and text of the scheduler's client mean that it will never take the job as it is.</param>
    /// <exception cref="SchedulerUnavailableException">The script says that it could not submit anything.</exception>
    public static SubmitReply Read(JobName name, string output, string error, Func<int, string, bool> refused)
    {
        int at = output.LastIndexOf("\n" + Mark, StringComparison.Ordinal);
        string text = $"{(at < 0 ? output : output[..at])}\n{error}".Trim();
        string[] words = at < 0 ? [] : output[(at + 1 + Mark.Length)..].Trim().Split(' ');
        return words switch
        {
            ["accepted" or "adopted", var id, var epoch] when long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) =>
                new SubmitReply.Accepted(new JobIdentity(id, name, DateTimeOffset.FromUnixTimeSeconds(seconds)), words[0] == "adopted"),
            ["failed", var code] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int exit) =>
                refused(exit, text) ? new SubmitReply.Refused(text) : new SubmitReply.Unknown($"The submission ended with code {exit}: {text}"),
            ["orphaned"] => new SubmitReply.Orphaned(text),
            ["unknown"] => new SubmitReply.Unknown(text),
            ["unavailable"] => throw new SchedulerUnavailableException($"Job {name} could not be submitted: {text}"),
            _ => new SubmitReply.Unknown($"The submission's reply was lost or cut short: {text}"),
        };
    }

    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
