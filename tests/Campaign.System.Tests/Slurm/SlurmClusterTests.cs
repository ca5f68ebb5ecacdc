using System.Diagnostics;
using Campaign.TestSupport.Slurm;
using Xunit;

namespace Campaign.SystemTests.Slurm;

/// <summary>The real SLURM that other tests stand on does what is said of it, in health and in every trouble it can be brought into.</summary>
[Collection("slurm")]
public sealed class SlurmClusterTests(SlurmCluster cluster) : IAsyncLifetime
{
    private const string Long = "exec sleep 600";

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>What a test did to the cluster is not to be felt by the next.</summary>
    public Task DisposeAsync() => cluster.ClearAsync();

    [SkippableFact]
    public async Task A_job_runs_to_its_end_and_leaves_its_line()
    {
        string job = await cluster.SubmitAsync("exit 7", "-J", "ends");
        await cluster.ReachesAsync(job, "FAILED");

        Assert.Equal("7:0", await cluster.FieldAsync(job, "ExitCode"));
        Assert.Contains(File.ReadLines(cluster.JobCompletions), l => l.StartsWith($"JobId={job} ", StringComparison.Ordinal) && l.Contains(" ExitCode=7:0 ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_requeue_keeps_the_id_and_changes_the_submit_time()
    {
        string job = await RunningAsync("requeued", Long, "--requeue"), submitted = await cluster.FieldAsync(job, "SubmitTime");
        await Task.Delay(TimeSpan.FromSeconds(1.1)); // the scheduler counts whole seconds

        await cluster.RequeueAsync(job);
        await cluster.ReachesAsync(job, "PENDING");
        await cluster.ReachesAsync(job, "RUNNING");

        Assert.Equal("1", await cluster.FieldAsync(job, "Restarts"));
        Assert.NotEqual(submitted, await cluster.FieldAsync(job, "SubmitTime"));
        await CancelledAsync(job);
    }

    [SkippableFact]
    public async Task A_job_of_more_importance_preempts()
    {
        string job = await RunningAsync("preempted", Long, "--no-requeue", "-w", "n1");

        string urgent = await cluster.PreemptAsync("n1", "true");

        await cluster.ReachesAsync(job, "PREEMPTED");
        await cluster.ReachesAsync(urgent, "COMPLETED");
    }

    [SkippableFact]
    public async Task A_node_that_is_taken_away_fails_its_jobs_and_can_come_back()
    {
        string job = await RunningAsync("on-a-failed-node", Long, "--no-requeue", "-w", "n2");

        await cluster.FailNodeAsync("n2");
        await cluster.ReachesAsync(job, "NODE_FAIL");
        await cluster.ResumeNodeAsync("n2");

        await cluster.ReachesAsync(await cluster.SubmitAsync("true", "-w", "n2", "-o", "/dev/null"), "COMPLETED");
    }

    [SkippableFact]
    public async Task Dead_nodes_fail_their_jobs_and_may_leave_orphans()
    {
        (string Node, NodeDeath Death)[] deaths = [("n1", NodeDeath.Daemon), ("n2", NodeDeath.DaemonAndSteps), ("n3", NodeDeath.Power)];
        string Life(NodeDeath death) => Path.Combine(cluster.Root, $"life-{death}");
        string[] jobs = await Task.WhenAll(deaths.Select(d =>
            RunningAsync("on-a-dead-node", $"while :; do date +%s%N >> {Life(d.Death)}; sleep 0.05; done", "--no-requeue", "-w", d.Node)));
        await UntilAsync(() => deaths.All(d => File.Exists(Life(d.Death))));

        foreach ((string node, NodeDeath death) in deaths)
            await cluster.KillNodeAsync(node, death);
        long[] lengths = [.. deaths.Select(d => new FileInfo(Life(d.Death)).Length)];
        foreach (string job in jobs)
            await cluster.ReachesAsync(job, "NODE_FAIL");

        bool[] orphans = [.. deaths.Select((d, i) => new FileInfo(Life(d.Death)).Length > lengths[i])];
        Assert.Equal([true, true, false], orphans);
        await cluster.HealAsync();
        await cluster.ReachesAsync(await cluster.SubmitAsync("true", "-w", "n3", "-o", "/dev/null"), "COMPLETED");
    }

    [SkippableFact]
    public async Task A_frozen_controller_times_out_and_has_taken_the_job()
    {
        cluster.FreezeController();
        CommandResult submission = await cluster.RunAsync("sbatch", "--parsable", "-J", "unanswered", "-o", "/dev/null", "--wrap", "true");
        cluster.ThawController();

        Assert.Equal(1, submission.ExitCode);
        Assert.Contains("Socket timed out on send/recv operation", submission.Error);
        Assert.InRange(submission.Duration.TotalSeconds, 4, 60);
        await UntilAsync(async () => (await cluster.FindAsync("unanswered")).Count == 1);
    }

    [SkippableFact]
    public async Task A_killed_controller_forgets_what_it_had_just_accepted_and_gives_the_id_again()
    {
        string job = "";
        // what it has not yet written it forgets; it writes every few seconds
        for (int tries = 0; job.Length == 0 || (await cluster.FindAsync($"forgotten-{tries}")).Count > 0;)
        {
            Assert.True(++tries < 10, "It remembers every job.");
            job = await cluster.SubmitAsync(Long, "-J", $"forgotten-{tries}", "-o", "/dev/null", "--hold");
            await cluster.KillControllerAsync();
            Assert.Contains("Unable to contact slurm controller", (await cluster.RunAsync("squeue", "-h")).Error);
            await cluster.StartControllerAsync();
        }

        string next = await cluster.SubmitAsync("true", "-J", "the-next", "-o", "/dev/null");

        Assert.InRange(int.Parse(next), 1, int.Parse(job));
        Assert.Equal([next], await cluster.FindAsync("the-next"));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_submission_may_be_cut_off_from_its_reply(bool killed)
    {
        using var trap = new SbatchTrap();
        if (killed)
            trap.KillNext(1);
        else
            trap.LoseNextReply();
        string name = $"cut-{killed}";
        string[] submission = ["env", $"PATH={trap.SearchPath}", "sbatch", "--parsable", "-J", name, "-o", "/dev/null", "--wrap", "true"];

        CommandResult first = await cluster.RunAsync(submission), second = await cluster.RunAsync(submission);

        Assert.Equal(killed ? 128 + 9 : 1, first.ExitCode);
        Assert.Empty(first.Output);
        Assert.Equal(1, trap.Sprung);
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Equal(killed ? 1 : 2, (await cluster.FindAsync(name)).Count);
    }

    [SkippableFact]
    public async Task Nothing_of_a_cluster_outlives_it()
    {
        SlurmCluster brief = SlurmCluster.With(new SlurmClusterOptions(Nodes: 1));
        await brief.InitializeAsync();
        string root = brief.Root, life = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(root)}-life");
        await brief.SubmitAsync($"setsid sh -c 'while :; do date >> {life}; sleep 0.05; done'");
        await UntilAsync(() => File.Exists(life));

        await brief.DisposeAsync();
        File.Delete(life);

        Assert.False(Directory.Exists(root));
        using Process search = Process.Start(new ProcessStartInfo("grep", ["-lszF", "--", $"SLURM_CONF={root}/slurm.conf", .. Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Select(p => $"{p}/environ")]) { RedirectStandardOutput = true })!;
        Assert.Empty(await search.StandardOutput.ReadToEndAsync());
    }

    private async Task<string> RunningAsync(string name, string script, params string[] options)
    {
        string job = await cluster.SubmitAsync(script, ["-J", name, "-o", "/dev/null", .. options]);
        await cluster.ReachesAsync(job, "RUNNING");
        return job;
    }

    private async Task CancelledAsync(string job)
    {
        await cluster.CancelAsync(job);
        await cluster.ReachesAsync(job, "CANCELLED");
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "It does not come to that.");
            await Task.Delay(20);
        }
    }
}

[CollectionDefinition("slurm")]
public sealed class SlurmCollection : ICollectionFixture<SlurmCluster>;
