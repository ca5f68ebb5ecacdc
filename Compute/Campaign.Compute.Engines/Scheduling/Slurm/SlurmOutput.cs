using System.Globalization;

namespace Campaign.Compute.Engines.Scheduling.Slurm;

/// <summary>Reads what SLURM's clients print. A line that is not understood is passed over; a state that is not known is <see cref="JobState.Unknown"/>.</summary>
internal static class SlurmOutput
{
    /// <summary>The name is last, since it alone may hold bars; without widths, nothing is cut.</summary>
    public const string QueueFormat = "%i|%T|%N|%V|%S|%e|%r|%j";

    public const string HistoryFormat = "JobID,State,ExitCode,NodeList,Submit,Start,End,JobName";

    private static readonly string[] NoTimes = ["", "N/A", "NONE", "None", "Unknown"];

    /// <summary>Rows of <c>squeue -h -o</c> <see cref="QueueFormat"/>.</summary>
    public static IEnumerable<JobSighting> Queue(string output)
    {
        foreach (string line in Lines(output))
        {
            string[] f = line.Split('|', 8);
            if (f.Length != 8)
                continue;
            JobState state = SlurmStates.Parse(f[1]);
            yield return new JobSighting(f[0], f[7], state, f[1], f[6], Node: NodeList.First(f[2]), SubmittedAt: Time(f[3]), StartedAt: Time(f[4]), EndedAt: End(state, f[5]));
        }
    }

    /// <summary>Rows of <c>sacct -n -P -o</c> <see cref="HistoryFormat"/>, also of the completion log (<c>-c</c>), where "Submit" is the start.</summary>
    public static IEnumerable<JobSighting> History(string output)
    {
        foreach (string line in Lines(output))
        {
            string[] f = line.Split('|', 8);
            if (f.Length != 8)
                continue;
            JobState state = SlurmStates.Parse(f[1]);
            (int? code, int? signal) = state.IsOver() ? Exit(f[2]) : default;
            yield return new JobSighting(f[0], f[7], state, f[1], "", code, signal, NodeList.First(f[3]), Time(f[4]), Time(f[5]), End(state, f[6]));
        }
    }

    /// <summary>Lines of <c>scontrol -o show job</c>.</summary>
    public static IEnumerable<JobSighting> Details(string output)
    {
        foreach (string line in Lines(output))
        {
            string spaced = " " + line;
            string? Value(string key)
            {
                int at = spaced.IndexOf($" {key}=", StringComparison.Ordinal);
                if (at < 0)
                    return null;
                int from = at + key.Length + 2;
                int to = spaced.IndexOf(' ', from);
                return to < 0 ? spaced[from..] : spaced[from..to];
            }
            if (Value("JobId") is not { } id || Value("JobName") is not { } name || Value("JobState") is not { } word)
                continue;
            JobState state = SlurmStates.Parse(word);
            (int? code, int? signal) = state.IsOver() ? Exit(Value("ExitCode") ?? "") : default; // 0:0 before the end
            yield return new JobSighting(id, name, state, word, Value("Reason") ?? "", code, signal,
                NodeList.First(Value("BatchHost") ?? Value("NodeList") ?? ""), Time(Value("SubmitTime") ?? ""), Time(Value("StartTime") ?? ""), End(state, Value("EndTime") ?? ""));
        }
    }

    /// <summary>Nodes of a partition, or of the default one, by rows of <c>sinfo -h -o '%P|%D'</c>; 0 where it is not named.</summary>
    public static int NodesOf(string? partition, string output) => Lines(output)
        .Select(line => line.Split('|'))
        .Where(f => f.Length == 2 && (partition is null ? f[0].EndsWith('*') : f[0].TrimEnd('*') == partition))
        .Sum(f => int.TryParse(f[1], NumberStyles.None, CultureInfo.InvariantCulture, out int nodes) ? nodes : 0);

    /// <summary>Whether sbatch's answer means that this job will never be taken as it is. Everything in doubt is not.</summary>
    public static bool IsRefusal(int code, string text) =>
        (code == 255 && text.Contains("sbatch: ", StringComparison.Ordinal))
        || (text.Contains("Batch job submission failed: ", StringComparison.Ordinal) && Refusals.Any(r => text.Contains(r, StringComparison.OrdinalIgnoreCase)));

    private static readonly string[] Refusals =
    [
        "Invalid partition", "Invalid account", "Invalid qos", "Invalid node name", "Invalid feature", "Invalid generic resource", "Invalid Trackable RESource",
        "Requested node configuration is not available", "More processors requested than permitted", "Requested time limit is invalid",
        "Requested partition configuration not available", "User's group not permitted", "Memory required by task is not available", "Access/permission denied",
        "Node count specification invalid", "Task count specification invalid", "Invalid wckey", "Invalid license", "Unable to satisfy cpu bind",
    ];

    private static (int?, int?) Exit(string text)
    {
        string[] f = text.Split(':');
        if (f.Length != 2 || !int.TryParse(f[0], NumberStyles.None, CultureInfo.InvariantCulture, out int code) || !int.TryParse(f[1], NumberStyles.None, CultureInfo.InvariantCulture, out int signal))
            return (null, null);
        return (code, signal == 0 ? null : signal);
    }

    /// <summary>Before a job's end, SLURM gives the one it expects.</summary>
    private static DateTimeOffset? End(JobState state, string text) => state.IsOver() ? Time(text) : null;

    private static DateTimeOffset? Time(string text) =>
        !NoTimes.Contains(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static IEnumerable<string> Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
