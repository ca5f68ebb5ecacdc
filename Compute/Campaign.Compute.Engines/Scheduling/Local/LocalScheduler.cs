using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling.Local;

/// <summary>How external programs run on a machine without a scheduler.</summary>
/// <param name="NamePrefix">What all own job names begin with.</param>
/// <param name="Register">Directory of this class's own, where the jobs are listed.</param>
/// <param name="Grace">What a cancelled job has to end by itself.</param>
public sealed record LocalSettings(string NamePrefix, string Register, TimeSpan? Grace = null, TimeSpan? Settle = null, int HeartbeatSeconds = 5);

/// <summary>
/// A machine as a site of its own: programs as detached processes through the same job script, in sessions that outlive whoever started
/// them. A job is known by the number and the start of its process. There is no queue: a job that is submitted runs.
/// </summary>
public sealed class LocalScheduler(LocalSettings settings, ICommandRunner runner) : IScheduler
{
    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly string Functions = ScriptTemplate.Fill("local.sh", Nothing);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1), Remembered = TimeSpan.FromHours(1);
    private readonly string _register = $"register={ShellWord.Quote(settings.Register)}\n";

    public string Script(JobRequest job) => JobScript.Render(job, new JobDialect([], $"{Functions}job_id=$(process_id $$)", HeartbeatSeconds: settings.HeartbeatSeconds));

    public SubmitReply Submit(JobRequest job, CancellationToken ct)
    {
        string cores = string.Create(CultureInfo.InvariantCulture, $"cores={job.Resources.Cores}\n");
        var dialect = new SubmitDialect(_register + cores + Functions + ScriptTemplate.Fill("local-submit.sh", Nothing), "[0-9]+-[0-9]+-[0-9a-f]+");
        return Submitter.Submit(job, Script(job), dialect, settings.Settle ?? TimeSpan.FromSeconds(10), Limit, (_, _) => false, runner, ct);
    }

    public IReadOnlyList<JobSighting> Queue(CancellationToken ct) =>
        [.. List([], ct).Where(s => s.Name.StartsWith(settings.NamePrefix, StringComparison.Ordinal))];

    public IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct) => List([name.ToString()], ct);

    public void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct)
    {
        if (jobs.Count == 0)
            return;
        TimeSpan grace = settings.Grace ?? TimeSpan.FromSeconds(15);
        string script = ScriptTemplate.Fill("local-cancel.sh", new Dictionary<string, string> { ["GRACE"] = Seconds(grace) });
        byte[] list = Encoding.ASCII.GetBytes(string.Concat(jobs.Select(j => $"{j.Id} {j.Name}\n")));
        CommandResult result = runner.Run(["bash", "-c", _register + Functions + script], list, (grace + TimeSpan.FromSeconds(10)) * jobs.Count + Limit, ct);
        if (result.ExitCode != 0)
            throw new SchedulerUnavailableException($"A job could not be ended: {result.Error.Trim()}");
    }

    private IReadOnlyList<JobSighting> List(IReadOnlyList<string> names, CancellationToken ct)
    {
        string script = ScriptTemplate.Fill("local-queue.sh", new Dictionary<string, string> { ["REMEMBER"] = Seconds(Remembered) });
        CommandResult result = runner.Run(["bash", "-c", _register + Functions + script, "campaign", .. names], default, Limit, ct);
        return result.ExitCode == 0
            ? [.. result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Sighting).OfType<JobSighting>()]
            : throw new SchedulerUnavailableException($"The jobs of this machine could not be listed: {result.Error.Trim()}");
    }

    private static JobSighting? Sighting(string line)
    {
        string[] f = line.Split('|', 6);
        if (f.Length != 6 || !long.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out long epoch))
            return null;
        JobExit? exit = JobExit.Read(f[5]);
        (JobState state, string reason) = f[3] switch
        {
            "lives" => (JobState.Running, ""),
            "cancelled" => (JobState.Cancelled, ""),
            "rebooted" => (JobState.NodeFailed, "the machine was started anew"),
            "ended" when exit?.Code == 0 => (JobState.Completed, ""),
            "ended" when exit?.Reason == JobExitReason.Walltime => (JobState.TimedOut, ""),
            "ended" => (JobState.Failed, ""),
            _ => (JobState.Failed, "its processes are gone and left no word"),
        };
        return new JobSighting(f[1], f[0], state, f[3], reason, exit?.Code, exit?.Signal, exit?.Host, DateTimeOffset.FromUnixTimeSeconds(epoch), exit?.StartedAt, exit?.EndedAt,
            int.TryParse(f[4], NumberStyles.None, CultureInfo.InvariantCulture, out int cores) ? cores : null);
    }

    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
