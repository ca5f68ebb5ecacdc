using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Campaign.Compute.Engines.Scheduling.Packs;

/// <summary>
/// Many attempts in one job of the scheduler: a pack. It is a job like any other, in a directory of its own, whose program runs the
/// members' own job scripts; so each member has its own claim, heartbeat, fence and end.
/// </summary>
/// <param name="Directory">The pack's own, absolute on the site.</param>
/// <param name="AtOnce">Members that work at the same time.</param>
/// <param name="Resources">Of the whole job.</param>
/// <param name="Ahead">How long before the walltime nothing more is begun.</param>
/// <param name="Members">Their run directories, absolute on the site, in the order in which they are begun.</param>
public sealed record PackPlan(string Name, string Directory, int AtOnce, JobResources Resources, TimeSpan Ahead, IReadOnlyList<string> Members)
{
    /// <summary>Of the walltime: with less than that left, no member is begun.</summary>
    private const double LeastShare = 0.1;

    private const string Runner = "pack.sh", List = "members", StopFile = "pack.stop";

    /// <summary>Whether a job can share one with others like it.</summary>
    public static bool CanBePacked(JobRequest job) => job.Resources is { Nodes: 1, GpusPerNode: 0 };

    /// <summary>Jobs whose kind is equal can share one.</summary>
    public static string KindOf(JobRequest job)
    {
        JobResources r = job.Resources;
        return string.Create(CultureInfo.InvariantCulture, $"{r.Walltime} {r.TasksPerNode} {r.CpusPerTask} {r.MemoryMiB} {string.Join(',', (r.ExcludedNodes ?? []).Order(StringComparer.Ordinal))}");
    }

    /// <summary>The same members make the same name, so that a pack put together twice is one pack.</summary>
    /// <param name="prefix">What all names of the campaign begin with.</param>
    public static JobName NameOf(string prefix, IEnumerable<JobName> members)
    {
        string all = string.Join('\n', members.Select(m => m.ToString()).Order(StringComparer.Ordinal));
        return JobName.Parse($"{prefix}p{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)))[..12]}");
    }

    /// <param name="members">Of one kind; at least one.</param>
    public static PackPlan Of(JobName name, string directory, int atOnce, IReadOnlyList<JobRequest> members)
    {
        JobResources one = members[0].Resources;
        int width = Math.Min(atOnce, members.Count);
        return new PackPlan(
            name.ToString(), directory, width,
            one with { TasksPerNode = width * one.TasksPerNode, MemoryMiB = width * one.MemoryMiB },
            // members stop themselves first, by their own clocks
            members.Min(JobScript.Ahead) / 2,
            [.. members.Select(m => m.Directory)]);
    }

    /// <summary>The pack as the scheduler gets it.</summary>
    public JobRequest ToRequest()
    {
        double reserve = Math.Ceiling((Resources.Walltime * LeastShare + Ahead * 2).TotalSeconds);
        string runner = ScriptTemplate.Fill(Runner, new Dictionary<string, string>
        {
            ["NAME"] = ShellWord.Quote(Name),
            ["AT_ONCE"] = AtOnce.ToString(CultureInfo.InvariantCulture),
            ["RESERVE"] = reserve.ToString(CultureInfo.InvariantCulture),
        });
        return new JobRequest(
            JobName.Parse(Name), Directory, Resources, ["bash", Runner], Stop: new JobStop(Ahead, StopFile, "", Signal: null),
            Files: new Dictionary<string, byte[]>
            {
                [Runner] = Encoding.UTF8.GetBytes(runner),
                [List] = Encoding.UTF8.GetBytes(string.Concat(Members.Select(m => m + "\n"))),
            });
    }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Options);

    /// <summary>Null when the bytes are no whole plan.</summary>
    public static PackPlan? Decode(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<PackPlan>(json, JobJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
