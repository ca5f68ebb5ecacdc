using System.Text;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.Scheduling.Packs;

/// <summary>
/// The packs of a campaign on one site: <c>.packs/NAME</c> beside the members' run directories. What happens is in this order, so that it
/// can be cut short anywhere and done again: the plan of the pack, the members' job scripts, the promise in each member's directory
/// (<see cref="JobFile.Pack"/>), the submission. A member belongs to the pack that its promise names, for ever; the pack passes all others over.
/// </summary>
/// <param name="runs">Absolute path on the site of what has all run directories.</param>
public sealed class PackFolder(IScheduler scheduler, ISiteFiles files, string runs)
{
    private const string PlanFile = "pack.json";
    private const int Limit = 16 << 20, PromiseLimit = 1024;

    public string DirectoryOf(JobName pack) => Path.Combine(runs, ".packs", pack.ToString());

    /// <summary>The pack that a member was promised to; null when it was to none.</summary>
    public JobName? PromiseOf(string directory, CancellationToken ct) =>
        files.Read(Path.Combine(directory, JobFile.Pack), PromiseLimit, ct) is { } bytes && JobName.TryParse(Encoding.UTF8.GetString(bytes).TrimEnd('\n'), out JobName name) ? name : null;

    /// <summary>Whether a job of its own was, or may have been, submitted for the attempt.</summary>
    public bool WasSubmittedAlone(string directory, CancellationToken ct) => files.Read(Path.Combine(directory, JobFile.Intent), PromiseLimit, ct) is not null;

    /// <summary>Submits a pack, or finds that it was. Can be repeated at any time, also with some of its members only.</summary>
    /// <returns>The reply, and the members that another pack has, by run directory.</returns>
    /// <exception cref="SchedulerUnavailableException">Nothing was submitted by this call.</exception>
    /// <exception cref="IOException">The disk does not take the files.</exception>
    public (SubmitReply Reply, IReadOnlyDictionary<string, JobName> Elsewhere) Submit(JobName name, int atOnce, IReadOnlyList<JobRequest> members, CancellationToken ct)
    {
        ILookup<JobName?, JobRequest> promised = members.ToLookup(m => PromiseOf(m.Directory, ct));
        Dictionary<string, JobName> elsewhere = promised.Where(p => p.Key is { } other && other != name).SelectMany(p => p.Select(m => (m.Directory, Pack: p.Key!.Value))).ToDictionary(m => m.Directory, m => m.Pack);
        JobRequest[] mine = [.. members.Where(m => !elsewhere.ContainsKey(m.Directory))];
        if (Read(name, ct) is not { } plan)
        {
            if (mine.Length == 0)
                return (new SubmitReply.Unknown($"no member of {name} is left"), elsewhere);
            plan = PackPlan.Of(name, DirectoryOf(name), atOnce, mine);
            files.Put(plan.Directory, new Dictionary<string, byte[]> { [PlanFile] = plan.Encode() }, ct);
        }
        JobRequest[] unpromised = [.. promised[null]];
        if (unpromised.Length > 0)
        {
            files.Put(runs, unpromised.SelectMany(m => (m.Files ?? new Dictionary<string, byte[]>()).Append(new(JobFile.Script, Encoding.UTF8.GetBytes(scheduler.Script(m)))).Select(f => (Path: Within(m, f.Key), f.Value)))
                .ToDictionary(f => f.Path, f => f.Value), ct);
            files.Put(runs, unpromised.ToDictionary(m => Within(m, JobFile.Pack), _ => Encoding.UTF8.GetBytes($"{name}\n")), ct);
        }
        return (scheduler.Submit(plan.ToRequest(), ct), elsewhere);
    }

    /// <summary>Whether any member of the pack has neither ended nor been given up: then its job is not to be cancelled.</summary>
    public bool IsWanted(JobName pack, CancellationToken ct) =>
        Read(pack, ct) is { } plan && plan.Members.Any(m =>
            PromiseOf(m, ct) == pack && files.Read(Path.Combine(m, JobFile.Fence), PromiseLimit, ct) is null && files.Read(Path.Combine(m, JobFile.Exit), Limit, ct) is null);

    private PackPlan? Read(JobName pack, CancellationToken ct) =>
        files.Read(Path.Combine(DirectoryOf(pack), PlanFile), Limit, ct) is { } bytes ? PackPlan.Decode(bytes) : null;

    private string Within(JobRequest member, string name) => Path.GetRelativePath(runs, Path.Combine(member.Directory, name));
}
