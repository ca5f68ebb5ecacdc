using System.Runtime.InteropServices;

namespace Campaign.Files;

/// <summary>Brings a directory's entries to the disk, which .NET has no call for.</summary>
internal static partial class DirectoryEntries
{
    private const int ReadOnly = 0, Directory = 0x10000, CloseOnExec = 0x80000; // O_RDONLY, O_DIRECTORY, O_CLOEXEC of Linux on x64
    private const int InvalidArgument = 22, NotSupported = 95; // EINVAL, ENOTSUP: a file system that knows no such call

    /// <exception cref="IOException">The entries could not be written.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        int handle = Open(directory, ReadOnly | Directory | CloseOnExec);
        if (handle < 0)
            throw Failure(directory);
        try
        {
            if (Synchronise(handle) != 0 && Marshal.GetLastPInvokeError() is not (InvalidArgument or NotSupported))
                throw Failure(directory);
        }
        finally
        {
            Close(handle);
        }
    }

    private static IOException Failure(string directory) =>
        new($"The directory {directory} could not be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
