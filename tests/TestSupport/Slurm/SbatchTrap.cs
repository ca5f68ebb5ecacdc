using System.Diagnostics;
using System.Globalization;

namespace Campaign.TestSupport.Slurm;

/// <summary>
/// A directory with an <c>sbatch</c> of its own, to be put first on PATH. It calls the real one, unless a trap is set for the next call:
/// then the real one is killed after some milliseconds, or its reply is lost.
/// </summary>
public sealed class SbatchTrap : IDisposable
{
    private const string Script = """
        #!/bin/bash
        # stands before the real sbatch; mv takes a trap for one caller only
        here=$(dirname "$0")
        real=$(PATH=${PATH#"$here":} command -v sbatch)
        mv "$here/next" "$here/taken.$$" 2>/dev/null || exec "$real" "$@"
        read -r kind delay < "$here/taken.$$"
        printf '%s\n' "$PWD $*" > "$here/taken.$$"
        mv "$here/taken.$$" "$here/sprung.$EPOCHREALTIME"
        case $kind in
          kill) exec timeout -s KILL "$delay" "$real" "$@" ;;
          lose) "$real" "$@" >/dev/null 2>&1
                echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
                exit 1 ;;
        esac
        """;

    public SbatchTrap()
    {
        Folder = Directory.CreateTempSubdirectory("campaign-sbatch-").FullName;
        string program = Path.Combine(Folder, "sbatch");
        File.WriteAllText(program, Script + "\n");
        using Process chmod = Process.Start("chmod", ["+x", program]);
        chmod.WaitForExit();
    }

    public string Folder { get; }

    /// <summary>PATH with this directory first.</summary>
    public string SearchPath => $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>How many traps were sprung.</summary>
    public int Sprung => Directory.EnumerateFiles(Folder, "sprung.*").Count();

    /// <summary>Directory and arguments of the call that sprang the last trap.</summary>
    public string LastCall => File.ReadAllText(Directory.EnumerateFiles(Folder, "sprung.*").Max(StringComparer.Ordinal)!).Trim();

    /// <summary>The next call is killed by SIGKILL after so many milliseconds, about when it has submitted and not yet said so.</summary>
    public void KillNext(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(milliseconds); // to timeout(1) zero means never
        Set($"kill {(milliseconds / 1000.0).ToString("0.000", CultureInfo.InvariantCulture)}");
    }

    /// <summary>The next call submits and says that it timed out.</summary>
    public void LoseNextReply() => Set("lose -");

    /// <returns>False when it had been sprung.</returns>
    public bool Withdraw()
    {
        string next = Path.Combine(Folder, "next");
        bool there = File.Exists(next);
        File.Delete(next);
        return there;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Set(string trap)
    {
        string half = Path.Combine(Folder, "half");
        File.WriteAllText(half, trap + "\n");
        File.Move(half, Path.Combine(Folder, "next"), overwrite: true);
    }
}
