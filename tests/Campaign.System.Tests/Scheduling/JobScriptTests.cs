using System.Diagnostics;
using Campaign.Compute.Engines.Scheduling;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

public sealed class JobScriptTests : IDisposable
{
    private const string Forever = "while :; do sleep 0.1; done";
    private readonly RunDirectory _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void The_program_runs_and_its_exit_code_is_passed_on(int code)
    {
        Assert.Equal(code, _run.Run(_run.Bash($"echo done >out; exit {code}")));
        Assert.Equal("done\n", _run.Text("out"));
        JobExit exit = _run.Exit;
        Assert.Equal(("17", code, null, JobExitReason.Ended), (exit.JobId, exit.Code, exit.Signal, exit.Reason));
        Assert.True(exit.EndedAt >= exit.StartedAt);
        JobClaim claim = JobClaim.Read(_run.Text(JobFile.Owner))!;
        Assert.Equal(("17", exit.Host, 0), (claim.JobId, claim.Host, claim.Restart));
        Assert.True(_run.Has(JobFile.Heartbeat));
    }

    [Fact]
    public void What_has_to_be_done_before_is_done_in_the_job_and_its_failure_ends_it()
    {
        File.WriteAllText(_run.At("a 'b' $(touch evil)"), "Li ");
        File.WriteAllText(_run.At("-n"), "Cl");
        JobRequest job = _run.Bash("cat POTCAR >out") with { Before = [new JobStep(["cat", "a 'b' $(touch evil)", "./-n"], "POTCAR")] };
        Assert.Equal(0, _run.Run(job));
        Assert.Equal("Li Cl", _run.Text("out"));
        Assert.False(_run.Has("evil"));

        using var other = new RunDirectory();
        Assert.Equal(JobFile.UnfitCode, other.Run(other.Bash("echo ran >out") with { Before = [new JobStep(["cat", "none"], "POTCAR")] }));
        Assert.False(other.Has("out"));
        Assert.Equal(JobFile.UnfitCode, other.Exit.Code);
    }

    [Fact]
    public void A_program_that_is_not_there_ends_with_127()
    {
        Assert.Equal(127, _run.Run(_run.Request("/no/such/program")));
        Assert.Equal(127, _run.Exit.Code);
    }

    [Fact]
    public void A_second_copy_does_nothing_and_says_so()
    {
        _run.Run(_run.Bash("echo once >>out"));
        string before = _run.Text(JobFile.Exit);
        Assert.Equal(JobFile.RefusedCode, _run.Run(_run.Bash("echo once >>out"), "18"));
        Assert.True(_run.Has(JobFile.RefusedPrefix + "18"));
        Assert.Equal("once\n", _run.Text("out"));
        Assert.Equal(before, _run.Text(JobFile.Exit));
    }

    [Fact]
    public void Of_copies_that_start_together_one_works()
    {
        JobRequest job = _run.Bash("echo $TEST_JOB >>out");
        string[] ids = [.. Enumerable.Range(1, 8).Select(i => $"{i}")];
        Process[] copies = [.. ids.Select(id => _run.Start(job, id))];
        int[] codes = [.. copies.Select(_run.Code)];
        Assert.Equal([0], codes.Where(c => c != JobFile.RefusedCode));
        string winner = ids[Array.IndexOf(codes, 0)];
        Assert.Equal($"{winner}\n", _run.Text("out"));
        Assert.Equal(ids.Except([winner]).Order(), ids.Where(id => _run.Has(JobFile.RefusedPrefix + id)).Order());
    }

    [Fact]
    public void A_directory_that_takes_no_claim_is_not_mistaken_for_a_lost_race()
    {
        JobRequest job = _run.Bash("echo out >out") with { Directory = "/proc/sys" };
        Assert.Equal(JobFile.UnfitCode, _run.Run(job));
        Assert.False(_run.Has(JobFile.RefusedPrefix + "17"));
    }

    [Fact]
    public void A_fence_kills_the_program_with_all_it_started()
    {
        Process job = _run.Start(_run.Bash($"({Forever}) & echo $! >child; echo $$ >self; {Forever}"));
        int child = _run.Pid("child"), self = _run.Pid("self");
        File.WriteAllText(_run.At(JobFile.Fence), "");
        Assert.Equal(143, _run.Code(job));
        Assert.Equal((JobExitReason.Fenced, 15), (_run.Exit.Reason, _run.Exit.Signal));
        Assert.False(RunDirectory.Lives(child) || RunDirectory.Lives(self));
    }

    [Fact]
    public void Behind_a_fence_nothing_begins()
    {
        File.WriteAllText(_run.At(JobFile.Fence), "");
        _run.Run(_run.Bash("echo out >out"));
        Assert.Equal(JobExitReason.Fenced, _run.Exit.Reason);
        Assert.False(_run.Has("out"));
    }

    [Fact]
    public void A_program_deaf_to_the_fence_is_killed()
    {
        Process job = _run.Start(_run.Bash($"trap '' TERM; echo $$ >self; {Forever}") with { Stop = new JobStop(TimeSpan.FromSeconds(4)) });
        int self = _run.Pid("self");
        File.WriteAllText(_run.At(JobFile.Fence), "");
        Assert.Equal(137, _run.Code(job));
        Assert.Equal((JobExitReason.Fenced, 9), (_run.Exit.Reason, _run.Exit.Signal));
        Assert.False(RunDirectory.Lives(self));
    }

    [Fact]
    public void Ahead_of_its_walltime_the_program_is_asked_by_a_signal()
    {
        JobRequest job = _run.Bash($"trap 'echo saved >out; exit 0' TERM; {Forever}") with
        {
            Resources = new JobResources(TimeSpan.FromSeconds(60)), Stop = new JobStop(TimeSpan.FromSeconds(58)),
        };
        Assert.Equal(TimeSpan.FromSeconds(30), JobScript.Ahead(job)); // half of the walltime at most
        job = job with { Resources = new JobResources(TimeSpan.FromSeconds(20)) };
        Assert.Equal(0, _run.Run(job));
        Assert.Equal("saved\n", _run.Text("out"));
        Assert.Equal(JobExitReason.Walltime, _run.Exit.Reason);
        Assert.InRange((_run.Exit.EndedAt - _run.Exit.StartedAt).TotalSeconds, 8, 20);
    }

    [Fact]
    public void Or_by_a_file_it_watches_for()
    {
        JobRequest job = _run.Bash("until [ -s STOPCAR ]; do sleep 0.1; done; cat STOPCAR >out") with
        {
            Resources = new JobResources(TimeSpan.FromSeconds(6)), Stop = new JobStop(TimeSpan.FromSeconds(4), "STOPCAR", "LSTOP = .TRUE.\n", Signal: null),
        };
        Assert.Equal(0, _run.Run(job));
        Assert.Equal("LSTOP = .TRUE.\n", _run.Text("out"));
        Assert.Equal(JobExitReason.Walltime, _run.Exit.Reason);
    }

    [Fact]
    public void A_program_that_does_not_listen_is_ended_before_its_walltime()
    {
        JobRequest job = _run.Bash($"trap '' TERM; {Forever}") with { Resources = new JobResources(TimeSpan.FromSeconds(8)), Stop = new JobStop(TimeSpan.FromSeconds(4)) };
        Assert.Equal(137, _run.Run(job));
        Assert.Equal((JobExitReason.Walltime, 9), (_run.Exit.Reason, _run.Exit.Signal));
    }

    [Fact]
    public void A_stop_is_asked_for_politely()
    {
        Process job = _run.Start(_run.Bash($"trap 'echo saved >out; exit 75' TERM; echo up >up; {Forever}"));
        _run.Await("up");
        File.WriteAllText(_run.At(JobFile.Stop), "");
        Assert.Equal(75, _run.Code(job));
        Assert.Equal((JobExitReason.Stopped, 75), (_run.Exit.Reason, _run.Exit.Code));
        Assert.Equal("saved\n", _run.Text("out"));
    }

    [Fact]
    public void The_schedulers_warning_is_passed_on()
    {
        Process job = _run.Start(_run.Bash($"trap 'echo saved >out; exit 0' TERM; echo up >up; {Forever}"));
        _run.Await("up");
        RunDirectory.Signal("USR1", Owner());
        Assert.Equal(0, _run.Code(job));
        Assert.Equal(JobExitReason.Walltime, _run.Exit.Reason);
    }

    [Fact]
    public void A_cancelled_job_ends_its_program()
    {
        Process job = _run.Start(_run.Bash($"echo $$ >self; {Forever}"));
        int self = _run.Pid("self");
        RunDirectory.Signal("TERM", Owner());
        Assert.Equal(143, _run.Code(job));
        Assert.Equal((JobExitReason.Stopped, 15), (_run.Exit.Reason, _run.Exit.Signal));
        Assert.False(RunDirectory.Lives(self));
    }

    [Fact]
    public void Where_only_the_script_is_killed_the_watcher_ends_the_program_and_tells()
    {
        _run.Start(_run.Bash($"echo $$ >self; {Forever}"));
        int self = _run.Pid("self");
        RunDirectory.Signal("KILL", Owner());
        _run.Await(JobFile.Exit);
        Assert.Equal((137, 9), (_run.Exit.Code, _run.Exit.Signal));
        RunDirectory.Await(() => !RunDirectory.Lives(self), "the program outlives its job");
    }

    [Fact]
    public void What_a_program_leaves_running_goes_with_it()
    {
        Assert.Equal(0, _run.Run(_run.Bash($"({Forever}) & echo $! >child")));
        Assert.False(RunDirectory.Lives(_run.Pid("child")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sleep 1\n")]
    public void A_suspended_program_has_not_ended(string betweenTheStarts)
    {
        Process job = _run.Start(
            _run.Bash("echo $$ >self; until [ -e go ]; do sleep 0.1; done; exit 5"),
            edit: script => script.Replace("set +m\n", betweenTheStarts + "set +m\n"));
        int self = _run.Pid("self");
        RunDirectory.Signal("STOP", self);
        string beat = "0\n";
        for (int beats = 0; beats < 3; beats++)
        {
            RunDirectory.Await(() => _run.Text(JobFile.Heartbeat) is { Length: > 0 } now && now != beat, "no heartbeat");
            beat = _run.Text(JobFile.Heartbeat);
        }
        Assert.False(_run.Has(JobFile.Exit));
        File.WriteAllText(_run.At("go"), "");
        RunDirectory.Signal("CONT", self);
        Assert.Equal(5, _run.Code(job));
    }

    [Fact]
    public void A_module_that_cannot_be_loaded_ends_the_job_before_its_program()
    {
        Assert.Equal(JobFile.UnfitCode, _run.Run(_run.Bash("echo out >out") with { Modules = ["no/such; touch evil"] }));
        Assert.Equal(JobFile.UnfitCode, _run.Exit.Code);
        Assert.False(_run.Has("out") || _run.Has("evil"));
    }

    private int Owner() => JobClaim.Read(_run.Text(JobFile.Owner))!.Pid;
}
