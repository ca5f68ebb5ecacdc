using System.Globalization;
using System.Text;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <param name="Host">A name the user's ssh knows, also an alias of <c>~/.ssh/config</c>.</param>
/// <param name="ControlDirectory">Of sockets, 0700, with a short path; used where the user's configuration has no ControlPath.</param>
/// <param name="ConfigFile">In place of the user's own.</param>
/// <param name="Persist">How long the connection stays open after its last use.</param>
public sealed record OpenSshSettings(string Host, string ControlDirectory, string? ConfigFile = null, TimeSpan? Persist = null);

/// <summary>
/// The user's own <c>ssh</c>, with everything it can: aliases, jump hosts, agents, hardware keys, one-time passwords. One connection per
/// site (ControlMaster); where the user keeps one open already, that one is used. Never asks anything (BatchMode), and refuses unknown hosts.
/// </summary>
public sealed class OpenSshTransport(OpenSshSettings settings) : ICommandRunner, IDisposable
{
    private readonly SemaphoreSlim _channels = new(SshHost.Channels);
    private readonly Lock _gate = new();
    private IReadOnlyList<string>? _options;

    public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
    {
        IReadOnlyList<string> options = Options(ct);
        // a connection that stays open would keep a pipe of standard error open too
        string errors = Path.Combine(settings.ControlDirectory, $"{Guid.NewGuid():N}.err");
        _channels.Wait(ct);
        try
        {
            CommandResult ssh = ProcessRun.Run(
                ["bash", "-c", "exec 2>\"$0\"; exec \"$@\"", errors, "ssh", .. options, settings.Host, RemoteCommand.CommandLine], RemoteCommand.Input(command, input), limit, ct);
            string error = File.Exists(errors) ? File.ReadAllText(errors).Trim() : "";
            return RemoteCommand.Result(ssh.Output, error) ?? throw new SchedulerUnavailableException(Explain(error, ssh.ExitCode));
        }
        finally
        {
            _channels.Release();
            File.Delete(errors);
        }
    }

    /// <summary>Closes the connection, if this object opened it.</summary>
    public void Dispose()
    {
        _channels.Dispose();
        if (_options is null || !_options.Contains("ControlMaster=auto"))
            return;
        try
        {
            ProcessRun.Run(["ssh", .. _options, "-O", "exit", settings.Host], default, TimeSpan.FromSeconds(10), default);
        }
        catch (SchedulerUnavailableException)
        {
            // it ends by itself, ControlPersist
        }
    }

    private IReadOnlyList<string> Options(CancellationToken ct)
    {
        lock (_gate)
            return _options ??= FindOptions(ct);
    }

    private List<string> FindOptions(CancellationToken ct)
    {
        if (settings.Host.StartsWith('-') || settings.Host.Length == 0 || settings.Host.Any(c => char.IsControl(c) || c == ' '))
            throw new SchedulerUnavailableException($"'{settings.Host}' is no host name.");
        if (OperatingSystem.IsWindows())
            throw new SchedulerUnavailableException("ssh on Windows keeps no connection open; use 'transport: ssh'.");
        Directory.CreateDirectory(settings.ControlDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        List<string> options =
        [
            "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3",
            "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ClearAllForwardings=yes", "-o", "RequestTTY=no",
        ];
        if (settings.ConfigFile is { } file)
            options.InsertRange(0, ["-F", file]);
        CommandResult known = ProcessRun.Run(["ssh", .. options, "-G", settings.Host], default, TimeSpan.FromSeconds(20), ct);
        if (known.ExitCode != 0)
            throw new SchedulerUnavailableException($"ssh cannot read its configuration for {settings.Host}: {known.Error.Trim()}");
        bool own = known.Text.Split('\n').Any(l => l.StartsWith("controlpath ", StringComparison.OrdinalIgnoreCase) && !l.EndsWith(" none", StringComparison.Ordinal));
        if (!own)
        {
            string persist = ((long)(settings.Persist ?? TimeSpan.FromMinutes(10)).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            options.AddRange(["-o", "ControlMaster=auto", "-o", $"ControlPath={Path.Combine(settings.ControlDirectory, "%C")}", "-o", $"ControlPersist={persist}"]);
        }
        return options;
    }

    private string Explain(string error, int code)
    {
        string host = settings.Host;
        if (error.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal))
            return $"The host key of {host} has changed since it was last seen. Either the host was set up anew or somebody listens in: ask the site for its fingerprint, then run 'ssh-keygen -R {host}' and connect once by hand ('ssh {host}'). ssh says: {error}";
        if (error.Contains("Host key verification failed", StringComparison.Ordinal))
            return $"The host {host} is not known here. Connect once by hand ('ssh {host}'), compare the fingerprint with the one the site gives, and accept it. ssh says: {error}";
        if (error.Contains("Permission denied", StringComparison.Ordinal))
            return $"{host} does not let us in without a question. Load your key into the agent (ssh-add), or open a connection by hand that stays open (ControlMaster and ControlPath in ~/.ssh/config). ssh says: {error}";
        return $"The connection to {host} failed or broke (ssh ended with code {code}): {(error.Length > 0 ? error : "no message")}";
    }
}
