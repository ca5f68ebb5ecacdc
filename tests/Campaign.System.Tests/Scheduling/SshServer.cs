using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Campaign.Compute.Engines.Scheduling.Transports;
using Xunit;

namespace Campaign.SystemTests.Scheduling;

/// <summary>A real sshd on a loopback port with keys of its own, and a client's side of it: key, known_hosts, configuration.</summary>
public sealed class SshServer : IDisposable
{
    private static readonly string? Program = new[] { "/usr/sbin/sshd", "/usr/bin/sshd" }.FirstOrDefault(File.Exists);
    private readonly string _root = Directory.CreateTempSubdirectory("ssh-").FullName;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private Process? _server;

    /// <param name="environment">What sessions find there beside the usual.</param>
    public SshServer(IReadOnlyDictionary<string, string>? environment = null)
    {
        _environment = environment ?? new Dictionary<string, string>();
        if (Program is null)
            return;
        Port = FreePort();
        Keygen("-q", "-N", "", "-t", "ed25519", "-f", At("host"));
        Keygen("-q", "-N", "", "-t", "ed25519", "-f", At("id"));
        File.Copy(At("id.pub"), At("authorized"));
        File.WriteAllText(At("known_hosts"), Line("host.pub"));
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd"); // where sshd as root confines its children
        Start();
    }

    public int Port { get; }

    public SshHost Host => new("127.0.0.1", Port);

    public string Log => File.ReadAllText(At("log"));

    public int Logins => Log.Split('\n').Count(l => l.Contains("Accepted publickey", StringComparison.Ordinal));

    public string At(string file) => Path.Combine(_root, file);

    public static void Require() => Skip.If(Program is null, "there is no sshd here (Debian: openssh-server); both ssh transports go untested");

    public SshNetTransport SshNet(string knownHosts = "known_hosts", string key = "id") => new(new SshNetSettings(Host, At(key), [At(knownHosts)]));

    public OpenSshTransport OpenSsh(string knownHosts = "known_hosts", string key = "id")
    {
        string config = At($"config-{knownHosts}-{key}");
        File.WriteAllText(config, $"""
            Host site
              HostName 127.0.0.1
              Port {Port}
              IdentityFile {At(key)}
              IdentitiesOnly yes
              IdentityAgent none
              UserKnownHostsFile {At(knownHosts)}
              GlobalKnownHostsFile /dev/null
            """);
        return new OpenSshTransport(new OpenSshSettings("site", At($"c-{key}"), config));
    }

    /// <summary>A line of known_hosts with a public key.</summary>
    public string Line(string publicKey, string? host = null) => $"{host ?? Host.Spec} {string.Join(' ', File.ReadAllText(At(publicKey)).Split(' ')[..2])}\n";

    public void Keygen(params string[] arguments)
    {
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string error = keygen.StandardError.ReadToEnd();
        keygen.WaitForExit();
        Assert.True(keygen.ExitCode == 0, error);
    }

    /// <summary>Ends every session, as a network does; the server goes on.</summary>
    public void CutSessions()
    {
        // the server's own processes only: what runs in a session is not to end before its connection
        foreach (int child in Children(_server!.Id).ToArray())
            RunDirectory.Signal("KILL", child);
    }

    public void Stop()
    {
        CutSessions();
        _server!.Kill();
        _server.WaitForExit();
    }

    public void Start()
    {
        File.WriteAllText(At("sshd_config"), $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {At("host")}
            PidFile none
            AuthorizedKeysFile {At("authorized")}
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            ForceCommand echo "welcome to the site"; eval "$SSH_ORIGINAL_COMMAND"
            {(_environment.Count > 0 ? $"SetEnv {string.Join(' ', _environment.Select(e => $"{e.Key}={e.Value}"))}" : "")}

            """);
        _server = Process.Start(new ProcessStartInfo(Program!, ["-D", "-E", At("log"), "-f", At("sshd_config")]))!;
        RunDirectory.Await(Answers, "sshd does not come up");
    }

    public void Dispose()
    {
        if (_server is not null)
        {
            Stop();
            _server.Dispose();
        }
        Directory.Delete(_root, recursive: true);
    }

    private bool Answers()
    {
        Assert.False(_server!.HasExited, $"sshd ended: {(File.Exists(At("log")) ? Log : "")}");
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IEnumerable<int> Children(int parent)
    {
        foreach (string directory in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid))
                continue;
            string stat;
            try
            {
                stat = File.ReadAllText($"{directory}/stat");
            }
            catch (IOException)
            {
                continue;
            }
            if (!stat.Contains("(sshd") || stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] != parent.ToString())
                continue;
            yield return pid;
            foreach (int grandchild in Children(pid))
                yield return grandchild;
        }
    }
}
