using System.Globalization;
using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>
/// Renders <c>job.sh</c>: it claims the run directory, runs the program in a process group of its own, shows that it lives, stops it
/// ahead of the walltime or when the attempt is given up, and says how it ended.
/// </summary>
/// <remarks>
/// A second copy - a requeue, a doubled submission - finds the claim taken, leaves <c>.refused-ID</c> and ends with
/// <see cref="JobFile.RefusedCode"/>. Where only the script is killed, the watcher beside it ends the program and writes
/// <c>exit.json</c>. Needs bash 4 and the coreutils on the node.
/// </remarks>
public static partial class JobScript
{
    private static readonly TimeSpan ShortestAhead = TimeSpan.FromMinutes(1), LongestAhead = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">The request holds what no script can carry; the message says what.</exception>
    public static string Render(JobRequest job, JobDialect dialect)
    {
        if (job.Command.Count == 0 || job.Command[0].Length == 0)
            throw new ArgumentException($"Job {job.Name} has no program to run.", nameof(job));
        return ScriptTemplate.Fill("job.sh", new Dictionary<string, string>
        {
            ["HEADER"] = string.Join('\n', dialect.Header.Select(HeaderLine)),
            ["JOB_ID"] = dialect.JobId,
            ["RESTART"] = dialect.Restart,
            ["END"] = dialect.EndTime,
            ["DIRECTORY"] = DirectoryWord(job.Directory),
            ["WALLTIME"] = Seconds(job.Resources.Walltime),
            ["AHEAD"] = Seconds(Ahead(job)),
            ["BEAT"] = dialect.HeartbeatSeconds.ToString(CultureInfo.InvariantCulture),
            ["ASK"] = AskToStop(job.Stop ?? new JobStop()),
            ["MODULES"] = string.Concat((job.Modules ?? []).Select(m => $"load_module {ShellWord.Quote(m)}\n")),
            ["PROGRAM"] = Program(job),
        });
    }

    /// <summary>How long before its walltime a job's program is asked to stop: never more than half of it.</summary>
    public static TimeSpan Ahead(JobRequest job)
    {
        TimeSpan walltime = job.Resources.Walltime;
        if (walltime < TimeSpan.FromSeconds(1))
            throw new ArgumentException($"Job {job.Name} has a walltime of {walltime.TotalSeconds} s.", nameof(job));
        TimeSpan twentieth = walltime / 20;
        TimeSpan ahead = job.Stop?.Ahead ?? (twentieth < ShortestAhead ? ShortestAhead : twentieth > LongestAhead ? LongestAhead : twentieth);
        if (job.Stop?.AtLeast is { } least && ahead < least)
            ahead = least;
        return ahead < walltime / 2 ? ahead : walltime / 2;
    }

    /// <summary>The run directory as one shell word.</summary>
    /// <exception cref="ArgumentException">Not absolute, or with characters that schedulers' records cannot hold.</exception>
    internal static string DirectoryWord(string directory) =>
        !directory.StartsWith('/') ? throw new ArgumentException($"The run directory '{directory}' is not an absolute path.", nameof(directory))
        : directory.Any(char.IsControl) ? throw new ArgumentException($"The run directory {ShellWord.Quote(directory)} holds a control character.", nameof(directory))
        : ShellWord.Quote(directory);

    private static string HeaderLine(string line) =>
        line.StartsWith('#') && !line.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029') ? line
            : throw new ArgumentException($"The header line '{line}' is not one line that starts with '#'.", nameof(line));

    private static string AskToStop(JobStop stop)
    {
        var lines = new List<string>();
        if (stop.File is { } file)
            lines.Add($"  printf %s {ShellWord.Quote(stop.Text ?? "")} >{FileWord(file)}");
        if (stop.Signal is { } signal)
            lines.Add(SignalName().IsMatch(signal) ? $"  send {signal}"
                : throw new ArgumentException($"'{signal}' is not the name of a signal, such as TERM or USR1.", nameof(stop)));
        return string.Join('\n', lines);
    }

    private static string FileWord(string file) => RunPath.IsInside(file) ? ShellWord.Quote("./" + file)
        : throw new ArgumentException($"'{file}' is not a name in the run directory.", nameof(file));

    private static string Program(JobRequest job)
    {
        var lines = new List<string>();
        foreach ((string name, string value) in (job.Environment ?? new Dictionary<string, string>()).OrderBy(v => v.Key, StringComparer.Ordinal))
            lines.Add(VariableName().IsMatch(name) ? $"export {name}={ShellWord.Quote(value)}"
                : throw new ArgumentException($"'{name}' is not the name of an environment variable.", nameof(job)));
        foreach (JobStep step in job.Before ?? [])
            lines.Add($"{ShellWord.Join(step.Command)} >{FileWord(step.Output)} || {{ echo {ShellWord.Quote($"job.sh: {step.Output} could not be made")} >&2; exit {JobFile.UnfitCode}; }}");
        lines.Add($"exec -- {ShellWord.Join(job.Command)}");
        return string.Join('\n', lines);
    }

    private static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Z][A-Z0-9+-]{0,15}\z")]
    private static partial Regex SignalName();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
