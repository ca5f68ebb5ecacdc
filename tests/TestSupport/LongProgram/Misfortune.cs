using System.Runtime.InteropServices;

namespace Campaign.LongProgram;

/// <summary>Brings about a <see cref="Fault"/>, for real.</summary>
internal static partial class Misfortune
{
    private const int Kill = 9, MiB = 1 << 20;

    /// <summary>The kernel ends this process before the call returns.</summary>
    public static void Signal(int number)
    {
        // the runtime handles some signals itself and would turn them into something else
        _ = Handle(number, 0);
        _ = Send(Environment.ProcessId, number);
    }

    public static void Hang()
    {
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    public static void TakeMemory(int mebibytes)
    {
        var taken = new List<byte[]>();
        while (taken.Count < mebibytes)
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(MiB);
            Array.Fill(block, (byte)1); // memory that is not touched is not taken
            taken.Add(block);
        }
        Signal(Kill);
        GC.KeepAlive(taken);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int number);
}
