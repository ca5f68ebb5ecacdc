using System.Runtime.InteropServices;
using System.Text;

namespace Campaign.TestSupport.Witness;

/// <summary>A file that many processes append to: every line is one write at the file's end, so that none is torn or lost.</summary>
public sealed partial class WitnessLog : IDisposable
{
    private const int WriteOnly = 0x1, Create = 0x40, Append = 0x400, CloseOnExec = 0x80000;

    private readonly int _file;

    public WitnessLog(string path)
    {
        // FileMode.Append writes at the offset where the end was when the file was opened: two processes would overwrite each other
        _file = Open(path, WriteOnly | Create | Append | CloseOnExec, 0x1B6 /* rw-rw-rw- */);
        if (_file < 0)
            throw new IOException($"The witness log {path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public void Write(WitnessMark mark)
    {
        byte[] line = Encoding.UTF8.GetBytes(mark.ToLine() + "\n");
        if (Write(_file, line, line.Length) != line.Length)
            throw new IOException($"A mark could not be written to the witness log: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public void Dispose() => _ = Close(_file);

    /// <returns>Nothing when no program has run yet.</returns>
    public static IReadOnlyList<WitnessMark> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(WitnessMark.Parse)] : [];

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
