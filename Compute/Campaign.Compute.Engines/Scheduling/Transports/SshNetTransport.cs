using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <param name="KeyFile">Private key without a passphrase; null: the first of ~/.ssh/id_ed25519, id_ecdsa, id_rsa.</param>
/// <param name="KnownHostsFiles">Null: the user's and the system's.</param>
public sealed record SshNetSettings(SshHost Host, string? KeyFile = null, IReadOnlyList<string>? KnownHostsFiles = null);

/// <summary>
/// One connection per site without any program on this machine (SSH.NET); commands share it as channels. The host's key is checked against
/// known_hosts; we are let in by a key file.
/// </summary>
/// <remarks>
/// SSH.NET speaks with no agent and reads no <c>~/.ssh/config</c>; for agents, keys with a passphrase, jump hosts and one-time passwords
/// there is <see cref="OpenSshTransport"/>. Passwords are not taken.
/// </remarks>
public sealed class SshNetTransport(SshNetSettings settings) : ICommandRunner, IDisposable
{
    private readonly SemaphoreSlim _channels = new(SshHost.Channels);
    private readonly Lock _gate = new();
    private SshClient? _client;

    private SshHost Host => settings.Host;

    public CommandResult Run(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan limit, CancellationToken ct)
    {
        _channels.Wait(ct);
        SshClient? client = null;
        try
        {
            client = Client();
            return RunAsync(client, RemoteCommand.Input(command, input), limit, ct).GetAwaiter().GetResult()
                ?? throw new SshConnectionException("it ended before the command had.");
        }
        catch (Exception e) when (e is SshException or SocketException or ObjectDisposedException or IOException or InvalidOperationException || IsLibrarysOwn(e))
        {
            Forget(client);
            throw new SchedulerUnavailableException($"The connection to {Host} broke: {e.Message}", e);
        }
        finally
        {
            _channels.Release();
        }
    }

    /// <summary>SSH.NET trips over itself where the connection breaks while a command's channel is being opened.</summary>
    private static bool IsLibrarysOwn(Exception e) => e is NullReferenceException && e.TargetSite?.DeclaringType?.Assembly == typeof(SshClient).Assembly;

    public void Dispose()
    {
        _client?.Dispose();
        _channels.Dispose();
    }

    /// <summary>The result; null: the command's end was not seen.</summary>
    private async Task<CommandResult?> RunAsync(SshClient client, byte[] input, TimeSpan limit, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(limit);
        using SshCommand command = client.CreateCommand(RemoteCommand.CommandLine);
        try
        {
            Task running = command.ExecuteAsync(time.Token);
            Task<byte[]> output = Read(command.OutputStream, time), error = Read(command.ExtendedOutputStream, time);
            using (Stream stream = command.CreateInputStream())
                await stream.WriteAsync(input, time.Token).ConfigureAwait(false);
            await Task.WhenAll(output, error, running).ConfigureAwait(false);
            return RemoteCommand.Result(await output.ConfigureAwait(false), Encoding.UTF8.GetString(await error.ConfigureAwait(false)).Trim());
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SchedulerUnavailableException($"A command on {Host} did not end within {limit.TotalSeconds:0} s.", e);
        }
    }

    /// <summary>While the command runs: a site that never stops answering must not fill the memory.</summary>
    private async Task<byte[]> Read(Stream stream, CancellationTokenSource command)
    {
        try
        {
            return await ProcessRun.Read(stream, $"A command on {Host}", command.Token).ConfigureAwait(false);
        }
        catch (SchedulerUnavailableException)
        {
            await command.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SshClient Client()
    {
        lock (_gate)
        {
            if (_client is { IsConnected: true } client)
                return client;
            _client?.Dispose();
            _client = null;
            return _client = Connect();
        }
    }

    /// <summary>A connection one of whose commands broke is not used again, though it may take a while to know itself that it is cut.</summary>
    private void Forget(SshClient? broken)
    {
        lock (_gate)
        {
            if (broken is null || broken != _client)
                return;
            _client = null;
        }
        broken.Dispose();
    }

    private SshClient Connect()
    {
        KnownHosts known = KnownHosts.Read(settings.KnownHostsFiles ?? [Home("known_hosts"), Home("known_hosts2"), "/etc/ssh/ssh_known_hosts"]);
        using PrivateKeyFile key = Key();
        var connection = new ConnectionInfo(Host.Name, Host.Port, Host.User ?? Environment.UserName, new PrivateKeyAuthenticationMethod(Host.User ?? Environment.UserName, key))
        {
            Timeout = TimeSpan.FromSeconds(20),
        };
        Prefer(connection, known.KeyTypes(Host.Spec));
        var client = new SshClient(connection) { KeepAliveInterval = TimeSpan.FromSeconds(15) };
        string? distrust = null;
        client.HostKeyReceived += (_, e) => e.CanTrust = (distrust = Distrust(known, e)) is null;
        try
        {
            client.Connect();
            return client;
        }
        catch (Exception e) when (e is SshException or SocketException or InvalidOperationException)
        {
            client.Dispose();
            throw new SchedulerUnavailableException(distrust ?? (e is SshAuthenticationException
                ? $"{Host} does not let us in with the key {KeyFile}: {e.Message} Put the public key into ~/.ssh/authorized_keys there, or use 'transport: openssh'."
                : $"{Host} cannot be reached: {e.Message}"), e);
        }
    }

    /// <summary>What speaks against the host's key, in words; null: nothing.</summary>
    private string? Distrust(KnownHosts known, HostKeyEventArgs e)
    {
        string type = e.HostKeyName.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : e.HostKeyName;
        string fingerprint = $"{type} SHA256:{Convert.ToBase64String(SHA256.HashData(e.HostKey)).TrimEnd('=')}";
        (KnownHosts.Standing standing, string where) = known.Check(Host.Spec, type, e.HostKey);
        return standing switch
        {
            KnownHosts.Standing.Known => null,
            KnownHosts.Standing.Changed =>
                $"The host key of {Host.Spec} has changed: it is now {fingerprint}, and {where} has another. Either the host was set up anew or somebody listens in: " +
                $"ask the site for its fingerprint, then run 'ssh-keygen -R {Host.Spec}' and connect once by hand ('{Host.Command}').",
            KnownHosts.Standing.Revoked => $"The host key of {Host.Spec}, {fingerprint}, is revoked in {where}.",
            _ => $"The host {Host.Spec} is not known here; its key is {fingerprint}. Compare that with the fingerprint the site gives, then connect once by hand ('{Host.Command}') and accept it.",
        };
    }

    /// <summary>Asks the host to prove itself with a key that is known, as OpenSSH does; certificates are not understood here.</summary>
    private static void Prefer(ConnectionInfo connection, IReadOnlyList<string> types)
    {
        foreach (string name in connection.HostKeyAlgorithms.Keys.ToArray())
        {
            string type = name.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : name;
            if (name.Contains("-cert-", StringComparison.Ordinal) || (types.Count > 0 && !types.Contains(type)))
                connection.HostKeyAlgorithms.Remove(name);
        }
    }

    private string KeyFile => settings.KeyFile
        ?? new[] { "id_ed25519", "id_ecdsa", "id_rsa" }.Select(Home).FirstOrDefault(File.Exists)
        ?? throw new SchedulerUnavailableException($"There is no key file for {Host} in ~/.ssh. Make one (ssh-keygen) and give its public half to the site, or use 'transport: openssh'.");

    private PrivateKeyFile Key()
    {
        string file = KeyFile;
        try
        {
            return new PrivateKeyFile(file);
        }
        catch (Exception e) when (e is SshException or IOException or UnauthorizedAccessException)
        {
            throw new SchedulerUnavailableException($"The key {file} for {Host} cannot be used: {e.Message} A key with a passphrase needs an agent: use 'transport: openssh'.", e);
        }
    }

    private static string Home(string file) => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", file);
}
