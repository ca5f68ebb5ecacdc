using System.Reflection;

namespace Campaign.Cli;

/// <summary>What this program is.</summary>
public static class Versions
{
    public static string Campaign { get; } =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
