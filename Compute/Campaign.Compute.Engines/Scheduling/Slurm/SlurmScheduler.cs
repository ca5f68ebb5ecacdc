using System.Globalization;
using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling.Slurm;

/// <summary>SLURM (22.05 and later), through its own clients on the site.</summary>
/// <remarks>
/// The clients' times are asked for in UTC and in the standard format, whatever the user's profile says. Where there is no accounting,
/// the history is the completion log, if the site keeps one, and otherwise what the controller still remembers (MinJobAge).
/// </remarks>
public sealed class SlurmScheduler(SlurmSettings settings, ICommandRunner runner) : IScheduler
{
    /// <summary>By which the clocks here and there may differ; names, and not times, tell one job from another.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private static readonly SubmitDialect Submission = new(ScriptTemplate.Fill("slurm-submit.sh", new Dictionary<string, string>()), "[0-9]+");

    public string Script(JobRequest job) => JobScript.Render(job, new JobDialect(
        settings.Header(job),
        "job_id=${SLURM_JOB_ID:?}",
        "restart=${SLURM_RESTART_COUNT:-0}",
        "${SLURM_JOB_END_TIME:-}",
        settings.HeartbeatSeconds));

    public SubmitReply Submit(JobRequest job, CancellationToken ct)
    {
        string? remark = null;
        if (job.Resources.ExcludedNodes is { Count: > 0 } failed)
        {
            (IReadOnlyList<string> avoided, remark) = NodeAvoidance.Of(failed, NodesOfPartition(ct));
            job = job with { Resources = job.Resources with { ExcludedNodes = avoided } };
        }
        SubmitReply reply = Submitter.Submit(job, Script(job), Submission, settings.SettleTime, settings.CallLimit, SlurmOutput.IsRefusal, runner, ct);
        return reply is SubmitReply.Accepted accepted ? accepted with { Remark = remark } : reply;
    }

    public IReadOnlyList<JobSighting> Queue(CancellationToken ct) =>
        [.. SlurmOutput.Queue(Squeue("", ct)).Where(s => s.Name.StartsWith(settings.NamePrefix, StringComparison.Ordinal))];

    public IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct)
    {
        // the queue is the newer truth; the history has a line for every run of a requeued job, the last one last
        var found = new Dictionary<string, JobSighting>(StringComparer.Ordinal);
        foreach (JobSighting s in History(name, since, ct).Concat(SlurmOutput.Queue(Squeue($"--name={name}", ct)).Select(s => Detailed(s, ct))))
        {
            if (s.Name == name.ToString())
                found[s.Id] = s;
        }
        return [.. found.Values.OrderBy(s => s.SubmittedAt).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    public void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct)
    {
        if (jobs.Count == 0)
            return;
        // by id and name: the id may be somebody else's by now
        string list = string.Concat(jobs.Select(j => $"{j.Id} {j.Name}\n"));
        CommandResult result = Bash("""
            failed=0
            while read -r id name; do
              said=$(timeout -k 5 "$LIMIT" scancel --name="$name" "$id" </dev/null 2>&1) || case $said in
                *'Invalid job id'* | *'already completing or completed'*) ;;
                *) failed=1; echo "$said" >&2 ;;
              esac
            done
            exit $failed
            """, Encoding.ASCII.GetBytes(list), jobs.Count, ct);
        if (result.ExitCode != 0)
            throw new SchedulerUnavailableException($"scancel: {result.Error.Trim()}");
    }

    private string Squeue(string filter, CancellationToken ct)
    {
        CommandResult result = Bash($"""timeout -k 5 "$LIMIT" squeue -h -t all -u "$EUID" {filter} -o {ShellWord.Quote(SlurmOutput.QueueFormat)} </dev/null""", default, 1, ct);
        return result.ExitCode == 0 ? result.Text : throw new SchedulerUnavailableException($"squeue ended with code {result.ExitCode}: {result.Error.Trim()}");
    }

    private int NodesOfPartition(CancellationToken ct)
    {
        CommandResult result = Bash("""timeout -k 5 "$LIMIT" sinfo -h --noconvert -o '%P|%D' </dev/null""", default, 1, ct);
        return result.ExitCode == 0 ? SlurmOutput.NodesOf(settings.Partition, result.Text)
            : throw new SchedulerUnavailableException($"sinfo ended with code {result.ExitCode}: {result.Error.Trim()}");
    }

    private IEnumerable<JobSighting> History(JobName name, DateTimeOffset since, CancellationToken ct)
    {
        string start = (since.ToUniversalTime() - Margin).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        CommandResult kept = Bash($"""timeout -k 5 "$LIMIT" sacct -X -n -P -S {start} --name={name} -o {SlurmOutput.HistoryFormat} </dev/null""", default, 1, ct);
        if (kept.ExitCode == 0)
            return SlurmOutput.History(kept.Text);
        if (!HasNoAccounting(kept))
            throw new SchedulerUnavailableException($"sacct ended with code {kept.ExitCode}: {kept.Error.Trim()}");
        CommandResult log = Bash($"""timeout -k 5 "$LIMIT" sacct -c -n -P --format={SlurmOutput.HistoryFormat} </dev/null""", default, 1, ct);
        // a requeue leaves a line that calls the job PENDING: it tells of a run that is over, not of what became of the job
        return log.ExitCode == 0 ? SlurmOutput.History(log.Text).Where(s => s.State.IsOver() && (s.EndedAt is not { } end || end >= since - Margin)) : [];
    }

    private static bool HasNoAccounting(CommandResult sacct) =>
        sacct.ExitCode == 127 || sacct.Error.Contains("accounting storage is disabled", StringComparison.OrdinalIgnoreCase);

    /// <summary>With what squeue does not tell: how the job's script ended.</summary>
    private JobSighting Detailed(JobSighting job, CancellationToken ct)
    {
        CommandResult result = Bash($"""timeout -k 5 "$LIMIT" scontrol -o show job {ShellWord.Quote(job.Id)} </dev/null""", default, 1, ct);
        if (result.ExitCode == 0)
            return SlurmOutput.Details(result.Text).FirstOrDefault(d => d.Id == job.Id && d.Name == job.Name) ?? job;
        return result.Error.Contains("Invalid job id", StringComparison.Ordinal) ? job
            : throw new SchedulerUnavailableException($"scontrol ended with code {result.ExitCode}: {result.Error.Trim()}");
    }

    private CommandResult Bash(string script, ReadOnlyMemory<byte> input, int calls, CancellationToken ct)
    {
        TimeSpan limit = settings.CallLimit;
        string head = $"export LC_ALL=C TZ=UTC SLURM_TIME_FORMAT=standard LIMIT={Math.Ceiling(limit.TotalSeconds).ToString(CultureInfo.InvariantCulture)}\n";
        return runner.Run(["bash", "-c", head + script], input, limit * calls + TimeSpan.FromSeconds(30), ct);
    }
}
