namespace Campaign.TestSupport.Slurm;

/// <summary>How a node dies.</summary>
public enum NodeDeath
{
    /// <summary>Its daemon alone: job steps and jobs run on, and nobody reports about them.</summary>
    Daemon,

    /// <summary>Daemon and job steps: the jobs run on as orphans.</summary>
    DaemonAndSteps,

    /// <summary>Everything on it, as a loss of power does.</summary>
    Power,
}

/// <summary>What can be done to the cluster.</summary>
public sealed partial class SlurmCluster
{
    private const string NodeName = "SLURMD_NODENAME"; // the daemon's steps inherit it; jobs have it anyway

    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(30);

    private SlurmProcess Controller => _controller ?? throw new InvalidOperationException("The controller was never started.");

    /// <summary>It takes connections and answers none.</summary>
    public void FreezeController() => Controller.Freeze();

    public void ThawController() => Controller.Thaw();

    public Task KillControllerAsync() => Controller.KillAsync();

    public async Task StartControllerAsync()
    {
        _controller?.Dispose();
        _controller = Daemon("slurmctld", "-D", "-f", Environment["SLURM_CONF"]);
        await UntilAsync(async () => (await RunAsync("scontrol", "ping")).Output.Contains(" is UP", StringComparison.Ordinal), "the controller does not start");
    }

    public async Task KillNodeAsync(string node, NodeDeath death)
    {
        await _nodes[node].KillAsync();
        string configuration = $"SLURM_CONF={Environment["SLURM_CONF"]}", here = $"{NodeName}={node}";
        if (death == NodeDeath.DaemonAndSteps)
            SlurmProcess.KillAll(program: "slurmstepd", configuration, here);
        else if (death == NodeDeath.Power)
            SlurmProcess.KillAll(program: null, configuration, here);
    }

    public async Task StartNodeAsync(string node)
    {
        if (_nodes.TryRemove(node, out SlurmProcess? former))
            former.Dispose();
        var environment = new Dictionary<string, string>(Environment) { [NodeName] = node };
        _nodes[node] = SlurmProcess.Start(environment, Path.Combine(_root, "log"), PathOf("slurmd")!, "-D", "-f", Environment["SLURM_CONF"], "-N", node);
        await ComesUpAsync(node);
    }

    /// <summary>Undoes all that was done to controller and nodes, and waits until every node takes jobs.</summary>
    /// <param name="except">Nodes that are to be left as they are.</param>
    public async Task HealAsync(params IEnumerable<string> except)
    {
        if (_missing is not null)
            return;
        if (Controller.IsRunning)
            Controller.Thaw();
        else
            await StartControllerAsync();
        foreach (string node in NodeNames.Except(except))
        {
            if (!_nodes[node].IsRunning)
                await StartNodeAsync(node);
            await ComesUpAsync(node);
        }
    }

    /// <summary>
    /// As <see cref="HealAsync"/>, and no job is left. One that a killed controller took for waiting while it ran is started a second time on
    /// the node that still ends it, and that drains the node under whoever comes next.
    /// </summary>
    public async Task ClearAsync()
    {
        if (_missing is not null)
            return;
        await HealAsync();
        await UntilAsync(
            async () =>
            {
                await RunAsync("scancel", "-u", System.Environment.UserName);
                return await RunAsync("squeue", "-h") is { ExitCode: 0, Output: "" };
            },
            "jobs are left");
        await HealAsync();
    }

    /// <summary>Waits until a node whose daemon runs takes jobs.</summary>
    private Task ComesUpAsync(string node) => UntilAsync(
        async () =>
        {
            if (await NodeStateAsync(node) is var state && (state.StartsWith("drain", StringComparison.Ordinal) || state.StartsWith("down", StringComparison.Ordinal)))
                await ResumeNodeAsync(node); // a restarted controller drains a node on which it finds a number given twice
            return await IsUpAsync(node);
        },
        $"node {node} does not come up");

    private async Task<bool> IsUpAsync(string node) => await NodeStateAsync(node) is "idle" or "mixed" or "allocated" or "completing" or "planned";

    public async Task<string> NodeStateAsync(string node) =>
        (await RunAsync("sinfo", "-h", "-N", "-p", "main", "-n", node, "-o", "%T")).Output.Trim();

    /// <summary>
    /// Waits until the controller has given a dead node up. One that was drained before is called so still, one whose jobs it still wants to
    /// end is called completing; and a controller that is itself killed and frozen all the time never notices. Then the administrator tells it.
    /// </summary>
    public Task NodeGivenUpAsync(string node)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        return UntilAsync(
            async () =>
            {
                string state = await NodeStateAsync(node);
                return state.StartsWith("down", StringComparison.Ordinal) || state.StartsWith("drained", StringComparison.Ordinal)
                    || (watch.Elapsed > Notice && (await RunAsync("scontrol", "update", $"nodename={node}", "state=down", "reason=dead")).ExitCode == 0);
            },
            $"node {node} is not given up");
    }

    /// <summary>The administrator takes a node away, with what runs on it.</summary>
    public Task FailNodeAsync(string node) => MustAsync("scontrol", "update", $"nodename={node}", "state=down", "reason=test");

    /// <summary>Gives it back. It may have come back by itself.</summary>
    public Task ResumeNodeAsync(string node) => RunAsync("scontrol", "update", $"nodename={node}", "state=resume");

    /// <summary>Also a job that was submitted with <c>--no-requeue</c>: an administrator can.</summary>
    public async Task RequeueAsync(string job)
    {
        await MustAsync("scontrol", "update", $"jobid={job}", "requeue=1");
        await MustAsync("scontrol", "requeue", job);
    }

    public Task CancelAsync(string job) => MustAsync("scancel", job);

    /// <summary>A job of more importance that needs the whole of a node.</summary>
    /// <returns>Its id.</returns>
    public Task<string> PreemptAsync(string node, string script = "sleep 2") =>
        SubmitAsync(script, "-p", "urgent", "-w", node, "-N", "1", "--exclusive", "-J", "urgent", "-o", "/dev/null");

    /// <summary>A job by what it is called.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string name) =>
        (await MustAsync("squeue", "-h", "-t", "all", $"--name={name}", "-o", "%A")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
