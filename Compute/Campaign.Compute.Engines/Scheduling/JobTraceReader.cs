using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling;

/// <summary>Reads what many attempts left in their run directories in one command, however the site is reached.</summary>
public sealed class JobTraceReader(ICommandRunner runner)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The traces of each directory, in their order; null where the directory is not there or cannot be seen.</summary>
    /// <exception cref="SchedulerUnavailableException">The site is not reached, or its file system hangs.</exception>
    public IReadOnlyList<JobTraces?> Read(IReadOnlyList<string> directories, CancellationToken ct)
    {
        if (directories.Count == 0)
            return [];
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(directories.Select(d => d + "\0")));
        CommandResult result = runner.Run(["bash", "-c", ScriptTemplate.Fill("traces.sh", new Dictionary<string, string>())], input, Limit, ct);
        string[] fields = result.Text.Split('\0');
        if (result.ExitCode != 0 || fields.Length != directories.Count * Fields + 1)
            throw new SchedulerUnavailableException($"The run directories on the site cannot be read: {result.Error.Trim()}");
        return [.. Enumerable.Range(0, directories.Count).Select(i => Traces(fields.AsSpan(i * Fields, Fields)))];
    }

    private const int Fields = 6;

    private static JobTraces? Traces(ReadOnlySpan<string> f)
    {
        if (f[0] != "1")
            return null;
        TimeSpan? age = long.TryParse(f[5], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
        return new JobTraces(JobExit.Read(f[2]), f[1] == "1", JobClaim.Read(f[3]), f[4].Split('/', StringSplitOptions.RemoveEmptyEntries), age);
    }
}
