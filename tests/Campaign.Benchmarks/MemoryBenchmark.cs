using System.CommandLine;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using Campaign.Cli;

namespace Campaign.Benchmarks;

/// <summary>
/// Whole campaigns one after the other in one process, through the program's own <c>run</c>: what a campaign leaves behind when it has ended.
/// </summary>
internal static partial class MemoryBenchmark
{
    private const double MiB = 1024 * 1024;

    /// <param name="campaigns">How many; three do not tell what is warmed up from what is lost each time.</param>
    /// <param name="file">The campaign file.</param>
    /// <param name="directory">A new directory; every campaign gets a fresh one in it.</param>
    /// <param name="overrides">KEY=VALUE as for <c>run --set</c>.</param>
    public static async Task<int> RunAsync(int campaigns, string file, string directory, string[] overrides)
    {
        if (Directory.Exists(directory))
            throw new IOException($"{directory} exists. Name a new directory.");
        Console.WriteLine("                 RSS  private dirty  managed heap  threads  open files  (MiB)");
        var readings = new List<Reading> { Read("before") };
        for (int i = 1; i <= campaigns; i++)
        {
            string[] arguments = ["run", file, "--dir", Path.Combine(directory, $"run{i}"), "--quiet", .. overrides.SelectMany(o => new[] { "--set", o })];
            int code = await CommandTree.Create().Parse(arguments).InvokeAsync();
            if (code != 0)
                return code;
            readings.Add(Read($"campaign {i}"));
        }
        for (int i = 2; i <= campaigns; i++)
            Print($"growth {i - 1} to {i}: RSS {readings[i].Resident - readings[i - 1].Resident:+0.0;-0.0} MiB, private dirty {readings[i].PrivateDirty - readings[i - 1].PrivateDirty:+0.0;-0.0} MiB, managed heap {readings[i].Managed - readings[i - 1].Managed:+0.0;-0.0} MiB");
        return 0;
    }

    private sealed record Reading(double Resident, double PrivateDirty, double Managed, int Threads, int OpenFiles);

    /// <summary>What is still held when everything that can be collected and given back has been.</summary>
    private static Reading Read(string label)
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GiveBack(0);
        Dictionary<string, double> memory = File.ReadLines("/proc/self/smaps_rollup").Skip(1).Select(l => l.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(w => w[0], w => double.Parse(w[1], CultureInfo.InvariantCulture) / 1024);
        var reading = new Reading(
            memory["Rss"], memory["Private_Dirty"], GC.GetTotalMemory(forceFullCollection: false) / MiB,
            Directory.GetDirectories("/proc/self/task").Length, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        Print($"{label,-12} {reading.Resident,7:f1}  {reading.PrivateDirty,13:f1}  {reading.Managed,12:f1}  {reading.Threads,7}  {reading.OpenFiles,10}");
        return reading;
    }

    /// <summary>glibc's malloc_trim: freed native memory goes back to the system, so that what is left is held.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int GiveBack(nuint pad);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
