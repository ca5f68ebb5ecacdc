using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Campaign.TestSupport.Slurm;

/// <summary>A daemon of the cluster, kept in the foreground so that it can be stopped, frozen and waited for.</summary>
internal sealed partial class SlurmProcess : IDisposable
{
    private const int Kill = 9, Continue = 18, Stop = 19;

    private readonly Process _process;

    private SlurmProcess(Process process) => _process = process;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Its output goes to nobody: who runs the tests would wait for the end of it.</summary>
    public static SlurmProcess Start(IReadOnlyDictionary<string, string> environment, string folder, params string[] command)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", .. command]) { WorkingDirectory = folder };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new SlurmProcess(Process.Start(start)!);
    }

    public void Freeze() => Signal(_process.Id, Stop);

    public void Thaw() => Signal(_process.Id, Continue);

    public async Task KillAsync()
    {
        Signal(_process.Id, Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills every process with these variables in its environment.</summary>
    /// <param name="program">Only those of this name.</param>
    public static void KillAll(string? program, params string[] variables)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out int process)
                && Read(folder, "environ").Split('\0') is var environment && variables.All(environment.Contains)
                && (program is null || Read(folder, "comm").Trim() == program))
                Signal(process, Kill);
    }

    public void Dispose() => _process.Dispose();

    private static string Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // it has ended, or is none of ours
        {
            return "";
        }
    }

    private static void Signal(int process, int number) => _ = Send(process, number);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int number);
}
