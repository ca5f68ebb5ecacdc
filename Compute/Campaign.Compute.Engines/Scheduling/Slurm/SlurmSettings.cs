using System.Text.RegularExpressions;

namespace Campaign.Compute.Engines.Scheduling.Slurm;

/// <summary>How jobs are handed to one SLURM.</summary>
/// <param name="NamePrefix">What all own job names begin with; jobs without it are somebody else's.</param>
/// <param name="HeaderLines">Further options of sbatch, one a line, as they stand after <c>#SBATCH</c>.</param>
/// <param name="Limit">Of one call of a client; a dead controller costs four seconds a call, a missing slurm.conf sixty.</param>
/// <param name="Settle">How long a submission of unknown fate is waited for before another.</param>
/// <param name="HeartbeatSeconds">Between two signs of life of a job.</param>
public sealed partial record SlurmSettings(
    string NamePrefix,
    string? Partition = null,
    string? Account = null,
    string? Qos = null,
    IReadOnlyList<string>? HeaderLines = null,
    TimeSpan? Limit = null,
    TimeSpan? Settle = null,
    int HeartbeatSeconds = 5)
{
    public TimeSpan CallLimit => Limit ?? TimeSpan.FromSeconds(30);

    public TimeSpan SettleTime => Settle ?? TimeSpan.FromMinutes(2);

    /// <summary>The lines of <c>#SBATCH</c> of a job's script.</summary>
    /// <exception cref="ArgumentException">A value that sbatch could not read as one word.</exception>
    public IReadOnlyList<string> Header(JobRequest job)
    {
        JobResources r = job.Resources;
        long ahead = Math.Min(65535, (long)JobScript.Ahead(job).TotalSeconds);
        var options = new List<string>
        {
            $"--job-name={job.Name}", $"--output={JobFile.Log}", "--open-mode=append", "--no-requeue",
            $"--time={(long)Math.Ceiling(r.Walltime.TotalMinutes)}", $"--signal=B:USR1@{ahead}",
            $"--nodes={r.Nodes}", $"--ntasks-per-node={r.TasksPerNode}", $"--cpus-per-task={r.CpusPerTask}",
        };
        if (r.MemoryMiB is { } memory)
            options.Add($"--mem={memory}M");
        if (r.GpusPerNode > 0)
            options.Add($"--gres=gpu:{r.GpusPerNode}");
        if (r.ExcludedNodes is { Count: > 0 } nodes)
            options.Add($"--exclude={string.Join(',', nodes.Select(n => Word("excluded node", n)))}");
        Add(options, "partition", Partition);
        Add(options, "account", Account);
        Add(options, "qos", Qos);
        return [.. options.Concat(HeaderLines ?? []).Select(o => $"#SBATCH {o}")];
    }

    private static void Add(List<string> options, string name, string? value)
    {
        if (value is not null)
            options.Add($"--{name}={Word(name, value)}");
    }

    private static string Word(string what, string value) =>
        PlainWord().IsMatch(value) ? value : throw new ArgumentException($"The {what} '{value}' is not a name that SLURM takes.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex PlainWord();
}
