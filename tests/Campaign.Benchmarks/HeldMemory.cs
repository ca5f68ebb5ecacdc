using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Campaign.Benchmarks;

/// <summary>What this process still holds when everything that can be collected and given back has been; memory in MiB.</summary>
internal sealed partial record HeldMemory(double Resident, double PrivateDirty, double Managed, int Threads, int OpenFiles)
{
    private const double MiB = 1024 * 1024;

    public static void PrintTitle() => Console.WriteLine("                 RSS  private dirty  managed heap  threads  open files  (MiB)");

    /// <summary>Reads and prints.</summary>
    public static HeldMemory Read(string label)
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GiveBack(0);
        Dictionary<string, double> memory = File.ReadLines("/proc/self/smaps_rollup").Skip(1).Select(l => l.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(w => w[0], w => double.Parse(w[1], CultureInfo.InvariantCulture) / 1024);
        var reading = new HeldMemory(
            memory["Rss"], memory["Private_Dirty"], GC.GetTotalMemory(forceFullCollection: false) / MiB,
            Directory.GetDirectories("/proc/self/task").Length, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        Console.WriteLine(FormattableString.Invariant(
            $"{label,-12} {reading.Resident,7:f1}  {reading.PrivateDirty,13:f1}  {reading.Managed,12:f1}  {reading.Threads,7}  {reading.OpenFiles,10}"));
        return reading;
    }

    public string GrowthSince(HeldMemory earlier) => FormattableString.Invariant(
        $"RSS {Resident - earlier.Resident:+0.0;-0.0} MiB, private dirty {PrivateDirty - earlier.PrivateDirty:+0.0;-0.0} MiB, managed heap {Managed - earlier.Managed:+0.0;-0.0} MiB");

    /// <summary>glibc's malloc_trim: freed native memory goes back to the system, so that what is left is held.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int GiveBack(nuint pad);
}
