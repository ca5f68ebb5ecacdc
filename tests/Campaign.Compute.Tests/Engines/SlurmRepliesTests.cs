using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.Compute.Tests.Engines;

/// <summary>What is made of the replies recorded from a real SLURM (tests/data/slurm).</summary>
public sealed class SlurmRepliesTests
{
    private static readonly DateTimeOffset Long = DateTimeOffset.UnixEpoch;

    [Fact]
    public void The_queue_is_read_whole_and_own_jobs_are_picked()
    {
        IReadOnlyList<JobSighting> queue = Slurm(new Replies { Queue = Queue("squeue-running") }).Queue(default);
        Assert.All(queue, j => Assert.StartsWith("li3ticl6-7f3a-", j.Name));
        Assert.All(queue, j => Assert.NotEqual(JobState.Unknown, j.State));
        JobSighting running = queue.Single(j => j.Id == "12");
        Assert.Equal((JobState.Running, "n2", null), (running.State, running.Node, running.EndedAt));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 53, 1, TimeSpan.Zero), running.SubmittedAt);
        JobSighting waiting = queue.Single(j => j.Name.EndsWith("-wide", StringComparison.Ordinal));
        Assert.Equal((JobState.Waiting, "PartitionConfig", null, null), (waiting.State, waiting.Reason, waiting.Node, waiting.StartedAt));
        Assert.Equal(JobState.OutOfMemory, queue.Single(j => j.Id == "11").State);
    }

    [Fact]
    public void A_reason_with_spaces_and_commas_and_a_name_with_bars_stay_whole()
    {
        SlurmScheduler slurm = new(new SlurmSettings(""), new Replies { Queue = Queue("forgotten-4-squeue") + Queue("squeue-ended") });
        IReadOnlyList<JobSighting> queue = slurm.Queue(default);
        Assert.Equal("ReqNodeNotAvail, UnavailableNodes:n[1-3]", queue.First(j => j.Id == "5").Reason);
        Assert.Equal("bad name|with bars; $(id)", queue.Single(j => j.Id == "22").Name);
        Assert.Equal("n1", queue.Single(j => j.Id == "21").Node); // of n[1-2]
    }

    [Fact]
    public void An_id_that_was_given_away_again_is_another_job()
    {
        var forgotten = new JobIdentity("5", JobName.Parse("li3ticl6-7f3a-forgotten"), new DateTimeOffset(2026, 11, 23, 1, 59, 55, TimeSpan.Zero));
        JobSighting other = Slurm(new Replies { Queue = Queue("forgotten-4-squeue") }).Queue(default).Single(j => j.Id == "5");
        Assert.False(forgotten.Matches(other));
    }

    [Theory]
    [InlineData("frozen-squeue")]
    [InlineData("dead-squeue")]
    [InlineData("nomunge-squeue")]
    [InlineData("noconf-squeue")]
    public void A_queue_that_does_not_answer_is_unavailable_not_empty(string file)
    {
        SlurmScheduler slurm = Slurm(new Replies { QueueError = Text(file + ".err") });
        string message = Assert.Throws<SchedulerUnavailableException>(() => slurm.Queue(default)).Message;
        Assert.Contains(Text(file + ".err").Trim().Split('\n')[0], message);
        Assert.Throws<SchedulerUnavailableException>(() => slurm.Find(JobName.Parse("a"), Long, default));
    }

    [Theory]
    [InlineData("li3ticl6-7f3a-a2", JobState.Failed, 7, null)]
    [InlineData("li3ticl6-7f3a-segv", JobState.Failed, 0, 11)]
    [InlineData("li3ticl6-7f3a-oom", JobState.OutOfMemory, 0, 125)]
    [InlineData("li3ticl6-7f3a-timeout", JobState.TimedOut, 0, null)]
    [InlineData("li3ticl6-7f3a-nodefail", JobState.NodeFailed, null, null)]
    [InlineData("li3ticl6-7f3a-cancel", JobState.Cancelled, 0, null)]
    public void Without_accounting_the_completion_log_is_the_history(string name, JobState state, int? code, int? signal)
    {
        JobSighting job = Assert.Single(Slurm(new Replies { Log = History("sacct-completion") }).Find(JobName.Parse(name), Long, default));
        Assert.Equal(state, job.State);
        if (code is not null)
            Assert.Equal((code, signal), (job.ExitCode, job.Signal));
    }

    [Fact]
    public void A_requeued_job_has_a_line_for_every_run_and_the_last_counts()
    {
        JobSighting job = Assert.Single(Slurm(new Replies { Log = History("sacct-completion") }).Find(JobName.Parse("li3ticl6-7f3a-requeue"), Long, default));
        Assert.Equal(("17", JobState.Completed), (job.Id, job.State));
    }

    [Fact]
    public void The_line_that_a_requeue_leaves_tells_of_a_run_that_is_over_and_not_of_a_job_in_the_queue()
    {
        // as SLURM 22.05 writes it; the job was forgotten after that
        var replies = new Replies { Log = "3|PENDING|0:0|n1|2026-11-23T05:28:34|2026-11-23T05:28:34|2026-11-23T05:28:39|li3ticl6-7f3a-a2\n" };
        Assert.Empty(Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), Long, default));
    }

    [Fact]
    public void A_requeued_job_is_still_ours_by_queue_and_by_log_and_a_number_given_away_again_is_not()
    {
        var ours = new JobIdentity("3", JobName.Parse("li3ticl6-7f3a-a2"), new DateTimeOffset(2026, 11, 23, 5, 28, 33, TimeSpan.Zero));
        JobSighting Seen(Replies replies) => Assert.Single(Slurm(replies).Find(ours.Name, ours.SubmittedAt, default));
        // the queue gives it the time of the requeue, the log calls the start its submission
        Assert.True(ours.Matches(Seen(new Replies { Queue = "3|PENDING||2026-11-23T09:28:39|N/A|N/A|BeginTime|li3ticl6-7f3a-a2\n" })));
        Assert.True(ours.Matches(Seen(new Replies { Log = "3|CANCELLED|0:0|None assigned|2026-11-23T09:28:41|2026-11-23T09:28:41|2026-11-23T09:28:41|li3ticl6-7f3a-a2\n" })));
        Assert.Empty(Slurm(new Replies { Log = "3|COMPLETED|0:0|n1|2026-11-23T09:28:41|2026-11-23T09:28:41|2026-11-23T09:28:41|somebody-else\n" }).Find(ours.Name, ours.SubmittedAt, default));
    }

    [Fact]
    public void An_end_by_a_clock_that_is_behind_ours_is_an_end()
    {
        var replies = new Replies { Log = "3|COMPLETED|0:0|n1|2026-11-23T05:28:34|2026-11-23T05:28:34|2026-11-23T05:28:39|li3ticl6-7f3a-a2\n" };
        Assert.Single(Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), new DateTimeOffset(2026, 11, 23, 5, 40, 0, TimeSpan.Zero), default));
    }

    // --- nodes that failed
    [Theory]
    [InlineData("n1", 3, "n1", false)]
    [InlineData("n1 n2", 3, "n1", true)]
    [InlineData("n1 n2", 4, "n1 n2", false)]
    [InlineData("n1", 1, "", true)]
    [InlineData("n1", 0, "", true)]
    public void Never_more_than_half_of_the_nodes_are_avoided(string failed, int nodes, string avoided, bool said)
    {
        (IReadOnlyList<string> chosen, string? remark) = NodeAvoidance.Of(failed.Split(' '), nodes);
        Assert.Equal((avoided, said), (string.Join(' ', chosen), remark is not null));
    }

    [Theory]
    [InlineData(null, "n1,n2", null)]
    [InlineData("small", "n1", "Only n1 is avoided")]
    [InlineData("gone", null, "None of them is avoided")]
    public void The_partition_says_how_many_nodes_there_are_and_a_job_says_what_it_does_not_avoid(string? partition, string? excluded, string? said)
    {
        var replies = new Replies { Nodes = "main*|1000\nsmall|2\n", Submission = "\ncampaign-submit accepted 7 1795412461\n" };
        var slurm = new SlurmScheduler(new SlurmSettings("li3ticl6-7f3a-", partition), replies);
        var accepted = Assert.IsType<SubmitReply.Accepted>(slurm.Submit(Job with { Resources = Job.Resources with { ExcludedNodes = ["n1", "n2"] } }, default));
        string script = System.Text.Encoding.UTF8.GetString(replies.Input);
        if (excluded is null)
            Assert.DoesNotContain("--exclude", script);
        else
            Assert.Contains($"--exclude={excluded}\n", script);
        Assert.Equal(said is not null, accepted.Remark?.Contains(said ?? "", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void The_queue_is_newer_than_the_history_and_the_controller_tells_the_exit_code()
    {
        var replies = new Replies { Queue = Queue("squeue-ended"), Log = History("sacct-completion"), Details = Text("scontrol-show-jobs.out") };
        JobSighting job = Assert.Single(Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), Long, default));
        Assert.Equal((JobState.Failed, 7, "NonZeroExitCode", "n1"), (job.State, job.ExitCode, job.Reason, job.Node));
    }

    [Fact]
    public void A_job_forgotten_between_two_questions_keeps_what_the_queue_said()
    {
        var replies = new Replies { Queue = Queue("squeue-ended"), DetailsError = Text("scontrol-unknown-id.err") };
        Assert.Equal(JobState.Failed, Assert.Single(Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), Long, default)).State);
        replies.DetailsError = Text("dead-scontrol.err");
        Assert.Throws<SchedulerUnavailableException>(() => Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), Long, default));
    }

    [Fact]
    public void A_history_that_fails_is_unavailable_not_empty()
    {
        var replies = new Replies { HistoryError = "sacct: error: slurm_persist_conn_open: failed to send persistent connection init message" };
        Assert.Throws<SchedulerUnavailableException>(() => Slurm(replies).Find(JobName.Parse("li3ticl6-7f3a-a2"), Long, default));
    }

    [Fact]
    public void The_accounting_is_bounded_from_below()
    {
        var replies = new Replies();
        Slurm(replies).Find(JobName.Parse("a"), new DateTimeOffset(2026, 11, 23, 3, 0, 0, TimeSpan.FromHours(1)), default);
        Assert.Contains(replies.Asked, c => c.Contains("sacct -X -n -P -S 2026-11-23T01:00:00 --name=a", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sbatch-bad-partition.err", 1, true)]
    [InlineData("sbatch-bad-node.err", 1, true)]
    [InlineData("sbatch-bad-option.err", 255, true)]
    [InlineData("sbatch-bad-time.err", 255, true)]
    [InlineData("frozen-sbatch.err", 1, false)]
    [InlineData("dead-sbatch.err", 1, false)]
    [InlineData("nomunge-sbatch.err", 1, false)]
    public void Only_a_clear_no_is_a_refusal(string file, int code, bool refused)
    {
        SubmitReply reply = Slurm(new Replies { Submission = $"{Text(file)}\ncampaign-submit failed {code}\n" }).Submit(Job, default);
        Assert.Equal(refused, reply is SubmitReply.Refused);
        Assert.Equal(!refused, reply is SubmitReply.Unknown);
    }

    [Theory]
    [InlineData("\ncampaign-submit accepted 17 1795399981\n", false)]
    [InlineData("profile noise\n\ncampaign-submit adopted 17 1795399981\n", true)]
    public void An_accepted_job_has_its_identity(string said, bool adopted) =>
        Assert.Equal(new SubmitReply.Accepted(new JobIdentity("17", Job.Name, DateTimeOffset.FromUnixTimeSeconds(1795399981)), adopted), Slurm(new Replies { Submission = said }).Submit(Job, default));

    [Theory]
    [InlineData("")]
    [InlineData("\ncampaign-submit acc")]
    [InlineData("\ncampaign-submit accepted 17\n")]
    [InlineData("no job id in the reply\n\ncampaign-submit unknown\n")]
    [InlineData("\ncampaign-submit failed 124\n")]
    public void A_reply_that_is_lost_cut_or_unclear_is_unknown(string said) => Assert.IsType<SubmitReply.Unknown>(Slurm(new Replies { Submission = said }).Submit(Job, default));

    [Fact]
    public void A_look_up_that_fails_says_that_nothing_was_submitted() =>
        Assert.Contains("squeue: dead", Assert.Throws<SchedulerUnavailableException>(
            () => Slurm(new Replies { Submission = "squeue: dead\n\ncampaign-submit unavailable\n" }).Submit(Job, default)).Message);

    [Fact]
    public void A_submission_whose_connection_broke_is_unknown() => Assert.IsType<SubmitReply.Unknown>(Slurm(new Replies { Broken = true }).Submit(Job, default));

    [Fact]
    public void The_header_asks_for_what_the_job_needs()
    {
        var settings = new SlurmSettings("li3ticl6-", "main", "mat42", "long", ["--constraint=avx512"]);
        JobRequest job = Job with { Resources = new JobResources(TimeSpan.FromMinutes(90.5), 2, 16, 2, 64000, 4, ["n3", "n7"]), Stop = new JobStop(TimeSpan.FromMinutes(4)) };
        Assert.Equal(
            """
            #SBATCH --job-name=li3ticl6-7f3a-a2
            #SBATCH --output=job.log
            #SBATCH --open-mode=append
            #SBATCH --no-requeue
            #SBATCH --time=91
            #SBATCH --signal=B:USR1@240
            #SBATCH --nodes=2
            #SBATCH --ntasks-per-node=16
            #SBATCH --cpus-per-task=2
            #SBATCH --mem=64000M
            #SBATCH --gres=gpu:4
            #SBATCH --exclude=n3,n7
            #SBATCH --partition=main
            #SBATCH --account=mat42
            #SBATCH --qos=long
            #SBATCH --constraint=avx512
            """, string.Join('\n', settings.Header(job)));
    }

    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n[1-3,7]", "n1")]
    [InlineData("n[07-12],gpu1", "n07")]
    [InlineData("a,b[1-2]", "a")]
    [InlineData("r[1-2]c0", "r1c0")]
    [InlineData("", null)]
    [InlineData("(null)", null)]
    [InlineData("None assigned", null)]
    [InlineData("n[1", null)]
    public void The_first_node_of_a_folded_list(string text, string? first) => Assert.Equal(first, NodeList.First(text));

    private static JobRequest Job => new(JobName.Parse("li3ticl6-7f3a-a2"), "/scratch/a2", new JobResources(TimeSpan.FromHours(1)), ["true"]);

    private static SlurmScheduler Slurm(Replies replies) => new(new SlurmSettings("li3ticl6-7f3a-"), replies);

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "slurm", file));

    /// <summary>As recorded, in this program's order of columns.</summary>
    private static string Queue(string file) => Columns(file, f => f.Length < 11 ? "" :
        // a bar in the name shifts what follows it
        f.Length == 13 ? $"{f[0]}|{f[3]}|{f[5]}|{f[6]}|{f[7]}|{f[8]}|{f[4]}|{f[1]}|{f[2]}" : $"{f[0]}|{f[2]}|{f[4]}|{f[5]}|{f[6]}|{f[7]}|{f[3]}|{f[1]}");

    private static string History(string file) => Columns(file, f => f.Length < 8 ? "" : $"{f[0]}|{f[2]}|{f[3]}|{f[4]}|{f[5]}|{f[6]}|{f[7]}|{f[1]}");

    private static string Columns(string file, Func<string[], string> order) => string.Concat(Text(file + ".out").Split('\n').Select(l => order(l.Split('|')) + "\n"));

    private sealed class Replies : ICommandRunner
    {
        public string Queue { get; init; } = "";
        public string? QueueError { get; init; }
        public string? HistoryError { get; init; }
        public string? Log { get; init; }
        public string Details { get; init; } = "";
        public string? DetailsError { get; set; }
        public string Submission { get; init; } = "";
        public string Nodes { get; init; } = "";
        public byte[] Input { get; private set; } = [];
        public bool Broken { get; init; }
        public List<string> Asked { get; } = [];

        public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
        {
            string script = command[2];
            Asked.Add(script);
            if (Broken)
                throw new SchedulerUnavailableException("cut");
            if (script.Contains("campaign-submit", StringComparison.Ordinal))
            {
                Input = input.ToArray();
                return Said(Submission);
            }
            if (script.Contains(" sinfo ", StringComparison.Ordinal))
                return Said(Nodes);
            if (script.Contains(" squeue ", StringComparison.Ordinal))
                return QueueError is { } e ? Failed(e) : Said(Named(script, Queue));
            if (script.Contains(" scontrol ", StringComparison.Ordinal))
                return DetailsError is { } e ? Failed(e) : Said(Details);
            if (script.Contains(" sacct -X ", StringComparison.Ordinal))
                return Failed(HistoryError ?? Text("sacct-disabled.err"));
            return Log is { } log ? Said(log) : Failed("Slurm job completion is disabled");
        }

        private static string Named(string script, string queue)
        {
            int at = script.IndexOf("--name=", StringComparison.Ordinal);
            if (at < 0)
                return queue;
            string name = script[(at + 7)..].Split(' ')[0];
            return string.Concat(queue.Split('\n').Where(l => l.EndsWith("|" + name, StringComparison.Ordinal)).Select(l => l + "\n"));
        }

        private static CommandResult Said(string text) => new(0, System.Text.Encoding.UTF8.GetBytes(text), "");

        private static CommandResult Failed(string error) => new(1, [], error);
    }
}
