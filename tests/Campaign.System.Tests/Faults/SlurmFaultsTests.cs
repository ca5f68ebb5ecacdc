using Campaign.Compute.Engines.Scheduling;
using Campaign.SystemTests.Slurm;
using Campaign.TestSupport.Slurm;
using Xunit;

namespace Campaign.SystemTests.Faults;

/// <summary>Every kind of fault does on a real cluster what it is called, and names the task that it met.</summary>
[Collection("slurm")]
public sealed class SlurmFaultsTests : IAsyncLifetime, IOrchestrator
{
    private readonly SlurmCluster _cluster;
    private readonly SbatchTrap _trap = new();
    private readonly string _runs;
    private readonly SlurmFaults _faults;
    private int _killed;

    public SlurmFaultsTests(SlurmCluster cluster)
    {
        _cluster = cluster;
        _runs = Path.Combine(cluster.Root, $"runs-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_runs);
        _faults = new SlurmFaults(cluster, _trap, this, _runs);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _faults.HealAsync();
        await _cluster.ClearAsync();
        _trap.Dispose();
    }

    public Task KillAndRestartAsync()
    {
        _killed++;
        return Task.CompletedTask;
    }

    [SkippableTheory]
    [InlineData(FaultKind.FailNode, "NODE_FAIL")]
    [InlineData(FaultKind.PowerOffNode, "NODE_FAIL")]
    [InlineData(FaultKind.Requeue, "PENDING")]
    [InlineData(FaultKind.Preempt, "PREEMPTED")]
    [InlineData(FaultKind.FreezeController, "RUNNING")]
    public async Task A_running_job_is_met(FaultKind kind, string state)
    {
        string job = await StartAsync("relax/t1");

        IReadOnlyList<string>? met = await _faults.InjectAsync(new Fault(kind, Amount: 500, Choice: 3));

        Assert.Equal(["relax/t1"], met);
        await _cluster.ReachesAsync(job, state);
    }

    [SkippableFact]
    public async Task Nothing_is_met_where_nothing_runs()
    {
        Assert.Null(await _faults.InjectAsync(new Fault(FaultKind.Requeue, 0, 0)));
        Assert.Null(await _faults.InjectAsync(new Fault(FaultKind.KillController, 500, 0)));
    }

    [SkippableTheory]
    [InlineData(FaultKind.LoseReply)]
    [InlineData(FaultKind.KillSubmission)]
    public async Task The_next_submission_is_met(FaultKind kind)
    {
        Task<IReadOnlyList<string>?> fault = _faults.InjectAsync(new Fault(kind, 1, 0));

        CommandResult submission = await SubmitAsync("relax/t2");

        Assert.Equal(["relax/t2"], await fault);
        Assert.NotEqual(0, submission.ExitCode);
    }

    [SkippableFact]
    public async Task The_orchestrator_dies_when_a_task_has_come_to_the_boundary()
    {
        await StartAsync("relax/t1");
        Task<IReadOnlyList<string>?> fault = _faults.InjectAsync(new Fault(FaultKind.KillOrchestrator, (int)Boundary.Claimed, 0));
        Assert.Equal(0, _killed);

        Directory.CreateDirectory(Path.Combine(AttemptOf("relax/t3"), JobFile.Claim));

        Assert.Equal(["relax/t3"], await fault);
        Assert.Equal(1, _killed);
    }

    private string AttemptOf(string task) => Path.Combine(_runs, task, "a1");

    private async Task<string> StartAsync(string task)
    {
        CommandResult submission = await SubmitAsync(task);
        Assert.True(submission.ExitCode == 0, submission.ToString());
        string job = submission.Output.Trim();
        await _cluster.ReachesAsync(job, "RUNNING");
        return job;
    }

    private Task<CommandResult> SubmitAsync(string task)
    {
        Directory.CreateDirectory(AttemptOf(task));
        return _cluster.RunAsync("env", $"PATH={_trap.SearchPath}", "sbatch", "--parsable", "--no-requeue", "-D", AttemptOf(task), "-o", "/dev/null", "--wrap", "exec sleep 600");
    }
}
