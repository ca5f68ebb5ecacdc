using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Pbs;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>
/// PBS as its manuals describe it: stand-ins for qsub, qselect, qstat and qdel, whose replies follow qsub(1B), qselect(1B), qstat(1B) and
/// qdel(1B). Nothing here was recorded from a server.
/// </summary>
public sealed class PbsSchedulerTests : IDisposable
{
    private static readonly JobName Name = JobName.Parse("test-7f3a-a1");
    private readonly RunDirectory _run = new("a1");
    private readonly PbsScheduler _scheduler;

    public PbsSchedulerTests()
    {
        Directory.CreateDirectory(Bin);
        Program("qsub", """echo "qsub $*" >>"$here/asked"; echo 1234.pbs01""");
        Program("qselect", """[ -f "$here/jobs" ] && sed -n 's/^Job Id: //p' "$here/jobs"; exit 0""");
        Program("qstat", """cat "$here/jobs" """);
        Program("qdel", """echo "qdel $*" >>"$here/asked" """);
        _scheduler = new PbsScheduler(new PbsSettings("test-", "long", "mat42", ["-l place=scatter"]), new OnPath(Bin));
    }

    public void Dispose() => _run.Dispose();

    private string Bin => _run.Path + ".bin";

    private string Asked => File.Exists(Path.Combine(Bin, "asked")) ? File.ReadAllText(Path.Combine(Bin, "asked")) : "";

    private void Program(string name, string script)
    {
        string file = Path.Combine(Bin, name);
        File.WriteAllText(file, $"#!/bin/bash\nhere=$(dirname \"$0\")\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Known(params string[] jobs) => File.WriteAllText(Path.Combine(Bin, "jobs"), string.Join("\n", jobs));

    private static string Job(string state, string more = "", string id = "1234.pbs01", string name = "test-7f3a-a1") => $"""
        Job Id: {id}
            Job_Name = {name}
            Job_Owner = alice@login1
            job_state = {state}
            queue = long
            exec_host = n7/0*16+n8/0*16
            ctime = Mon Nov 23 01:53:01 2026
            stime = Mon Nov 23 01:54:10 2026
            Variable_List = PBS_O_HOME=/home/alice,PBS_O_LANG=C,
        {'\t'}PBS_O_WORKDIR=/scratch/a = b,PBS_O_QUEUE=long
        {more}
        """;

    private JobRequest Request => _run.Request("true") with { Resources = new JobResources(TimeSpan.FromHours(30.5), 2, 16, 2, 64000, 1) };

    [Fact]
    public void The_script_asks_for_what_the_job_needs() =>
        Assert.StartsWith("""
            #!/bin/bash
            #PBS -S /bin/bash
            #PBS -N test-7f3a-a1
            #PBS -r n
            #PBS -j oe
            #PBS -o job.log
            #PBS -l select=2:ncpus=32:mpiprocs=16:mem=64000mb:ngpus=1
            #PBS -l walltime=30:30:00
            #PBS -q long
            #PBS -A mat42
            #PBS -l place=scatter
            """, _scheduler.Script(Request));

    [Fact]
    public void A_job_is_submitted_once_and_then_adopted()
    {
        var first = Assert.IsType<SubmitReply.Accepted>(_scheduler.Submit(Request, default));
        Assert.Equal(("1234.pbs01", false), (first.Job.Id, first.Adopted));
        Assert.Equal(first with { Adopted = true }, _scheduler.Submit(Request, default));
        Assert.Equal("qsub -N test-7f3a-a1 job.sh\n", Asked);
    }

    [Fact]
    public void With_the_receipt_lost_the_job_is_found_by_name()
    {
        _scheduler.Submit(Request, default);
        File.Delete(_run.At(JobFile.Receipt));
        Known(Job("R"));
        Assert.Equal(
            new SubmitReply.Accepted(new JobIdentity("1234.pbs01", Name, new DateTimeOffset(2026, 11, 23, 1, 53, 1, TimeSpan.Zero)), Adopted: true), _scheduler.Submit(Request, default));
        Assert.Equal("qsub -N test-7f3a-a1 job.sh\n", Asked);
    }

    [Fact]
    public void A_look_up_that_fails_is_never_followed_by_a_submission()
    {
        Program("qselect", "echo 'Connection refused' >&2; echo 'qselect: cannot connect to server pbs01 (errno=111)' >&2; exit 1");
        Assert.Contains("cannot connect", Assert.Throws<SchedulerUnavailableException>(() => _scheduler.Submit(Request, default)).Message);
        Assert.Throws<SchedulerUnavailableException>(() => _scheduler.Queue(default));
        Assert.Throws<SchedulerUnavailableException>(() => _scheduler.Find(Name, default, default));
        Assert.Equal("", Asked);
    }

    [Theory]
    [InlineData("qsub: Unknown queue", true)]
    [InlineData("qsub: Job violates queue and/or server resource limits", false)] // may be a limit on the number of jobs
    [InlineData("qsub: Illegal attribute or resource value Resource_List.walltime", true)]
    [InlineData("qsub: cannot connect to server pbs01 (errno=111)", false)]
    public void Only_a_clear_no_is_a_refusal(string error, bool refused)
    {
        Program("qsub", $"echo '{error}' >&2; exit 1");
        SubmitReply reply = _scheduler.Submit(Request, default);
        Assert.Equal(refused ? typeof(SubmitReply.Refused) : typeof(SubmitReply.Unknown), reply.GetType());
    }

    [Theory]
    [InlineData("Q", "", JobState.Waiting)]
    [InlineData("H", "", JobState.Waiting)]
    [InlineData("W", "", JobState.Waiting)]
    [InlineData("T", "", JobState.Waiting)]
    [InlineData("R", "", JobState.Running)]
    [InlineData("S", "", JobState.Running)]
    [InlineData("U", "", JobState.Running)]
    [InlineData("E", "", JobState.Running)]
    [InlineData("M", "", JobState.Unknown)]
    [InlineData("Z", "", JobState.Unknown)]
    [InlineData("F", "    Exit_status = 0", JobState.Completed)]
    [InlineData("F", "    Exit_status = 7", JobState.Failed)]
    [InlineData("F", "    Exit_status = 271", JobState.Cancelled)]
    [InlineData("F", "    Exit_status = 271\n    comment = Job run at Mon on (n7) and exceeded resource walltime", JobState.TimedOut)]
    [InlineData("F", "    Exit_status = -29", JobState.TimedOut)]
    [InlineData("F", "    Exit_status = -27", JobState.OutOfMemory)]
    [InlineData("F", "    Exit_status = -3", JobState.BootFailed)]
    [InlineData("F", "    substate = 91", JobState.Cancelled)]
    public void Every_state_has_a_meaning(string state, string more, JobState expected)
    {
        Known(Job(state, more), Job("R", "", "1235.pbs01", "somebody-elses"));
        JobSighting job = Assert.Single(_scheduler.Queue(default));
        Assert.Equal((expected, "1234.pbs01", "test-7f3a-a1", "n7"), (job.State, job.Id, job.Name, job.Node));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 53, 1, TimeSpan.Zero), job.SubmittedAt);
        Assert.Equal(expected, Assert.Single(_scheduler.Find(Name, job.SubmittedAt!.Value, default)).State);
    }

    [Fact]
    public void A_job_is_cancelled_by_id_and_name()
    {
        Known(Job("R"));
        _scheduler.Cancel([new JobIdentity("1234.pbs01", Name, default), new JobIdentity("999.pbs01", Name, default)], default);
        Assert.Equal("qdel 1234.pbs01\n", Asked);
    }

    private sealed class OnPath(string directory) : ICommandRunner
    {
        private readonly DirectTransport _here = new();

        public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct) =>
            _here.Run(["env", $"PATH={directory}:{Environment.GetEnvironmentVariable("PATH")}", .. command], input, limit, ct);
    }
}
