using System.Diagnostics;

namespace Campaign.TestSupport.Slurm;

/// <summary>
/// Sweeps up after a cluster when told to, and also when whoever runs the tests is killed: it waits for the end of a pipe. Kills all that has
/// the cluster's configuration in its environment, as daemons, job steps, jobs and clients have, and removes the directory.
/// </summary>
internal sealed class Keeper(string root, string variable) : IAsyncDisposable
{
    private const string Script = """
        read -r _
        for round in 1 2 3 4 5 6 7 8 9 10; do
          found=
          for environment in /proc/[0-9]*/environ; do
            process=${environment#/proc/}; process=${process%/environ}
            grep -qszxF -- "$2" "$environment" && kill -9 "$process" && found=yes
          done
          [ -z "$found" ] && break
        done
        rm -rf -- "$1"
        """;

    private readonly Process _process = Process.Start(
        new ProcessStartInfo("bash", ["-c", Script, "keeper", root, variable]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
