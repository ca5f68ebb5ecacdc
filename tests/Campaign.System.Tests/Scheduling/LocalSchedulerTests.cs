using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Local;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>Detached programs of this machine, as the orchestrator finds them again.</summary>
public sealed class LocalSchedulerTests : IDisposable
{
    private const string Forever = "while :; do sleep 0.1; done";
    private readonly RunDirectory _run = new("a 'one' $(touch evil)");
    private readonly DirectTransport _runner = new();
    private readonly LocalScheduler _scheduler;

    public LocalSchedulerTests() => _scheduler = Anew();

    /// <summary>As after a restart of the orchestrator: nothing is remembered.</summary>
    private LocalScheduler Anew(TimeSpan? settle = null) =>
        new(new LocalSettings("test-", _run.Path + ".register", TimeSpan.FromSeconds(20), settle ?? TimeSpan.FromHours(1), HeartbeatSeconds: 1), _runner);

    public void Dispose()
    {
        _scheduler.Cancel([.. _scheduler.Queue(default).Select(s => new JobIdentity(s.Id, JobName.Parse(s.Name), s.SubmittedAt!.Value))], default);
        _run.Dispose();
    }

    [Fact]
    public void A_job_runs_detached_and_is_found_again_by_who_comes_later()
    {
        JobIdentity job = Submit(_run.Bash($"echo $$ >self; until [ -e go ]; do sleep 0.1; done; cat input >out") with { Files = new Dictionary<string, byte[]> { ["input"] = [1, 0, 255] } });
        int self = _run.Pid("self");
        JobSighting seen = Assert.Single(Anew().Queue(default));
        Assert.Equal((job.Id, "test-7f3a-a1", JobState.Running), (seen.Id, seen.Name, seen.State));
        Assert.True(job.Matches(seen));
        Assert.Equal(1, seen.Cores);
        Assert.True(RunDirectory.Lives(self));
        string session = File.ReadAllText($"/proc/{self}/stat").Split(") ")[1].Split(' ')[3];
        Assert.Equal(job.Id.Split('-')[0], session);

        File.WriteAllText(_run.At("go"), "");
        RunDirectory.Await(() => Anew().Queue(default)[0].State.IsOver(), "the job does not end");
        JobSighting over = Assert.Single(Anew().Find(job.Name, job.SubmittedAt, default));
        Assert.Equal((JobState.Completed, 0), (over.State, over.ExitCode));
        Assert.Equal([1, 0, 255], File.ReadAllBytes(_run.At("out")));
        Assert.False(_run.Has("evil") || File.Exists("evil"));
        JobTraces traces = new JobTraceReader(_runner, TimeProvider.System).Read([new RunLook(_run.Path, [])], default)[0].Traces;
        Assert.Equal(JobAction.Collect, JobVerdict.Decide(new JobEvidence(job, over, traces), JobPatience.Default).Action);
    }

    [Fact]
    public void A_job_submitted_again_is_adopted()
    {
        JobRequest request = _run.Bash($"echo once >>out; {Forever}");
        JobIdentity job = Submit(request);
        Assert.Equal(new SubmitReply.Accepted(job, Adopted: true), Anew().Submit(request, default));
    }

    [Fact]
    public void With_the_receipt_lost_it_is_adopted_by_its_claim()
    {
        JobRequest request = _run.Bash($"echo $$ >self; {Forever}");
        JobIdentity job = Submit(request);
        _run.Pid("self");
        File.Delete(_run.At(JobFile.Receipt));
        var again = Assert.IsType<SubmitReply.Accepted>(Anew().Submit(request, default));
        Assert.True(again.Adopted);
        Assert.Equal(job.Id, again.Job.Id);
    }

    [Fact]
    public void With_neither_receipt_nor_claim_nothing_is_submitted_before_the_earlier_submission_has_settled()
    {
        JobRequest request = _run.Bash("echo once >>out");
        File.WriteAllText(_run.At(".intent"), "1700000000\n"); // the script was killed between this and the submission
        var reply = Assert.IsType<SubmitReply.Unknown>(_scheduler.Submit(request, default));
        Assert.Contains("not settled", reply.Reason);
        Assert.Empty(_scheduler.Queue(default));
        Assert.False(Assert.IsType<SubmitReply.Accepted>(Anew(settle: TimeSpan.Zero).Submit(request, default)).Adopted);
    }

    [Fact]
    public void Submissions_at_the_same_moment_make_one_job()
    {
        JobRequest request = _run.Bash($"echo $$ >>out; {Forever}");
        var replies = new SubmitReply[6];
        Thread[] threads = [.. Enumerable.Range(0, replies.Length).Select(i => new Thread(() => replies[i] = Anew().Submit(request, default)))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        SubmitReply.Accepted[] accepted = [.. replies.Cast<SubmitReply.Accepted>()];
        Assert.Single(accepted, a => !a.Adopted);
        Assert.Single(accepted.Select(a => a.Job.Id).Distinct());
    }

    [Fact]
    public void A_cancelled_job_is_gone_with_all_it_started()
    {
        // the grandchild leaves the program's group, but not the session
        JobIdentity job = Submit(_run.Bash($"trap '' TERM; (set -m; ({Forever}) & echo $! >child); echo $$ >self; {Forever}") with { Stop = new JobStop(TimeSpan.FromSeconds(4)) });
        int self = _run.Pid("self"), child = _run.Pid("child");
        _scheduler.Cancel([job], default);
        Assert.False(RunDirectory.Lives(self) || RunDirectory.Lives(child));
        JobSighting over = Assert.Single(_scheduler.Queue(default));
        Assert.Equal(JobState.Cancelled, over.State);
        _scheduler.Cancel([job], default); // once more is no error
    }

    [Fact]
    public void A_number_that_is_another_process_by_now_is_left_alone()
    {
        JobIdentity job = Submit(_run.Bash($"echo $$ >self; {Forever}"));
        int self = _run.Pid("self");
        string[] id = job.Id.Split('-');
        _scheduler.Cancel([job with { Id = $"{id[0]}-{long.Parse(id[1]) - 1}-{id[2]}" }], default);
        Assert.True(RunDirectory.Lives(self));
        Assert.Equal(JobState.Running, Assert.Single(_scheduler.Queue(default)).State);
    }

    [Fact]
    public void A_job_killed_without_a_word_is_seen_as_such()
    {
        JobIdentity job = Submit(_run.Bash($"echo $$ >self; {Forever}"));
        int self = _run.Pid("self");
        foreach (string stat in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            int pid = int.Parse(Path.GetFileName(stat));
            if (Session(pid) == job.Id.Split('-')[0])
                RunDirectory.Signal("STOP", pid);
        }
        foreach (string stat in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            int pid = int.Parse(Path.GetFileName(stat));
            if (Session(pid) == job.Id.Split('-')[0])
                RunDirectory.Signal("KILL", pid);
        }
        RunDirectory.Await(() => !RunDirectory.Lives(self), "the program lives");
        RunDirectory.Await(() => _scheduler.Queue(default)[0].State == JobState.Failed, "the job is not seen to be over");
        Assert.Contains("left no word", _scheduler.Queue(default)[0].Reason);
    }

    [Fact]
    public void A_job_from_before_a_restart_of_the_machine_was_interrupted()
    {
        JobIdentity job = Submit(_run.Bash("echo done >out"));
        _run.Await(JobFile.Exit);
        File.Delete(_run.At(JobFile.Exit));
        File.WriteAllText(_run.At(JobFile.Receipt), $"{job.Id[..job.Id.LastIndexOf('-')]}-00000000 {job.SubmittedAt.ToUnixTimeSeconds()}\n");
        Assert.Equal(JobState.NodeFailed, Assert.Single(_scheduler.Queue(default)).State);
    }

    private JobIdentity Submit(JobRequest request)
    {
        var reply = Assert.IsType<SubmitReply.Accepted>(_scheduler.Submit(request, default));
        Assert.False(reply.Adopted);
        return reply.Job;
    }

    private static string Session(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[3];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
