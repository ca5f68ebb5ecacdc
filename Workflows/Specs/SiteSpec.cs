using System.Text.RegularExpressions;
using Campaign.Workflows.Planning;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Workflows.Specs;

/// <summary>Where work runs, as read from <c>sites/NAME.yaml</c> beside the campaign file.</summary>
/// <param name="Kind">local (within this process), processes (programs of their own on this machine), slurm or pbs.</param>
/// <param name="Cores">Slots that can work at the same time; null: as many as the machine has.</param>
/// <param name="Scheduler">How jobs are handed in and followed; null for a local site, which has none.</param>
/// <param name="Engines">How external engines are started here.</param>
public sealed record SiteSpec(
    string Name,
    string Kind,
    int? Cores,
    SchedulerSpec? Scheduler,
    IReadOnlyDictionary<string, EngineCommand> Engines,
    CostModel Cost);

/// <summary>Limits and names for the scheduler, and the way to it.</summary>
/// <param name="HeaderLines">Further directives for the head of every batch script, e.g. "--constraint=icelake".</param>
/// <param name="MemoryMiB">Asked for per node; null leaves it to the scheduler.</param>
/// <param name="SettleSeconds">How long the scheduler must not know a job before it counts as never accepted.</param>
/// <param name="HeartbeatSeconds">After how long without a sign of life a job that the scheduler does not call running counts as dead.</param>
/// <param name="Login">Null when the scheduler's commands are found on this machine.</param>
/// <param name="Program">How this program is started in a job; empty for the way it was started here.</param>
/// <param name="Directory">Absolute path there, for the runs of all campaigns; null where the campaign's directory is seen there under the same path.</param>
/// <param name="Pack">How tasks share jobs; null: each has one to itself.</param>
/// <param name="CoresPerNode">A task of more cores, if its program is one of many processes, asks for several nodes; null: it never does.</param>
public sealed record SchedulerSpec(
    string? Partition, string? Account, string? Qos, double WalltimeHours, int MaxJobs, int SubmissionsPerMinute, double PollSeconds,
    IReadOnlyList<string> HeaderLines, IReadOnlyList<string> Modules, int? MemoryMiB, double SettleSeconds, double HeartbeatSeconds,
    LoginSpec? Login, IReadOnlyList<string> Program, string? Directory, PackSpec? Pack = null, int? CoresPerNode = null);

/// <param name="Tasks">Most of them in one job.</param>
/// <param name="AtOnce">Of these that work at the same time.</param>
/// <param name="WaitSeconds">How long the first of them waits for more.</param>
public sealed record PackSpec(int Tasks, int AtOnce, double WaitSeconds);

/// <summary>A login node.</summary>
/// <param name="Transport">ssh (a connection of our own) or openssh (the user's ssh program and its settings).</param>
/// <param name="KeyFile">Private key; null for the agent and the usual places.</param>
public sealed record LoginSpec(string Host, string? User, int Port, string Transport, string? KeyFile);

/// <param name="Command">Program and arguments, never shell text.</param>
public sealed record EngineCommand(IReadOnlyList<string> Command, IReadOnlyList<string> Modules)
{
    /// <summary>Other builds of the same program by what they are for, e.g. <c>gamma</c> (vasp_gam).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Builds { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>How it is installed there, e.g. <c>potcars</c>, <c>ncore</c>; see <see cref="EngineOptions"/>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The scheduler is asked for one task per core (MPI), not for one task with all cores (threads).</summary>
    public bool RankPerCore { get; init; }
}

/// <summary>The site, if there is no error, and everything there is to say about the file.</summary>
public sealed record SiteReading(SiteSpec? Site, IReadOnlyList<SpecProblem> Problems);

public static partial class SiteSpecReader
{
    public static SiteReading Read(string text, string file)
    {
        var context = new SpecReadContext();
        SiteSpec? site = YamlTree.Parse(text, file, context.Problems) is { } root ? Read(new SpecSection(context, root, "")) : null;
        return new SiteReading(context.Problems.Problems.Count == 0 ? site : null, context.Problems.Problems);
    }

    private static SiteSpec Read(SpecSection top)
    {
        string name = top.Id("site", null);
        string kind = top.Word("kind", null, "local", "processes", "slurm", "pbs");
        int? cores = top.Has("cores") ? top.Integer("cores", null, 1, 10_000_000) : null;
        SchedulerSpec? scheduler = kind switch
        {
            "local" => null,
            "processes" => Processes(top.SectionOrEmpty(kind)),
            _ => Cluster(top.SectionOrEmpty(kind)),
        };
        if (kind == "processes" && scheduler?.Login is not null && cores is null)
            top.Problem("cores", "The site is another machine, and nothing says how many of its cores may be used.", "Write cores: with their number.");
        var engines = new SortedDictionary<string, EngineCommand>(StringComparer.Ordinal);
        if (top.Section("engines") is { } all)
            foreach (MapEntry e in all.Entries())
            {
                var s = new SpecSection(all.Context, e.Value, all.PathOf(e.Key.Text));
                engines[e.Key.Text] = Engine(e.Key.Text, s);
                s.RefuseUnknownKeys();
            }
        CostModel cost = Cost(top.SectionOrEmpty("cost"));
        top.RefuseUnknownKeys();
        return new SiteSpec(name, kind, cores, scheduler, engines, cost);
    }

    private static EngineCommand Engine(string name, SpecSection s)
    {
        var builds = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (s.Section("builds") is { } others)
        {
            foreach (MapEntry e in others.Entries())
                builds[e.Key.Text] = others.Words(e.Key.Text, null);
            others.RefuseUnknownKeys();
        }
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (s.Section("options") is { } installed)
        {
            EngineOptions.Read(name, installed, options);
            installed.RefuseUnknownKeys();
        }
        return new EngineCommand(s.Words("command", null), s.Words("modules", []))
        {
            Builds = builds, Options = options, RankPerCore = s.Word("parallel", EngineOptions.UsualParallel(name), "processes", "threads") == "processes",
        };
    }

    private static SchedulerSpec Cluster(SpecSection s)
    {
        var scheduler = new SchedulerSpec(
            SafeWord(s, "partition"), SafeWord(s, "account"), SafeWord(s, "qos"), Walltime(s),
            s.Integer("maxJobs", 50, 1, 100_000), s.Integer("submissionsPerMinute", 20, 1, 100_000), Poll(s, 30),
            HeaderLines(s), Modules(s), s.Has("memoryMiB") ? s.Integer("memoryMiB", null, 1, 100_000_000) : null,
            Settle(s, 120), Heartbeat(s, 300), Login(s), s.Words("program", []), OwnDirectory(s), Pack(s),
            s.Has("coresPerNode") ? s.Integer("coresPerNode", null, 1, 100_000) : null);
        s.RefuseUnknownKeys();
        return scheduler;
    }

    /// <summary>A machine without a scheduler: what starts runs, and cores are what limits it.</summary>
    private static SchedulerSpec Processes(SpecSection s)
    {
        var scheduler = new SchedulerSpec(
            null, null, null, Walltime(s), int.MaxValue, int.MaxValue, Poll(s, 2), [], Modules(s), null, Settle(s, 10), Heartbeat(s, 60), Login(s),
            s.Words("program", []), OwnDirectory(s));
        s.RefuseUnknownKeys();
        return scheduler;
    }

    private static string? OwnDirectory(SpecSection s)
    {
        string? directory = s.OptionalText("directory");
        if (directory is not null && (!directory.StartsWith('/') || directory.Any(char.IsControl) || directory.Split('/').Any(p => p is "." or "..")))
            s.Problem("directory", $"'{directory}' is no absolute path.", "Write the full path of a directory there that you may write in, such as /scratch/me/campaigns.");
        if (directory is not null && !s.Has("program"))
            s.Problem("directory", "The site has files of its own, and nothing says how this program is started there.", "Write program: with its path there, e.g. [/home/me/campaign/campaign].");
        return directory?.TrimEnd('/');
    }

    private static double Walltime(SpecSection s) => s.Number("walltimeHours", 24, new Bounds(0.001, 10_000));

    private static double Poll(SpecSection s, double usual) => s.Number("pollSeconds", usual, new Bounds(0.1, 86_400));

    private static double Settle(SpecSection s, double usual) => s.Number("settleSeconds", usual, new Bounds(1, 86_400));

    private static double Heartbeat(SpecSection s, double usual) => s.Number("heartbeatSeconds", usual, new Bounds(2, 86_400));

    private static CostModel Cost(SpecSection s)
    {
        var d = new CostModel();
        var cost = new CostModel(
            s.Number("teacherUs", d.TeacherUs, Bounds.Positive), s.Number("potentialBaseUs", d.PotentialBaseUs, Bounds.Positive),
            s.Number("potentialPerWeightUs", d.PotentialPerWeightUs, Bounds.Positive), s.Number("tabulatedBaseUs", d.TabulatedBaseUs, Bounds.Positive),
            s.Number("tabulatedPerOutputUs", d.TabulatedPerOutputUs, Bounds.Positive), s.Number("tabulatedPerWeightUs", d.TabulatedPerWeightUs, Bounds.Positive),
            s.Number("trainingBaseUs", d.TrainingBaseUs, Bounds.Positive),
            s.Number("trainingPerWeightUs", d.TrainingPerWeightUs, Bounds.Positive), s.Number("dftStepSeconds", d.DftStepSeconds, Bounds.Positive));
        s.RefuseUnknownKeys();
        return cost;
    }

    private static PackSpec? Pack(SpecSection s)
    {
        if (s.Section("pack") is not { } p)
            return null;
        var pack = new PackSpec(p.Integer("tasks", null, 2, 10_000), p.Integer("atOnce", 1, 1, 10_000), p.Number("waitSeconds", 30, new Bounds(0, 86_400)));
        if (pack.AtOnce > pack.Tasks)
            p.Problem("atOnce", $"{pack.AtOnce} tasks cannot work at the same time in a job that has {pack.Tasks} at most.", "Write tasks: with at least as many, or a smaller atOnce:.");
        p.RefuseUnknownKeys();
        return pack;
    }

    private static LoginSpec? Login(SpecSection s)
    {
        if (s.Section("login") is not { } l)
            return null;
        string? host = SafeWord(l, "host");
        if (host is null)
            l.Problem("host", "The login node has no name.", "Write host: with the name you give to ssh.");
        var login = new LoginSpec(host ?? "", SafeWord(l, "user"), l.Integer("port", 22, 1, 65_535), l.Word("transport", "ssh", "ssh", "openssh"), l.OptionalText("keyFile"));
        l.RefuseUnknownKeys();
        return login;
    }

    private static IReadOnlyList<string> HeaderLines(SpecSection s)
    {
        IReadOnlyList<string> lines = s.Words("headerLines", []);
        foreach (string line in lines.Where(l => !Directive().IsMatch(l)))
            s.Problem("headerLines", $"'{line}' is no directive.", "Write one option of the scheduler a line, such as --constraint=icelake, without #SBATCH.");
        return lines;
    }

    private static IReadOnlyList<string> Modules(SpecSection s)
    {
        IReadOnlyList<string> modules = s.Words("modules", []);
        foreach (string module in modules.Where(m => !Module().IsMatch(m)))
            s.Problem("modules", $"'{module}' is no name of a module.", "Use letters, digits and . _ + / -.");
        return modules;
    }

    private static string? SafeWord(SpecSection s, string key)
    {
        string? text = s.OptionalText(key);
        if (text is not null && !Word().IsMatch(text))
            s.Problem(key, $"'{text}' is not a name a scheduler takes.", "Use letters, digits, '.', '_' and '-'.");
        return text;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A-{1,2}[A-Za-z][A-Za-z-]*([= ][A-Za-z0-9_.,:*=&|()\[\]/+-]{1,200})?\z")]
    private static partial Regex Directive();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+/-]{0,127}\z")]
    private static partial Regex Module();
}
