using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Campaign.TestSupport.Slurm;

/// <summary>
/// A real SLURM of the test's own, with several nodes on this machine, wholly under a temporary directory. Where none is installed, asking
/// for anything of it skips the test. Stopped when disposed, and when the test process dies.
/// </summary>
public sealed partial class SlurmCluster : IAsyncLifetime
{
    private const int PortTries = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClientLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"];

    private readonly SlurmClusterOptions _options;
    private readonly string _root = Directory.CreateTempSubdirectory("cslurm-").FullName; // short: sockets lie in it
    private readonly ConcurrentDictionary<string, SlurmProcess> _nodes = new();
    private Keeper? _keeper;
    private SlurmProcess? _munge, _controller;
    private string? _missing;

    public SlurmCluster()
        : this(new SlurmClusterOptions())
    {
    }

    private SlurmCluster(SlurmClusterOptions options)
    {
        _options = options;
        NodeNames = [.. Enumerable.Range(1, options.Nodes).Select(i => $"n{i}")];
    }

    public string Root
    {
        get
        {
            Skip.If(_missing is not null, _missing);
            return _root;
        }
    }

    /// <summary>What a client needs in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["SLURM_CONF"] = Path.Combine(Root, "slurm.conf") };

    public IReadOnlyList<string> NodeNames { get; }

    /// <summary>The file with a line for every end of a job.</summary>
    public string JobCompletions => Path.Combine(Root, SlurmConfiguration.JobCompletions);

    public string ControllerLog => Path.Combine(Root, "log", "slurmctld.log");

    public static SlurmCluster With(SlurmClusterOptions options) => new(options);

    public async Task InitializeAsync()
    {
        if (Programs.Where(p => PathOf(p) is null).ToArray() is { Length: > 0 } missing)
        {
            _missing = $"SKIPPED: {string.Join(", ", missing)} not found on PATH or in /usr/sbin; 'apt-get install slurm-wlm munge' brings a SLURM to test with.";
            return;
        }
        foreach (string folder in new[] { "munge", "state", "spool", "log" })
            Directory.CreateDirectory(Path.Combine(_root, folder));
        string key = Path.Combine(_root, "munge", "key");
        File.WriteAllBytes(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        await MustAsync("chmod", "400", key);
        await MustAsync("chmod", "755", _root); // munged insists
        File.WriteAllText(
            Path.Combine(_root, "slurm.conf"),
            SlurmConfiguration.Text(_root, System.Environment.MachineName.Split('.')[0], System.Environment.UserName, FreePorts(_options.Nodes + 1), _options));
        _keeper = new Keeper(_root, $"SLURM_CONF={Environment["SLURM_CONF"]}");

        string socket = Path.Combine(_root, SlurmConfiguration.Socket);
        _munge = Daemon(
            "munged", "--foreground", "--force", $"--key-file={key}", $"--socket={socket}", $"--pid-file={_root}/munge/pid", $"--log-file={_root}/munge/log", $"--seed-file={_root}/munge/seed");
        await UntilAsync(() => Task.FromResult(File.Exists(socket)), "munged does not start");
        await StartControllerAsync();
        await Task.WhenAll(NodeNames.Select(StartNodeAsync));
    }

    public async Task DisposeAsync()
    {
        if (_keeper is null)
        {
            Directory.Delete(_root, recursive: true);
            return;
        }
        await _keeper.DisposeAsync();
        foreach (SlurmProcess? daemon in _nodes.Values.Append(_controller).Append(_munge))
            daemon?.Dispose();
    }

    /// <summary>Runs a client of the cluster; one that hangs is killed.</summary>
    public async Task<CommandResult> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root };
        foreach ((string name, string value) in Environment)
            start.Environment[name] = value;
        var watch = Stopwatch.StartNew();
        using Process client = Process.Start(start)!;
        Task<string> output = client.StandardOutput.ReadToEndAsync(), error = client.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(ClientLimit);
        try
        {
            await client.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            client.Kill(); // its controller was killed or frozen under it
            await client.WaitForExitAsync();
        }
        return new CommandResult(client.ExitCode, await output, await error, watch.Elapsed);
    }

    /// <returns>The job's id.</returns>
    public async Task<string> SubmitAsync(string script, params string[] options) =>
        (await MustAsync(["sbatch", "--parsable", .. options, "--wrap", script])).Trim();

    /// <returns>The scheduler's word for it; empty for a job it does not know.</returns>
    public async Task<string> StateAsync(string job) =>
        (await RunAsync("squeue", "-h", "-t", "all", "-j", job, "-o", "%T")).Output.Trim();

    public Task ReachesAsync(string job, params string[] states) =>
        UntilAsync(async () => await StateAsync(job) is var state && states.Contains(state), $"job {job} does not become {string.Join(" or ", states)}");

    /// <returns>A field of <c>scontrol show job</c>.</returns>
    public async Task<string> FieldAsync(string job, string field) =>
        Array.Find((await MustAsync("scontrol", "-o", "show", "job", job)).Split(' '), f => f.StartsWith(field + '=', StringComparison.Ordinal))?[(field.Length + 1)..] ?? "";

    private async Task<string> MustAsync(params string[] command)
    {
        CommandResult result = await RunAsync(command);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{string.Join(' ', command)}: {result}");
    }

    private SlurmProcess Daemon(string program, params string[] arguments) => SlurmProcess.Start(Environment, Path.Combine(_root, "log"), [PathOf(program)!, .. arguments]);

    private async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"{otherwise}. Nodes:\n{(await RunAsync("sinfo", "-h", "-N", "-o", "%N %T %E")).Output}The end of the controller's log:\n{string.Join('\n', File.ReadLines(ControllerLog).TakeLast(20))}");
            await Task.Delay(PollInterval);
        }
    }

    private static string? PathOf(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Below those that the kernel gives to outgoing connections, so that none of them takes one in between.</summary>
    private static int[] FreePorts(int count)
    {
        const int Lowest = 12000, Highest = 30000;
        int[] ports = new int[count];
        for (int i = 0, tries = 0; i < count;)
        {
            int port = System.Security.Cryptography.RandomNumberGenerator.GetInt32(Lowest, Highest);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                if (!ports.Contains(port))
                    ports[i++] = port;
            }
            catch (SocketException) when (++tries < PortTries * count)
            {
            }
        }
        return ports;
    }
}
