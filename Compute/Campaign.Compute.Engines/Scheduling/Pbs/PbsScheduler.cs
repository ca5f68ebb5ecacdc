using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling.Pbs;

/// <param name="NamePrefix">What all own job names begin with.</param>
/// <param name="HeaderLines">Further options of qsub, one a line, as they stand after <c>#PBS</c>.</param>
/// <param name="Limit">Of one call of a client.</param>
/// <param name="Settle">How long a submission of unknown fate is waited for before another.</param>
public sealed record PbsSettings(
    string NamePrefix, string? Queue = null, string? Account = null, IReadOnlyList<string>? HeaderLines = null, TimeSpan? Limit = null, TimeSpan? Settle = null, int HeartbeatSeconds = 5);

/// <summary>
/// PBS Professional and OpenPBS (13 and later) behind the same port. It was written from their documentation and never run against a real
/// server: its tests play replies made after the manuals.
/// </summary>
/// <remarks>
/// PBS sends no warning ahead of the walltime: the job script's own clock stands alone. It cannot leave out nodes by name:
/// <see cref="JobResources.ExcludedNodes"/> is not honoured. Ended jobs are known while the server keeps a history (<c>job_history_enable</c>).
/// </remarks>
public sealed partial class PbsScheduler(PbsSettings settings, ICommandRunner runner) : IScheduler
{
    private static readonly SubmitDialect Submission = new(ScriptTemplate.Fill("pbs-submit.sh", new Dictionary<string, string>()), @"[0-9]+\.[A-Za-z0-9._-]+");

    private TimeSpan CallLimit => settings.Limit ?? TimeSpan.FromSeconds(30);

    public string Script(JobRequest job) =>
        JobScript.Render(job, new JobDialect(Header(job), "job_id=${PBS_JOBID:?}", HeartbeatSeconds: settings.HeartbeatSeconds));

    public SubmitReply Submit(JobRequest job, CancellationToken ct) =>
        Submitter.Submit(job, Script(job), Submission, settings.Settle ?? TimeSpan.FromMinutes(2), CallLimit, PbsOutput.IsRefusal, runner, ct);

    /// <summary>Those that wait or run, and those that ended within the last hour.</summary>
    public IReadOnlyList<JobSighting> Queue(CancellationToken ct) =>
        [.. Jobs("""qselect -u "$user"; qselect -x -s F -u "$user" -te.gt."$(date -u -d '1 hour ago' +%Y%m%d%H%M)" """, ct).Where(s => s.Name.StartsWith(settings.NamePrefix, StringComparison.Ordinal))];

    public IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct) =>
        [.. Jobs($"""qselect -x -u "$user" -N {name} """, ct).Where(s => s.Name == name.ToString() && (s.SubmittedAt ?? since) >= since - TimeSpan.FromHours(1)).OrderBy(s => s.SubmittedAt)];

    public void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct)
    {
        if (jobs.Count == 0)
            return;
        // by id and name: the id may be somebody else's by now
        CommandResult result = Bash("""
            failed=0
            while read -r id name; do
              found=$(bounded qselect -u "$user" -N "$name" 2>&1) || { failed=1; echo "$found" >&2; continue; }
              grep -qFx -- "$id" <<<"$found" || continue
              said=$(bounded qdel "$id" 2>&1) || case $said in
                *'Unknown Job Id'* | *'has finished'* | *'invalid state for job'*) ;;
                *) failed=1; echo "$said" >&2 ;;
              esac
            done
            exit $failed
            """, Encoding.ASCII.GetBytes(string.Concat(jobs.Select(j => $"{j.Id} {j.Name}\n"))), 2 * jobs.Count, ct);
        if (result.ExitCode != 0)
            throw new SchedulerUnavailableException($"qdel: {result.Error.Trim()}");
    }

    private IEnumerable<JobSighting> Jobs(string select, CancellationToken ct)
    {
        CommandResult result = Bash($$"""
            qselect() { bounded "$(type -P qselect)" "$@" || exit 1; }
            ids=$({{select}}) || exit 1
            [ -n "$ids" ] || exit 0
            # a job that is forgotten meanwhile makes it fail, and the others are told all the same
            said=$(bounded qstat -x -f $(sort -u <<<"$ids"))
            code=$?
            [ "$code" -eq 0 ] || [ -n "$said" ] || exit 1
            printf '%s\n' "$said"
            """, default, 3, ct);
        return result.ExitCode == 0 ? PbsOutput.Jobs(result.Text)
            : throw new SchedulerUnavailableException($"PBS does not answer (code {result.ExitCode}): {result.Error.Trim()}");
    }

    private CommandResult Bash(string script, ReadOnlyMemory<byte> input, int calls, CancellationToken ct)
    {
        string limit = Math.Ceiling(CallLimit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        string head = $$"""
            export LC_ALL=C TZ=UTC
            user=$(id -un)
            bounded() { timeout -k 5 {{limit}} "$@" </dev/null; }

            """;
        return runner.Run(["bash", "-c", head + script], input, CallLimit * calls + TimeSpan.FromSeconds(30), ct);
    }

    private List<string> Header(JobRequest job)
    {
        JobResources r = job.Resources;
        string select = $"select={r.Nodes}:ncpus={r.TasksPerNode * r.CpusPerTask}:mpiprocs={r.TasksPerNode}"
            + (r.MemoryMiB is { } memory ? $":mem={memory}mb" : "") + (r.GpusPerNode > 0 ? $":ngpus={r.GpusPerNode}" : "");
        long seconds = (long)Math.Ceiling(r.Walltime.TotalSeconds);
        var options = new List<string>
        {
            "-S /bin/bash", $"-N {job.Name}", "-r n", "-j oe", $"-o {JobFile.Log}", $"-l {select}", $"-l walltime={seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}",
        };
        if (settings.Queue is { } queue)
            options.Add($"-q {Word("queue", queue)}");
        if (settings.Account is { } account)
            options.Add($"-A {Word("account", account)}");
        return [.. options.Concat(settings.HeaderLines ?? []).Select(o => $"#PBS {o}")];
    }

    private static string Word(string what, string value) =>
        PlainWord().IsMatch(value) ? value : throw new ArgumentException($"The {what} '{value}' is not a name that PBS takes.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._@-]{0,127}\z")]
    private static partial Regex PlainWord();
}
