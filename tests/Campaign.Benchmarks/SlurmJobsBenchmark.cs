using System.Diagnostics;
using System.Globalization;
using Campaign.TestSupport.Slurm;

namespace Campaign.Benchmarks;

/// <summary>
/// A campaign of jobs of one second on a real SLURM of its own: what the orchestrator costs per job, its own process and the programs it
/// starts apart, how often it calls the scheduler's clients, and what it holds in memory.
/// </summary>
internal static class SlurmJobsBenchmark
{
    private static readonly string[] Clients = ["squeue", "sbatch", "sacct", "scontrol", "scancel"];

    // A line before and one after every call. The real client does the rest.
    private const string Counted = """
        #!/bin/sh
        echo "+ ${0##*/}" >>"${0%/*}/calls"
        PATH=${PATH#*:} "${0##*/}" "$@"
        code=$?
        echo "- ${0##*/}" >>"${0%/*}/calls"
        exit $code
        """;

    /// <param name="directory">A new directory; what the campaign costs is measured in one, the calls are counted in another of a tenth of the jobs.</param>
    public static async Task RunAsync(string directory, int jobs)
    {
        if (Directory.Exists(directory))
            throw new IOException($"{directory} exists. Name a new directory.");
        Directory.CreateDirectory(directory);
        SlurmCluster cluster = SlurmCluster.With(new SlurmClusterOptions(Nodes: 3, CpusPerNode: 8));
        await cluster.InitializeAsync();
        try
        {
            string path = Environment.GetEnvironmentVariable("PATH") ?? "", counted = Path.Combine(directory, "clients");
            await DriveAsync(cluster, Path.Combine(directory, "cost"), jobs, path);
            await MakeClientsAsync(counted);
            await DriveAsync(cluster, Path.Combine(directory, "calls"), jobs / 10, $"{counted}:{path}");
            Report([.. File.ReadLines(Path.Combine(counted, "calls"))]);
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }

    private static async Task DriveAsync(SlurmCluster cluster, string directory, int jobs, string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SlurmJobsBenchmark).Assembly.Location, "slurm-jobs-drive", directory, jobs.ToString(CultureInfo.InvariantCulture)]);
        foreach ((string name, string value) in cluster.Environment)
            start.Environment[name] = value;
        start.Environment["PATH"] = path;
        using Process driver = Process.Start(start)!;
        await driver.WaitForExitAsync();
        if (driver.ExitCode != 0)
            throw new InvalidOperationException($"The campaign ended with {driver.ExitCode}; its directory is {directory}.");
    }

    private static async Task MakeClientsAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string client in Clients)
        {
            string path = Path.Combine(folder, client);
            File.WriteAllText(path, Counted + "\n");
            using Process chmod = Process.Start("chmod", ["+x", path]);
            await chmod.WaitForExitAsync();
        }
    }

    private static void Report(string[] calls)
    {
        foreach (string client in Clients)
        {
            int now = 0, most = 0, all = 0;
            foreach (string call in calls.Where(c => c[2..] == client))
            {
                now += call[0] == '+' ? 1 : -1;
                all += call[0] == '+' ? 1 : 0;
                most = Math.Max(most, now);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"calls of {client,-9}{all,6}, at most {most} at the same time"));
        }
    }
}
