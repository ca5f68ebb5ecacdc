using System.Diagnostics;
using System.Text;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Packs;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>The job of a pack as a process: it runs the members that are promised to it, each as if it had a job to itself.</summary>
public sealed class PackScriptTests : IDisposable
{
    private static readonly JobName Name = JobName.Parse("test-7f3a-p0123456789ab");
    private readonly string _runs = Directory.CreateTempSubdirectory("campaign-pack-").FullName;
    private readonly Stub _scheduler = new();
    private readonly PackFolder _packs;
    private readonly List<Process> _started = [];

    public PackScriptTests() => _packs = new PackFolder(_scheduler, new DirectFiles(), _runs);

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.Dispose();
        }
        Directory.Delete(_runs, recursive: true);
    }

    [Fact]
    public void Members_run_some_at_a_time_and_each_has_an_end_of_its_own()
    {
        const string Busy = "echo begin >>../../log; sleep 0.7; echo end >>../../log";
        JobRequest[] members = [.. Enumerable.Range(0, 5).Select(i => Member(i, i == 1 ? "exit 7" : i == 2 ? "trap 'exit 5' INT; kill -s INT $$; sleep 3" : Busy))];
        Submit(atOnce: 2, members);
        Assert.Equal(0, Code(Start()));

        Assert.Equal([0, 7, 5, 0, 0], Enumerable.Range(0, 5).Select(i => ExitOf(i)!.Code)); // the third heard SIGINT
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal("17", ExitOf(i)!.JobId));
        int working = 0, most = 0;
        foreach (string line in File.ReadLines(Path.Combine(_runs, "log")))
            most = Math.Max(most, working += line == "begin" ? 1 : -1);
        Assert.Equal((0, 2), (working, most));
    }

    [Fact]
    public void Whoever_is_promised_elsewhere_or_given_up_is_passed_over()
    {
        Submit(atOnce: 2, Member(0, "true"), Member(1, "true"), Member(2, "true"), Member(3, "true"));
        File.WriteAllText(At(1, JobFile.Pack), "test-7f3a-pffffffffffff\n");
        File.WriteAllText(At(2, JobFile.Fence), "");
        File.Delete(At(3, JobFile.Pack));
        Assert.Equal(0, Code(Start()));

        Assert.Equal([true, false, false, false], Enumerable.Range(0, 4).Select(Claimed));
    }

    [Fact]
    public void A_second_copy_of_the_pack_does_nothing()
    {
        Submit(atOnce: 1, Member(0, "echo once >>../../log"));
        Assert.Equal(0, Code(Start()));
        Assert.Equal(JobFile.RefusedCode, Code(Start("18")));
        Assert.Equal("once\n", File.ReadAllText(Path.Combine(_runs, "log")));
    }

    [Fact]
    public void Near_the_end_members_stop_themselves_and_no_other_is_begun()
    {
        JobRequest[] members = [.. Enumerable.Range(0, 2).Select(i => Member(i, "trap 'exit 3' TERM; while :; do sleep 0.1; done") with
        {
            Resources = new JobResources(TimeSpan.FromSeconds(8)), Stop = new JobStop(TimeSpan.FromSeconds(4)),
        })];
        Submit(atOnce: 1, members);
        Assert.Equal(0, Code(Start()));

        Assert.Equal((JobExitReason.Walltime, 3), (ExitOf(0)!.Reason, ExitOf(0)!.Code));
        Assert.False(Claimed(1));
    }

    [Fact]
    public void A_pack_that_is_ended_ends_its_members_and_begins_no_more()
    {
        Submit(atOnce: 2, Member(0, "touch ../../up0; sleep 60"), Member(1, "touch ../../up1; sleep 60"), Member(2, "true"));
        Process job = Start();
        RunDirectory.Await(() => File.Exists(Path.Combine(_runs, "up0")) && File.Exists(Path.Combine(_runs, "up1")), "the members do not begin");
        RunDirectory.Signal("TERM", job.Id);
        Code(job);

        Assert.All(new[] { 0, 1 }, i => Assert.Equal(JobExitReason.Stopped, ExitOf(i)!.Reason));
        Assert.False(Claimed(2));
    }

    [Fact]
    public void Cut_short_anywhere_and_done_again_it_is_one_pack_of_the_same_members()
    {
        JobRequest[] members = [Member(0, "true"), Member(1, "true")];
        _scheduler.Away = true;
        Assert.Throws<SchedulerUnavailableException>(() => Submit(atOnce: 1, members));
        Assert.Equal(Name, _packs.PromiseOf(members[1].Directory, default));
        _scheduler.Away = false;
        Submit(atOnce: 1, members[1]); // another process, which knows of one of them only
        Assert.Equal(members.Select(m => m.Directory), File.ReadAllLines(Path.Combine(_packs.DirectoryOf(Name), "members")));
        (SubmitReply _, IReadOnlyDictionary<string, JobName> elsewhere) = _packs.Submit(JobName.Parse("test-7f3a-pother"), 1, members, default);
        Assert.All(members, m => Assert.Equal(Name, elsewhere[m.Directory]));
    }

    [Fact]
    public void It_is_wanted_as_long_as_one_member_has_neither_ended_nor_been_given_up()
    {
        Submit(atOnce: 1, Member(0, "true"), Member(1, "true"), Member(2, "true"));
        File.WriteAllText(At(0, JobFile.Fence), "");
        File.WriteAllText(At(1, JobFile.Exit), "{}");
        Assert.True(_packs.IsWanted(Name, default));
        File.WriteAllText(At(2, JobFile.Fence), "");
        Assert.False(_packs.IsWanted(Name, default));
    }

    private JobRequest Member(int n, string program) => new(
        JobName.Parse($"test-7f3a-{n}-a1"), Path.Combine(_runs, "t", $"{n}"), new JobResources(TimeSpan.FromHours(1)), ["bash", "-c", program.Replace("../../", _runs + "/", StringComparison.Ordinal)]);

    private void Submit(int atOnce, params JobRequest[] members) => _packs.Submit(Name, atOnce, members, default);

    private string At(int member, string file) => Path.Combine(_runs, "t", $"{member}", file);

    private bool Claimed(int member) => Directory.Exists(At(member, JobFile.Claim));

    private JobExit? ExitOf(int member) => JobExit.Read(File.ReadAllText(At(member, JobFile.Exit)));

    private Process Start(string id = "17")
    {
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT,HUP,TERM", "/bin/bash", Path.Combine(_packs.DirectoryOf(Name), JobFile.Script)]);
        start.Environment["TEST_JOB"] = id;
        Process process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    private static int Code(Process process)
    {
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "the pack does not end");
        return process.ExitCode;
    }

    /// <summary>Puts the files where they belong and starts nothing.</summary>
    private sealed class Stub : IScheduler
    {
        public bool Away { get; set; }

        public string Script(JobRequest job) => JobScript.Render(job, new JobDialect([], "job_id=$TEST_JOB", HeartbeatSeconds: 1));

        public SubmitReply Submit(JobRequest job, CancellationToken ct)
        {
            if (Away)
                throw new SchedulerUnavailableException("it is away");
            new DirectFiles().Put(job.Directory, new Dictionary<string, byte[]>(job.Files!) { [JobFile.Script] = Encoding.UTF8.GetBytes(Script(job)) }, ct);
            return new SubmitReply.Accepted(new JobIdentity("17", job.Name, DateTimeOffset.UnixEpoch), false);
        }

        public IReadOnlyList<JobSighting> Queue(CancellationToken ct) => [];

        public IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct) => [];

        public void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct)
        {
        }
    }
}
