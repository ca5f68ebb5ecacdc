using System.Globalization;

namespace Campaign.Compute.Engines.Scheduling.Transports;

/// <summary>Where an ssh server listens.</summary>
/// <param name="User">Null: as the user is called here.</param>
public sealed record SshHost(string Name, int Port = 22, string? User = null)
{
    /// <summary>Commands at a time over one connection: OpenSSH's servers allow ten (MaxSessions).</summary>
    internal const int Channels = 8;

    /// <summary>As known_hosts writes it.</summary>
    public string Spec => Port == 22 ? Name : string.Create(CultureInfo.InvariantCulture, $"[{Name}]:{Port}");

    public override string ToString() => User is null ? Spec : $"{User}@{Spec}";

    /// <summary>The command that a person would type.</summary>
    public string Command => $"ssh {(Port == 22 ? "" : $"-p {Port.ToString(CultureInfo.InvariantCulture)} ")}{(User is null ? "" : User + "@")}{Name}";
}
