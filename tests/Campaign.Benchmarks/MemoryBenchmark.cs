using System.CommandLine;
using Campaign.Cli;

namespace Campaign.Benchmarks;

/// <summary>
/// Whole campaigns one after the other in one process, through the program's own <c>run</c>: what a campaign leaves behind when it has ended.
/// </summary>
internal static class MemoryBenchmark
{
    /// <param name="campaigns">How many; three do not tell what is warmed up from what is lost each time.</param>
    /// <param name="file">The campaign file.</param>
    /// <param name="directory">A new directory; every campaign gets a fresh one in it.</param>
    /// <param name="overrides">KEY=VALUE as for <c>run --set</c>.</param>
    public static async Task<int> RunAsync(int campaigns, string file, string directory, string[] overrides)
    {
        if (Directory.Exists(directory))
            throw new IOException($"{directory} exists. Name a new directory.");
        HeldMemory.PrintTitle();
        var readings = new List<HeldMemory> { HeldMemory.Read("before") };
        for (int i = 1; i <= campaigns; i++)
        {
            string[] arguments = ["run", file, "--dir", Path.Combine(directory, $"run{i}"), "--quiet", .. overrides.SelectMany(o => new[] { "--set", o })];
            int code = await CommandTree.Create().Parse(arguments).InvokeAsync();
            if (code != 0)
                return code;
            readings.Add(HeldMemory.Read($"campaign {i}"));
        }
        for (int i = 2; i <= campaigns; i++)
            Console.WriteLine($"growth {i - 1} to {i}: {readings[i].GrowthSince(readings[i - 1])}");
        return 0;
    }
}
