using System.Text;
using System.Text.Json;
using Campaign.Actors.Jobs;
using Campaign.Actors.Operations;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Core.Tests.Actors;

/// <summary>
/// A scheduler and its nodes, which outlive the orchestrator. Every look at the queue moves each job a step on: it waits, claims its
/// directory, does its work, is over. What goes wrong is said by tests.
/// </summary>
internal sealed class FakeCluster(TimeProvider time, IReadOnlyList<IOperation> operations) : IScheduler, ISiteFiles, IJobTraceReader
{
    private readonly Lock _gate = new();
    private readonly List<Job> _jobs = [];
    private readonly Heartbeats _heartbeats = new(time);
    private int _lastId;

    /// <summary>How often a job of a name was really put into the queue.</summary>
    public Dictionary<string, int> Submissions { get; } = [];

    /// <summary>How often an attempt's program began, by run directory.</summary>
    public Dictionary<string, int> Starts { get; } = [];

    public int QueueCalls { get; private set; }

    /// <summary>Of the site, where it is the orchestrator that has to see to them.</summary>
    public int? Cores { get; set; }

    /// <summary>Cores of the jobs that were there together, at every look at the queue.</summary>
    public List<int[]> AtOnce { get; } = [];

    public int Cancels { get; private set; }

    /// <summary>Jobs that have begun and not ended.</summary>
    public int AtWork => _jobs.Count(j => j.State == JobState.Running);

    /// <summary>Is asked before every call; may throw.</summary>
    public Action<string> BeforeCall { get; set; } = _ => { };

    /// <summary>True where the reply to a submission that was accepted gets lost.</summary>
    public Func<string, bool> LosesReply { get; set; } = _ => false;

    /// <summary>True where a job that was accepted is forgotten.</summary>
    public Func<string, bool> Forgets { get; set; } = _ => false;

    /// <summary>How a job ends in place of doing its work, by name; null: it does its work.</summary>
    public Func<string, JobState?> Instead { get; set; } = _ => null;

    /// <summary>Jobs that work until they are ended.</summary>
    public Func<string, bool> Endless { get; set; } = _ => false;

    public JobSite Site => new("cluster", this, this, this)
    {
        PollInterval = TimeSpan.FromSeconds(1),
        Program = ["campaign"],
        SubmissionsPerMinute = 10_000,
        Cores = Cores,
        MemoryMiB = 1000,
        Patience = new JobPatience(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(4)),
    };

    public IReadOnlyList<JobRequest> Requests => [.. _jobs.Select(j => j.Request)];

    public string Script(JobRequest job) => "";

    public SubmitReply Submit(JobRequest request, CancellationToken ct)
    {
        BeforeCall("submit");
        lock (_gate)
        {
            string name = request.Name.ToString();
            if (_jobs.FirstOrDefault(j => j.Request.Name == request.Name) is { } known)
                return new SubmitReply.Accepted(known.Identity, true);
            Submissions[name] = Submissions.GetValueOrDefault(name) + 1;
            var job = new Job($"{++_lastId}", request, time.GetUtcNow());
            if (!Forgets(name))
                _jobs.Add(job);
            return LosesReply(name) ? new SubmitReply.Unknown("the reply was lost") : new SubmitReply.Accepted(job.Identity, false);
        }
    }

    public IReadOnlyList<JobSighting> Queue(CancellationToken ct)
    {
        BeforeCall("queue");
        lock (_gate)
        {
            QueueCalls++;
            AtOnce.Add([.. _jobs.Where(j => !j.State.IsOver()).Select(j => j.Request.Resources.Cores)]);
            foreach (Job job in _jobs)
                Step(job);
            return [.. _jobs.Select(j => j.Sighting)];
        }
    }

    public IReadOnlyList<JobSighting> Find(JobName name, DateTimeOffset since, CancellationToken ct)
    {
        BeforeCall("find");
        lock (_gate)
            return [.. _jobs.Where(j => j.Request.Name == name).Select(j => j.Sighting)];
    }

    public void Cancel(IReadOnlyList<JobIdentity> jobs, CancellationToken ct)
    {
        BeforeCall("cancel");
        lock (_gate)
        {
            Cancels++;
            foreach (Job job in _jobs.Where(j => jobs.Any(i => i.Id == j.Identity.Id) && !j.State.IsOver()))
            {
                if (!job.PutBack || job.CancelledOnce)
                    job.State = JobState.Cancelled;
                job.CancelledOnce = true;
            }
        }
    }

    public void Put(string directory, IReadOnlyDictionary<string, byte[]> files, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, byte[] content) in files)
            File.WriteAllBytes(Path.Combine(directory, name), content);
    }

    public byte[]? Read(string path, int limit, CancellationToken ct) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    public IReadOnlyList<SiteFile> List(string directory, CancellationToken ct) =>
        Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => new SiteFile(Path.GetRelativePath(directory, f), new FileInfo(f).Length))]
            : [];

    public IReadOnlyList<RunSight> Read(IReadOnlyList<RunLook> looks, CancellationToken ct)
    {
        BeforeCall("traces");
        return [.. looks.Select(Sight)];
    }

    public void Send(string localPath, string path, CancellationToken ct) => File.Copy(localPath, path, overwrite: true);

    public bool Fetch(string path, string localPath, long limitBytes, CancellationToken ct) => throw new NotSupportedException("This cluster shares the file system.");

    public void Remove(IReadOnlyList<string> directories, CancellationToken ct) => throw new NotSupportedException("This cluster shares the file system.");

    private RunSight Sight(RunLook look)
    {
        string? Text(string name) => File.Exists(Path.Combine(look.Directory, name)) ? File.ReadAllText(Path.Combine(look.Directory, name)) : null;
        JobExit? exit = Text(JobFile.Exit) is { } end ? JobExit.Read(end) : null;
        return RunSight.Nothing with
        {
            Traces = new JobTraces(
                exit, Directory.Exists(Path.Combine(look.Directory, JobFile.Claim)), Text(JobFile.Owner) is { } owner ? JobClaim.Read(owner) : null, [],
                exit is null ? _heartbeats.AgeOf(look.Directory, Text(JobFile.Heartbeat)) : TimeSpan.Zero, Text(JobFile.Fence) is not null),
        };
    }

    private void Step(Job job)
    {
        string directory = job.Request.Directory;
        switch (job.State)
        {
            case JobState.Waiting when job.PutBack:
                break;
            case JobState.Waiting:
                Directory.CreateDirectory(directory);
                Directory.CreateDirectory(Path.Combine(directory, ".claim"));
                Starts[directory] = Starts.GetValueOrDefault(directory) + 1;
                Write(Path.Combine(directory, JobFile.Owner), new { jobId = job.Identity.Id, host = "n1", pid = 1, restart = 0, at = time.GetUtcNow() });
                File.WriteAllText(Path.Combine(directory, JobFile.Heartbeat), "0");
                job.State = JobState.Running;
                break;
            case JobState.Running when File.Exists(Path.Combine(directory, JobFile.Fence)):
                End(job, 143, "fenced", JobState.Failed);
                break;
            case JobState.Running when Endless(job.Request.Name.ToString()):
                File.WriteAllText(Path.Combine(directory, JobFile.Heartbeat), $"{++job.Beats}");
                break;
            case JobState.Running when Instead(job.Request.Name.ToString()) is { } end:
                job.State = end;
                job.PutBack = end == JobState.Waiting;
                break;
            case JobState.Running:
                JobResult result = JobOrderRunner.Run(JobOrder.Read(job.Request.Command[^1]), operations, time, _ => { }, CancellationToken.None);
                End(job, result.How == "completed" ? 0 : 1, "ended", result.How == "completed" ? JobState.Completed : JobState.Failed);
                break;
        }
    }

    private void End(Job job, int code, string reason, JobState state)
    {
        Write(Path.Combine(job.Request.Directory, JobFile.Exit), new
        {
            jobId = job.Identity.Id, host = "n1", code, signal = (int?)null, reason, startedAt = time.GetUtcNow(), endedAt = time.GetUtcNow(),
        });
        job.State = state;
    }

    private static void Write(string path, object content) => File.WriteAllText(path, JsonSerializer.Serialize(content), Encoding.UTF8);

    private sealed class Job(string id, JobRequest request, DateTimeOffset at)
    {
        public JobRequest Request => request;

        public JobIdentity Identity { get; } = new(id, request.Name, at);

        public JobState State { get; set; } = JobState.Waiting;

        /// <summary>Into the queue, after it had begun, and by a requeue that outlives the first cancellation.</summary>
        public bool PutBack { get; set; }

        public bool CancelledOnce { get; set; }

        public int Beats { get; set; }

        public JobSighting Sighting => new(id, request.Name.ToString(), State, State.ToString(), Node: "n1", SubmittedAt: at, Cores: request.Resources.Cores);
    }
}
