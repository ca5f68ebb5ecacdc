using System.Globalization;

namespace Campaign.Compute.Engines.Scheduling.Pbs;

/// <summary>Reads what <c>qstat -f</c> prints (qstat(1B)): a block per job, an attribute a line, long values continued behind a tab.</summary>
internal static class PbsOutput
{
    /// <summary>Exit statuses by which PBS says that it ended a job itself (PBS Professional reference guide, "Job Exit Status Codes").</summary>
    private const int Walltime = -29, Memory = -27, VirtualMemory = -26, Deleted = 256 + 15;

    public static IEnumerable<JobSighting> Jobs(string output)
    {
        string? id = null;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        string? last = null;
        foreach (string line in output.Split('\n').Append("Job Id: "))
        {
            if (line.StartsWith("Job Id: ", StringComparison.Ordinal))
            {
                if (id is not null && attributes.ContainsKey("Job_Name"))
                    yield return Sighting(id, attributes);
                (id, last) = (line[8..].Trim(), null);
                attributes.Clear();
            }
            else if (line.StartsWith('\t') && last is not null)
            {
                attributes[last] += line.Trim('\t', '\r');
            }
            else if (line.Split(" = ", 2) is [var key, var value])
            {
                last = key.Trim();
                attributes[last] = value.TrimEnd('\r');
            }
        }
    }

    /// <summary>Whether qsub's answer means that this job will never be taken as it is. Everything in doubt is not.</summary>
    public static bool IsRefusal(int code, string text) =>
        code is not (124 or 137) && Refusals.Any(r => text.Contains(r, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] Refusals =
    [
        "Unknown queue", "exceeds queue and/or server resource limits", "Illegal attribute or resource value", "Unauthorized Request", "Unknown resource",
        "illegal -", "illegal option", "Access to queue is denied", "Resource type does not match", "Bad UID for job execution", "Bad GID for job execution",
    ];

    private static JobSighting Sighting(string id, Dictionary<string, string> a)
    {
        string word = a.GetValueOrDefault("job_state", ""), comment = a.GetValueOrDefault("comment", "");
        int? status = int.TryParse(a.GetValueOrDefault("Exit_status"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int s) ? s : null;
        JobState state = State(word, a.GetValueOrDefault("substate"), status, comment);
        // a status above 128 is a signal, with 128 or 256 added
        int? signal = status is > 256 ? status - 256 : status is > 128 ? status - 128 : null;
        return new JobSighting(id, a["Job_Name"], state, status is null ? word : $"{word} Exit_status={status}", comment,
            state.IsOver() && status is >= 0 and <= 128 ? status : null, state.IsOver() ? signal : null, Node(a.GetValueOrDefault("exec_host", "")),
            Time(a.GetValueOrDefault("ctime")), Time(a.GetValueOrDefault("stime")), state.IsOver() ? Time(a.GetValueOrDefault("obittime") ?? a.GetValueOrDefault("mtime")) : null);
    }

    private static JobState State(string word, string? substate, int? status, string comment) => word switch
    {
        "Q" or "H" or "W" or "T" => JobState.Waiting,
        "R" or "E" or "S" or "U" or "B" => JobState.Running,
        "F" => Finished(substate, status, comment),
        _ => JobState.Unknown, // M: another server has it
    };

    private static JobState Finished(string? substate, int? status, string comment) => status switch
    {
        0 => JobState.Completed,
        Walltime => JobState.TimedOut,
        Memory or VirtualMemory => JobState.OutOfMemory,
        _ when comment.Contains("walltime", StringComparison.OrdinalIgnoreCase) && comment.Contains("exceed", StringComparison.OrdinalIgnoreCase) => JobState.TimedOut,
        Deleted => JobState.Cancelled,
        null when substate == "91" => JobState.Cancelled, // deleted before it ran
        < 0 and > -24 => JobState.BootFailed, // could not be begun, or not again
        _ => JobState.Failed,
    };

    /// <summary><c>n1/0*4+n2/0*4</c>.</summary>
    private static string? Node(string hosts) => hosts.Split('/')[0] is { Length: > 0 } first ? first : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, ["ddd MMM d HH:mm:ss yyyy", "ddd MMM  d HH:mm:ss yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
