using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace Campaign.Cli.Tools;

/// <summary>Whether libtorch could be loaded, from where, and whether the build had to mend its loader requirement.</summary>
internal sealed record LibtorchLoad(string? Version, string? Path, bool RequirementCured, string? Error);

/// <summary>The machine as <c>doctor</c> sees it; tests give their own.</summary>
internal record Machine(
    string RuntimeVersion, string RuntimeDirectory, Func<string, string?> Variable, Func<string, bool> DirectoryExists,
    Func<string, string?> Find, Func<string, string, string?> FirstLine, Func<LibtorchLoad> LoadLibtorch)
{
    /// <summary>Cores and bytes of memory that this process may use.</summary>
    public Func<(int Cores, long MemoryBytes)> Hardware { get; init; } = () => (Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Free bytes on the file system of an existing folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>What keeps a folder from holding a campaign; see <see cref="StorageProbe"/>.</summary>
    public Func<string, string?> StorageProblem { get; init; } = StorageProbe.Problem;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Machine Real() => new(Environment.Version.ToString(), RuntimeEnvironment.GetRuntimeDirectory(), Environment.GetEnvironmentVariable, Directory.Exists,
        FindOnPath, RunForFirstLine, TryLibtorch);

    private static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    /// <summary>First line with a digit the program prints; null when it fails, hangs or says nothing.</summary>
    private static string? RunForFirstLine(string program, string argument)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, [argument])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
            })!;
            process.StandardInput.Close();
            StringBuilder lines = new(), complaints = new();
            process.OutputDataReceived += (_, e) => Keep(lines, e.Data);
            process.ErrorDataReceived += (_, e) => Keep(complaints, e.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Patience))
                process.Kill(entireProcessTree: true);
            else
                process.WaitForExit();
            return FirstWithDigit(lines) ?? FirstWithDigit(complaints);

            static void Keep(StringBuilder kept, string? line)
            {
                lock (kept)
                    if (line is not null && kept.Length < 4096)
                        kept.Append(line).Append('\n');
            }

            static string? FirstWithDigit(StringBuilder kept)
            {
                lock (kept)
                    return kept.ToString().Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Any(char.IsDigit));
            }
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    private static LibtorchLoad TryLibtorch()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        string? path = File.Exists(library) ? library : null;
        try
        {
            return new LibtorchLoad(TorchVersion(), path, path is not null && ElfVersionNeeds.IsWeak(File.ReadAllBytes(path), "GLIBCXX_3.4.32"), null);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException or NotSupportedException or EntryPointNotFoundException)
        {
            return new LibtorchLoad(null, path, false, (e.InnerException ?? e).Message);
        }
    }

    /// <summary>A call into the native library; not inlined, so that its type is loaded inside the caller's try.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string TorchVersion()
    {
        using torch.Tensor two = torch.ones(2);
        return two.sum().item<float>() == 2 ? torch.__version__ : throw new NotSupportedException("libtorch computes wrongly.");
    }
}
