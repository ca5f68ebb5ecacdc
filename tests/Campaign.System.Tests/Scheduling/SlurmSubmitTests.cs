using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>The submission script in every trouble between sbatch and its reply, with stand-ins for SLURM's clients that keep a list of jobs.</summary>
public sealed class SlurmSubmitTests : IDisposable
{
    private const string Accept = """id=$(($(wc -l <"$here/jobs") + 1)); echo "$id|$(date -u +%Y-%m-%dT%H:%M:%S)|PENDING" >>"$here/jobs"; """;
    private static readonly JobName Name = JobName.Parse("test-7f3a-a1");
    private readonly RunDirectory _run = new("a1");

    public SlurmSubmitTests()
    {
        Directory.CreateDirectory(Bin);
        File.WriteAllText(Path.Combine(Bin, "jobs"), "");
        Program("sbatch", Accept + "echo $id");
        Program("squeue", """cat "$here/jobs" """);
        Program("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    }

    public void Dispose() => _run.Dispose();

    private string Bin => _run.Path + ".bin";

    private string[] Jobs => File.ReadAllLines(Path.Combine(Bin, "jobs"));

    private void Program(string name, string script)
    {
        string file = Path.Combine(Bin, name);
        File.WriteAllText(file + ".new", $"#!/bin/bash\nhere=$(dirname \"$0\")\necho \"{name} $*\" >>\"$here/asked\"\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(file + ".new", file, overwrite: true);
    }

    private SubmitReply Submit(TimeSpan? settle = null, int limitSeconds = 20, JobIdentity? forgotten = null) =>
        new SlurmScheduler(new SlurmSettings("test-", Limit: TimeSpan.FromSeconds(limitSeconds), Settle: settle ?? TimeSpan.FromHours(1)), new OnPath(Bin))
            .Submit(_run.Request("true") with { Forgotten = forgotten }, default);

    private static SubmitReply.Accepted Accepted(SubmitReply reply) => Assert.IsType<SubmitReply.Accepted>(reply);

    [Fact]
    public void A_reply_that_came_too_late_leads_to_the_job_it_was_about()
    {
        Program("sbatch", Accept + "sleep 100");
        Assert.IsType<SubmitReply.Unknown>(Submit(limitSeconds: 3));
        SubmitReply.Accepted found = Accepted(Submit());
        Assert.Equal(("1", true), (found.Job.Id, found.Adopted));
        Assert.Single(Jobs);
    }

    [Theory]
    [InlineData("echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1")]
    [InlineData("echo 'Submitted, somehow'")]
    [InlineData("kill -9 $$")]
    [InlineData("")]
    public void A_reply_that_tells_nothing_leads_to_the_job_it_was_about(string reply)
    {
        Program("sbatch", Accept + reply);
        Assert.IsType<SubmitReply.Unknown>(Submit());
        Assert.True(Accepted(Submit()).Adopted);
        Assert.Single(Jobs);
    }

    [Fact]
    public void A_claim_without_an_owner_is_waited_for_and_then_given_up_and_never_submitted_beside()
    {
        Program("sbatch", Accept + "echo $id");
        Directory.CreateDirectory(Path.Combine(_run.Path, JobFile.Claim));
        Assert.IsType<SubmitReply.Unknown>(Submit());
        Assert.Contains("gave no name", Assert.IsType<SubmitReply.Orphaned>(Submit(settle: TimeSpan.Zero)).Reason);
        Assert.Empty(Jobs);
    }

    [Fact]
    public void A_submission_that_was_not_accepted_is_made_again_once_it_has_settled_and_not_before()
    {
        Program("sbatch", "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1");
        Assert.IsType<SubmitReply.Unknown>(Submit());
        Program("sbatch", Accept + "echo $id");
        Assert.Contains("not settled", Assert.IsType<SubmitReply.Unknown>(Submit()).Reason);
        Assert.Empty(Jobs);
        Assert.False(Accepted(Submit(settle: TimeSpan.Zero)).Adopted);
        Assert.Single(Jobs);
    }

    [Fact]
    public void A_queue_that_does_not_answer_is_never_followed_by_a_submission()
    {
        Program("squeue", "echo 'slurm_load_jobs error: Socket timed out on send/recv operation' >&2; exit 1");
        Assert.Contains("timed out", Assert.Throws<SchedulerUnavailableException>(() => Submit(settle: TimeSpan.Zero)).Message);
        Program("squeue", "sleep 100");
        Assert.Throws<SchedulerUnavailableException>(() => Submit(settle: TimeSpan.Zero, limitSeconds: 2));
        Assert.Empty(Jobs);
    }

    [Fact]
    public void A_history_that_does_not_answer_is_never_followed_by_a_second_submission()
    {
        Program("sbatch", "exit 1");
        Submit();
        Program("sbatch", Accept + "echo $id");
        Program("sacct", "echo 'sacct: error: Problem talking to the database: Connection refused' >&2; exit 1");
        Assert.Throws<SchedulerUnavailableException>(() => Submit(settle: TimeSpan.Zero));
        Assert.Empty(Jobs);
    }

    [Fact]
    public void A_job_that_the_queue_has_forgotten_is_found_in_the_history()
    {
        Program("sbatch", Accept + "exit 1");
        Submit();
        Program("squeue", "");
        Program("sacct", """[ "$1" = -X ] && echo '1|2026-11-23T01:53:01|CANCELLED by 1000'; exit 0""");
        SubmitReply.Accepted found = Accepted(Submit(settle: TimeSpan.Zero));
        Assert.Equal(new JobIdentity("1", Name, new DateTimeOffset(2026, 11, 23, 1, 53, 1, TimeSpan.Zero)), found.Job);
        Assert.Single(Jobs);
    }

    [Fact]
    public void A_job_without_a_time_in_the_completion_log_is_found_there_too()
    {
        Program("sbatch", Accept + "exit 1");
        Submit();
        Program("squeue", "");
        Program("sacct", $"""[ "$1" = -c ] && echo '1|Unknown|CANCELLED|{Name}' && exit 0; echo 'Slurm accounting storage is disabled' >&2; exit 1""");
        SubmitReply.Accepted found = Accepted(Submit(settle: TimeSpan.Zero));
        Assert.Equal(("1", true), (found.Job.Id, found.Adopted));
        Assert.Single(Jobs);
    }

    [Fact]
    public void Of_two_jobs_of_one_name_the_oldest_that_has_not_ended_is_adopted()
    {
        File.WriteAllText(Path.Combine(Bin, "jobs"), "7|2026-11-23T01:53:01|CANCELLED\n9|2026-11-23T01:53:09|PENDING\n8|2026-11-23T01:53:05|RUNNING\n");
        Assert.Equal("8", Accepted(Submit()).Job.Id);
        Assert.Equal(3, Jobs.Length);
    }

    [Theory]
    [InlineData("")] // it gives the same id away again
    [InlineData("\n\n\n")]
    public void A_receipt_for_a_job_the_scheduler_forgot_does_not_count(string jobs)
    {
        JobIdentity first = Accepted(Submit()).Job;
        Assert.Equal(first, Accepted(Submit(settle: TimeSpan.Zero)).Job);
        string receipt = $"{first.Id} {first.SubmittedAt.ToUnixTimeSeconds() - 600}\n";
        File.WriteAllText(_run.At(JobFile.Receipt), receipt);
        JobIdentity forgotten = Accepted(Submit()).Job;
        File.WriteAllText(Path.Combine(Bin, "jobs"), jobs);
        SubmitReply.Accepted second = Accepted(Submit(settle: TimeSpan.Zero, forgotten: forgotten));
        Assert.False(second.Adopted);
        Assert.Equal(second with { Adopted = true }, Submit(settle: TimeSpan.Zero, forgotten: forgotten));
        File.Delete(_run.At(JobFile.Receipt));
        Assert.Equal(second.Job.Id, Accepted(Submit(settle: TimeSpan.Zero, forgotten: forgotten)).Job.Id);
        Assert.Equal(jobs.Length + 1, Jobs.Length);
    }

    [Fact]
    public void A_claim_without_a_receipt_is_the_job_that_made_it()
    {
        Program("sbatch", Accept + "exit 1");
        Submit();
        _run.Run(_run.Request("true"), id: "1");
        Program("squeue", "exit 1"); // not even asked
        Assert.Equal(("1", true), (Accepted(Submit()).Job.Id, Accepted(Submit()).Adopted));
    }

    [Fact]
    public void Killed_at_any_moment_and_run_again_it_makes_one_job()
    {
        // the whole script is killed with everything it started, later and later
        for (int i = 0; i < 12; i++)
        {
            using var run = new RunDirectory();
            File.WriteAllText(Path.Combine(Bin, "jobs"), "");
            var scheduler = new SlurmScheduler(new SlurmSettings("test-", Settle: TimeSpan.FromHours(1)), new OnPath(Bin, TimeSpan.FromMilliseconds(15 * i)));
            Assert.True(scheduler.Submit(run.Request("true"), default) is SubmitReply.Unknown or SubmitReply.Accepted);
            var patient = new SlurmScheduler(new SlurmSettings("test-", Settle: TimeSpan.Zero), new OnPath(Bin));
            Accepted(patient.Submit(run.Request("true"), default));
            Assert.Single(Jobs);
        }
    }

    [Fact]
    public void What_a_profile_says_of_sbatch_does_not_reach_it()
    {
        Program("sbatch", Accept + "env | grep -c '^SBATCH_' >\"$here/seen\"; echo $id");
        var scheduler = new SlurmScheduler(new SlurmSettings("test-"), new OnPath(Bin, more: "SBATCH_JOB_NAME=mine"));
        Accepted(scheduler.Submit(_run.Request("true"), default));
        Assert.Equal("0\n", File.ReadAllText(Path.Combine(Bin, "seen")));
        Assert.Contains($"sbatch --parsable --job-name={Name} --chdir={_run.Path} job.sh", File.ReadAllText(Path.Combine(Bin, "asked")));
    }

    private sealed class OnPath(string directory, TimeSpan? kill = null, string more = "A=b") : ICommandRunner
    {
        private readonly DirectTransport _here = new();

        public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct) =>
            _here.Run(["env", $"PATH={directory}:{Environment.GetEnvironmentVariable("PATH")}", more, .. command], input, kill ?? limit, ct);
    }
}
