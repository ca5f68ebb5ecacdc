using Campaign.Actors.Jobs;
using Campaign.Cli.Verbs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Engines.Scheduling.Local;
using Campaign.Compute.Engines.Scheduling.Pbs;
using Campaign.Compute.Engines.Scheduling.Slurm;
using Campaign.Compute.Engines.Scheduling.Transports;
using Campaign.Files;
using Campaign.Persistence.Directories;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Commands;

/// <summary>The schedulers a campaign's jobs go to, made from its site files.</summary>
internal static class JobSites
{
    /// <summary>Keeps the site files in use beside the journal, so that 'resume' needs nothing else. They may be edited there.</summary>
    public static void Keep(CampaignDirectory directory, WorkflowGraph graph, string campaignFile)
    {
        foreach (string site in Used(graph))
        {
            string file = SiteFileOf(campaignFile, site), kept = directory.SiteFile(site);
            if (!File.Exists(file))
                continue;
            AtomicFile.CreateDirectory(Path.GetDirectoryName(kept)!);
            AtomicFile.Write(kept, File.ReadAllBytes(file));
        }
    }

    /// <summary>Sites of the campaign that have a scheduler.</summary>
    /// <exception cref="InvalidDataException">A kept site file is wrong.</exception>
    public static IReadOnlyList<JobSite> Of(CampaignDirectory directory, WorkflowGraph graph, string campaignId)
    {
        var sites = new List<JobSite>();
        foreach (string name in Used(graph))
        {
            string file = directory.SiteFile(name);
            if (!File.Exists(file))
                continue;
            SiteReading reading = SiteSpecReader.Read(File.ReadAllText(file), file);
            if (reading.Site is not { } site)
                throw new InvalidDataException(string.Join('\n', reading.Problems));
            if (site.Scheduler is { } scheduler)
                sites.Add(Of(directory, site, scheduler, campaignId));
        }
        return sites;
    }

    private static IEnumerable<string> Used(WorkflowGraph graph) => graph.Tasks.Select(t => t.Site).Distinct(StringComparer.Ordinal);

    private static string SiteFileOf(string campaignFile, string site) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(campaignFile))!, "sites", $"{site}.yaml");

    private static JobSite Of(CampaignDirectory directory, SiteSpec site, SchedulerSpec s, string campaignId)
    {
        TimeSpan settle = TimeSpan.FromSeconds(s.SettleSeconds), heartbeat = TimeSpan.FromSeconds(s.HeartbeatSeconds);
        int beat = (int)Math.Clamp(s.HeartbeatSeconds / 10, 1, 30);
        string prefix = campaignId + "-";
        ICommandRunner transport = Transport(s.Login);
        CampaignDirectory there = s.Directory is null ? directory : new CampaignDirectory(Path.Combine(s.Directory, campaignId));
        IScheduler scheduler = site.Kind switch
        {
            "processes" => new LocalScheduler(new LocalSettings(prefix, there.SiteRegister(site.Name), Settle: settle, HeartbeatSeconds: beat), transport),
            "pbs" => new PbsScheduler(new PbsSettings(prefix, s.Partition, s.Account, s.HeaderLines, Settle: settle, HeartbeatSeconds: beat), transport),
            _ => new SlurmScheduler(new SlurmSettings(prefix, s.Partition, s.Account, s.Qos, s.HeaderLines, Settle: settle, HeartbeatSeconds: beat), transport),
        };
        return new JobSite(site.Name, scheduler, s.Directory is null ? new DirectFiles() : new SiteFiles(transport), new JobTraceReader(transport, TimeProvider.System))
        {
            Directory = s.Directory,
            Cores = site.Kind == "processes" ? site.Cores ?? Environment.ProcessorCount : null,
            PollInterval = TimeSpan.FromSeconds(s.PollSeconds),
            CoresPerNode = s.CoresPerNode,
            MaxJobs = s.MaxJobs,
            SubmissionsPerMinute = s.SubmissionsPerMinute,
            Walltime = TimeSpan.FromHours(s.WalltimeHours),
            MemoryMiB = s.MemoryMiB,
            Modules = s.Modules,
            Engines = site.Engines,
            Program = s.Program.Count > 0 ? s.Program : [Environment.ProcessPath ?? "dotnet", typeof(JobSites).Assembly.Location],
            Patience = new JobPatience(heartbeat, settle),
            Packing = s.Pack is { } pack ? new Packing(pack.Tasks, pack.AtOnce, TimeSpan.FromSeconds(pack.WaitSeconds)) : null,
        };
    }

    private static ICommandRunner Transport(LoginSpec? login) => login switch
    {
        null => new DirectTransport(),
        { Transport: "openssh" } => new OpenSshTransport(new OpenSshSettings(login.Host, Directory.CreateTempSubdirectory("campaign-ssh-").FullName)),
        _ => new SshNetTransport(new SshNetSettings(new SshHost(login.Host, login.Port, login.User), login.KeyFile)),
    };
}
