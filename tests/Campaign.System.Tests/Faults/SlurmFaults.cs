using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Campaign.Compute.Engines.Scheduling;
using Campaign.TestSupport.Slurm;

namespace Campaign.SystemTests.Faults;

/// <summary>The process whose tasks are disturbed.</summary>
public interface IOrchestrator
{
    /// <summary>SIGKILL, and start again.</summary>
    Task KillAndRestartAsync();
}

/// <summary>
/// Brings faults about on a real cluster. What heals by itself, or by an administrator, after a while does so in the background, so that
/// faults overlap as they do in life. Tasks are found by the run directory that their job, or its submission, speaks of.
/// </summary>
/// <param name="runs">The campaign's run directories.</param>
public sealed class SlurmFaults(SlurmCluster cluster, SbatchTrap trap, IOrchestrator orchestrator, string runs)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), PollInterval = TimeSpan.FromMilliseconds(5), NodeAway = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Task> _nodesAway = new();

    private readonly Regex _attempt = new(Regex.Escape(runs) + @"/(?<task>[a-z0-9._/-]+)/a[0-9]+");

    private sealed record RunningJob(string Id, string Task, string Node);

    /// <returns>The tasks that were met; null when there was nothing to do it to.</returns>
    public Task<IReadOnlyList<string>?> InjectAsync(Fault fault) => fault.Kind switch
    {
        FaultKind.KillOrchestrator => AtBoundaryAsync(fault.Boundary, orchestrator.KillAndRestartAsync),
        FaultKind.KillSubmission => TrapAsync(() => trap.KillNext(fault.Amount)),
        FaultKind.LoseReply => TrapAsync(trap.LoseNextReply),
        FaultKind.FreezeController => OutageAsync(fault, Frozen),
        FaultKind.KillController => OutageAsync(fault, Dead),
        FaultKind.KillNodeDaemon => OnNodeAsync(fault, node => DieAsync(node, NodeDeath.Daemon)),
        FaultKind.KillNodeSteps => OnNodeAsync(fault, node => DieAsync(node, NodeDeath.DaemonAndSteps)),
        FaultKind.PowerOffNode => OnNodeAsync(fault, node => DieAsync(node, NodeDeath.Power)),
        FaultKind.FailNode => OnNodeAsync(fault, FailAsync),
        FaultKind.Requeue => OnJobAsync(fault, job => cluster.RequeueAsync(job.Id)),
        FaultKind.Preempt => OnJobAsync(fault, job => cluster.PreemptAsync(job.Node)),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "No such fault."),
    };

    /// <summary>Waits until everything is back.</summary>
    public async Task HealAsync()
    {
        trap.Withdraw();
        await Task.WhenAll(_nodesAway.Values);
        await cluster.HealAsync();
    }

    private async Task Frozen(TimeSpan time)
    {
        cluster.FreezeController();
        await Task.Delay(time);
        cluster.ThawController();
    }

    private async Task Dead(TimeSpan time)
    {
        await cluster.KillControllerAsync();
        await Task.Delay(time);
        await cluster.StartControllerAsync();
        await cluster.HealAsync(_nodesAway.Keys);
    }

    private async Task<IReadOnlyList<string>?> OutageAsync(Fault fault, Func<TimeSpan, Task> outage)
    {
        IReadOnlyList<RunningJob> jobs = await JobsAsync("PENDING,RUNNING,COMPLETING");
        if (jobs.Count == 0)
            return null;
        await outage(TimeSpan.FromMilliseconds(fault.Amount));
        return [.. jobs.Select(j => j.Task).Distinct()];
    }

    private async Task<IReadOnlyList<string>?> OnJobAsync(Fault fault, Func<RunningJob, Task> act)
    {
        IReadOnlyList<RunningJob> jobs = [.. (await JobsAsync("RUNNING")).Where(j => !_nodesAway.ContainsKey(j.Node))];
        if (jobs.Count == 0)
            return null;
        RunningJob job = jobs[fault.Choice % jobs.Count];
        try
        {
            await act(job);
        }
        catch (InvalidOperationException) // it ended meanwhile, and the scheduler says so
        {
            return null;
        }
        return [job.Task];
    }

    private async Task<IReadOnlyList<string>?> OnNodeAsync(Fault fault, Func<string, Task> act)
    {
        IGrouping<string, RunningJob>[] nodes = [.. (await JobsAsync("RUNNING")).Where(j => !_nodesAway.ContainsKey(j.Node)).GroupBy(j => j.Node)];
        if (nodes.Length == 0)
            return null;
        IGrouping<string, RunningJob> node = nodes[fault.Choice % nodes.Length];
        await act(node.Key);
        return [.. node.Select(j => j.Task).Distinct()];
    }

    private async Task DieAsync(string node, NodeDeath death)
    {
        await cluster.KillNodeAsync(node, death);
        _nodesAway[node] = BackAsync(node, async () =>
        {
            await cluster.NodeGivenUpAsync(node);
            await cluster.StartNodeAsync(node);
        });
    }

    private async Task FailAsync(string node)
    {
        await cluster.FailNodeAsync(node);
        _nodesAway[node] = BackAsync(node, async () =>
        {
            await Task.Delay(NodeAway);
            await cluster.ResumeNodeAsync(node);
        });
    }

    private async Task BackAsync(string node, Func<Task> bring)
    {
        await bring();
        _nodesAway.TryRemove(node, out _);
    }

    /// <summary>Waits for the next task that comes to the boundary.</summary>
    private async Task<IReadOnlyList<string>?> AtBoundaryAsync(Boundary boundary, Func<Task> act)
    {
        HashSet<string> before = Seen(boundary);
        long begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            if (Seen(boundary).Except(before).FirstOrDefault() is { } attempt)
            {
                await act();
                return TaskOf(attempt) is { } task ? [task] : [];
            }
            await Task.Delay(PollInterval);
        }
        return null;
    }

    private HashSet<string> Seen(Boundary boundary)
    {
        string name = boundary switch
        {
            Boundary.ScriptWritten => JobFile.Script,
            Boundary.Submitted => JobFile.Receipt,
            Boundary.Claimed => JobFile.Claim,
            _ => JobFile.Exit,
        };
        return [.. Directory.EnumerateFileSystemEntries(runs, name, SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)];
    }

    private async Task<IReadOnlyList<string>?> TrapAsync(Action set)
    {
        int before = trap.Sprung;
        set();
        long begun = TimeProvider.System.GetTimestamp();
        while (trap.Sprung == before)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience && trap.Withdraw())
                return null;
            await Task.Delay(PollInterval);
        }
        return TaskOf(trap.LastCall) is { } task ? [task] : [];
    }

    private async Task<IReadOnlyList<RunningJob>> JobsAsync(string states) =>
    [
        .. from line in (await cluster.RunAsync("squeue", "-h", "-t", states, "-o", "%A|%N|%Z|%o")).Output.Split('\n')
            where line.Split('|') is [_, _, ..] && TaskOf(line) is not null
            select new RunningJob(line.Split('|')[0], TaskOf(line)!, line.Split('|')[1]),
    ];

    private string? TaskOf(string text) => _attempt.Match(text) is { Success: true } match ? match.Groups["task"].Value : null;
}
