using System.Diagnostics;
using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.LongProgram;
using Campaign.TestSupport.Slurm;
using Campaign.TestSupport.Witness;
using Xunit;
using CommandResult = Campaign.Compute.Engines.Scheduling.Transports.CommandResult;

namespace Campaign.SystemTests.Faults;

/// <summary>Whatever befalls a submission, it ends as one job that runs once; and without the look-up it would not.</summary>
[Collection("slurm")]
public sealed class SubmissionFaultTests : IAsyncLifetime
{
    private const string Input = "input.txt";
    private readonly SlurmCluster _cluster;
    private readonly SbatchTrap _trap = new();
    private readonly string _root;

    public SubmissionFaultTests(SlurmCluster cluster)
    {
        _cluster = cluster;
        _root = Path.Combine(cluster.Root, $"runs-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_root);
    }

    private string WitnessFile => Path.Combine(_root, "witness.log");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _cluster.ClearAsync();
        _trap.Dispose();
    }

    [SkippableFact]
    public async Task A_submission_is_one_job_that_runs_once_whatever_befalls_it()
    {
        Action[] faults =
        [
            .. Enumerable.Range(1, 20).Where(ms => ms % 2 == 1).Select<int, Action>(ms => () => _trap.KillNext(ms)),
            _trap.LoseNextReply,
            _trap.LoseNextReply,
            _cluster.FreezeController,
        ];
        var input = new LongInput(Steps: 10, MsPerStep: 20, Seed: 7, CheckpointEvery: 5, []);
        for (int i = 0; i < faults.Length; i++)
        {
            faults[i]();
            await SubmitAsync(Job($"sf-t{i}", input), look: true);
        }

        for (int i = 0; i < faults.Length; i++)
        {
            string attempt = AttemptOf($"sf-t{i}");
            await UntilAsync(() => File.Exists(Path.Combine(attempt, JobFile.Exit)));
            Assert.Equal(0, JobExit.Read(File.ReadAllText(Path.Combine(attempt, JobFile.Exit)))?.Code);
            Assert.Equal(Progress.After(10, 7), RunFiles.Read(Path.Combine(attempt, RunFiles.Result)));
            Assert.Single(await _cluster.FindAsync($"sf-t{i}-a1"));
            Assert.Equal(0, ClaimAudit.DoubleExecutions(Path.GetDirectoryName(attempt)!));
        }
        IReadOnlyList<Execution> executions = Execution.Of(WitnessLog.Read(WitnessFile));
        Assert.Equal(faults.Length, executions.Count);
        Assert.Empty(DoubleExecutions.In(executions).Repeated);
    }

    [SkippableFact]
    public async Task Without_the_look_up_there_are_two_jobs_and_the_claim_alone_stands_between_them()
    {
        _trap.LoseNextReply();
        await SubmitAsync(Job("sf-mutant", new LongInput(Steps: 400, MsPerStep: 20, Seed: 7, CheckpointEvery: 5, [])), look: false);

        string attempt = AttemptOf("sf-mutant");
        Assert.Equal(2, (await _cluster.FindAsync("sf-mutant-a1")).Count);
        await UntilAsync(() => Directory.EnumerateFileSystemEntries(attempt, JobFile.RefusedPrefix + "*").Any());
        await UntilAsync(() => File.Exists(Path.Combine(attempt, JobFile.Exit)));
        Assert.Single(Execution.Of(WitnessLog.Read(WitnessFile)));
    }

    /// <summary>As an orchestrator does: again until the job is there.</summary>
    private async Task SubmitAsync(JobRequest job, bool look)
    {
        var settings = new SlurmSettings("sf-", Limit: TimeSpan.FromSeconds(10), Settle: TimeSpan.FromSeconds(2), HeartbeatSeconds: 1)
        {
            HeaderLines = look ? [] : ["--begin=now+6"], // while it waits in the queue nothing on disk tells of it
        };
        var scheduler = new SlurmScheduler(settings, new Runner(this, look));
        await UntilAsync(() =>
        {
            try
            {
                SubmitReply reply = scheduler.Submit(job, default);
                Assert.IsNotType<SubmitReply.Refused>(reply);
                return reply is SubmitReply.Accepted;
            }
            catch (SchedulerUnavailableException)
            {
                return false;
            }
            finally
            {
                _cluster.ThawController();
            }
        });
    }

    private JobRequest Job(string task, LongInput input)
    {
        Directory.CreateDirectory(AttemptOf(task));
        return new JobRequest(
            JobName.Parse($"{task}-a1"),
            AttemptOf(task),
            new JobResources(TimeSpan.FromHours(1)),
            [Path.Combine(AppContext.BaseDirectory, "long-program"), Input],
            Environment: new Dictionary<string, string> { ["LONG_PROGRAM_WITNESS"] = WitnessFile },
            Files: new Dictionary<string, byte[]> { [Input] = Encoding.UTF8.GetBytes(input.ToText()) });
    }

    private string AttemptOf(string task) => Path.Combine(_root, task, "a1");

    private static async Task UntilAsync(Func<bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "It does not come to that.");
            await Task.Delay(50);
        }
    }

    /// <summary>Runs the scheduler's commands on the test's cluster, as they are or with the look-ups taken out.</summary>
    private sealed class Runner(SubmissionFaultTests test, bool look) : ICommandRunner
    {
        private readonly DirectTransport _direct = new();

        public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct) => _direct.Run(
            ["env", $"SLURM_CONF={test._cluster.Environment["SLURM_CONF"]}", $"PATH={test._trap.SearchPath}", .. command.Select(c => look ? c : WithoutLookUp(c))], input, limit, ct);

        private static string WithoutLookUp(string script) =>
            script.Replace("found=$(look_up)", "found=", StringComparison.Ordinal).Replace("found=$(look_back)", "found=", StringComparison.Ordinal);
    }
}
