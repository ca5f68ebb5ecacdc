namespace Campaign.TestSupport.Witness;

/// <summary>Tells a log outside the run directory that this process lives, whatever else it does or fails to do.</summary>
public sealed class ProgramWitness : IDisposable
{
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly WitnessLog _log;
    private readonly Timer _beats;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Lock _lock = new();
    private bool _ended;
    private volatile int _step;

    public ProgramWitness(string path, int step)
    {
        _log = new WitnessLog(path);
        _step = step;
        Write(MarkKind.Begin);
        _beats = new Timer(_ => Write(MarkKind.Beat), null, Beat, Beat);
    }

    /// <summary>Number of the attempt, from the end of its token; null when it has none.</summary>
    public static int? AttemptNumber =>
        Attempt.LastIndexOf("-a", StringComparison.Ordinal) is > 0 and int at && int.TryParse(Attempt.AsSpan(at + 2), out int number) ? number : null;

    public int Step { set => _step = value; }

    /// <summary>As <see cref="Step"/>, and seen at once instead of at the next beat.</summary>
    public void Reach(int step)
    {
        _step = step;
        Write(MarkKind.Beat);
    }

    public void Dispose()
    {
        _beats.Dispose();
        Write(MarkKind.End);
        _log.Dispose();
    }

    private static string Attempt { get; } = FirstOf("LONG_PROGRAM_ATTEMPT", "CAMPAIGN_ATTEMPT", "SLURM_JOB_NAME", "PBS_JOBNAME");

    private static string Job { get; } = $"{FirstOf("SLURM_JOB_ID", "PBS_JOBID")}.{Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT") ?? "0"}";

    private static string Host { get; } = Environment.GetEnvironmentVariable("SLURMD_NODENAME") ?? Environment.MachineName;

    private static string FirstOf(params string[] names) => names.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? "none";

    private void Write(MarkKind kind)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = kind == MarkKind.End;
            _log.Write(new WitnessMark(kind, Attempt, Job, Host, Environment.ProcessId, _step, _time.GetElapsedTime(0), _time.GetUtcNow()));
        }
    }
}
