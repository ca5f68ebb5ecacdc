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

    /// <summary>How a job ends in place of doing its work, or of going on with it, by name; null: it does its work.</summary>
    public Func<string, JobState?> Instead { get; set; } = _ => null;

    /// <summary>Jobs whose node is lost and which go on there, and end well just before they would meet the fence, by name.</summary>
    public Func<string, bool> GoesOn { get; set; } = _ => false;

    /// <summary>What works until it is ended, by the name of the job, or for a member of a pack of its task.</summary>
    public Func<string, bool> Endless { get; set; } = _ => false;

    /// <summary>How attempts share jobs.</summary>
    public Packing? Packing { get; set; }

    public JobSite Site => new("cluster", this, this, this)
    {
        Packing = Packing,
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
            if (request.Files is { } files)
                Put(request.Directory, files, ct);
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
        {
            string path = Path.Combine(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
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
        string directory = job.Request.Directory, name = job.Request.Name.ToString();
        switch (job.State)
        {
            case JobState.Waiting when job.PutBack:
                break;
            case JobState.Waiting:
                Claim(job, directory);
                job.State = JobState.Running;
                break;
            case JobState.NodeFailed when GoesOn(name) && File.Exists(Path.Combine(directory, JobFile.Fence)) && !File.Exists(Path.Combine(directory, JobFile.Exit)):
                Execute(job, directory);
                break;
            case JobState.Running when Instead(name) is { } end:
                job.State = end;
                job.PutBack = end == JobState.Waiting;
                break;
            case JobState.Running when job.Members is { } members:
                StepPack(job, members);
                break;
            case JobState.Running when Work(job, directory, name) is { } code:
                job.State = code == 0 ? JobState.Completed : JobState.Failed;
                break;
        }
    }

    /// <summary>Like the runner: members that are promised to it and not given up, so many at once, in the order of the list.</summary>
    private void StepPack(Job pack, List<string> members)
    {
        foreach (string member in pack.Working.ToArray())
            if (Work(pack, member, Path.GetFileName(Path.GetDirectoryName(member)!)) is not null)
                pack.Working.Remove(member);
        while (pack.Working.Count < Packing!.AtOnce && members.Count > 0)
        {
            string next = members[0];
            members.RemoveAt(0);
            string promise = Path.Combine(next, JobFile.Pack);
            if (!File.Exists(promise) || File.ReadAllText(promise).Trim() != pack.Request.Name.ToString() || File.Exists(Path.Combine(next, JobFile.Fence)))
                continue;
            Claim(pack, next);
            pack.Working.Add(next);
        }
        if (pack.Working.Count > 0)
            return;
        End(pack, pack.Request.Directory, 0, "ended");
        pack.State = JobState.Completed;
    }

    private void Claim(Job job, string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, JobFile.Claim));
        Starts[directory] = Starts.GetValueOrDefault(directory) + 1;
        Write(Path.Combine(directory, JobFile.Owner), new { jobId = job.Identity.Id, host = "n1", pid = 1, restart = 0, at = time.GetUtcNow() });
        File.WriteAllText(Path.Combine(directory, JobFile.Heartbeat), "0");
    }

    /// <returns>The exit code once it has ended.</returns>
    private int? Work(Job job, string directory, string name)
    {
        if (File.Exists(Path.Combine(directory, JobFile.Fence)))
            return End(job, directory, 143, "fenced");
        if (Endless(name))
        {
            File.WriteAllText(Path.Combine(directory, JobFile.Heartbeat), $"{++job.Beats}");
            return null;
        }
        return Execute(job, directory);
    }

    private int Execute(Job job, string directory)
    {
        JobResult result = JobOrderRunner.Run(JobOrder.Read(Path.Combine(directory, JobOrder.FileName)), operations, time, _ => { }, CancellationToken.None);
        return End(job, directory, result.How == "completed" ? 0 : 1, "ended");
    }

    private int End(Job job, string directory, int code, string reason)
    {
        Write(Path.Combine(directory, JobFile.Exit), new
        {
            jobId = job.Identity.Id, host = "n1", code, signal = (int?)null, reason, startedAt = time.GetUtcNow(), endedAt = time.GetUtcNow(),
        });
        return code;
    }

    private static void Write(string path, object content) => File.WriteAllText(path, JsonSerializer.Serialize(content)); // without a mark of its encoding, as the script's

    private sealed class Job(string id, JobRequest request, DateTimeOffset at)
    {
        public JobRequest Request => request;

        public JobIdentity Identity { get; } = new(id, request.Name, at);

        public JobState State { get; set; } = JobState.Waiting;

        /// <summary>Into the queue, after it had begun, and by a requeue that outlives the first cancellation.</summary>
        public bool PutBack { get; set; }

        public bool CancelledOnce { get; set; }

        public int Beats { get; set; }

        /// <summary>Of a pack, those it has not begun; null for an attempt with a job to itself.</summary>
        public List<string>? Members { get; } = request.Files?.TryGetValue("members", out byte[]? list) == true ? [.. Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries)] : null;

        public List<string> Working { get; } = [];

        public JobSighting Sighting => new(id, request.Name.ToString(), State, State.ToString(), Node: "n1", SubmittedAt: at, Cores: request.Resources.Cores);
    }
}
