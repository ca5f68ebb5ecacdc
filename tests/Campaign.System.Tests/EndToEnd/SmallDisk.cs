using System.Diagnostics;

namespace Campaign.SystemTests.EndToEnd;

/// <summary>A file system of its own in memory, which a test may fill or make read-only. Only root can mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int MiB = 48;
    private readonly string _ballast;

    private SmallDisk(string root)
    {
        Root = root;
        _ballast = Path.Combine(root, "ballast");
    }

    public string Root { get; }

    /// <returns>Null, said aloud, where none can be mounted.</returns>
    public static SmallDisk? Mount(string at)
    {
        Directory.CreateDirectory(at);
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={MiB}m", "campaign-test", at))
            return new SmallDisk(at);
        Console.WriteLine("SKIPPED: no file system can be mounted here; nothing is shown about full and read-only disks.");
        return null;
    }

    /// <summary>Takes the last byte.</summary>
    public void Fill()
    {
        byte[] block = new byte[1 << 16];
        using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int size = block.Length; size > 0;)
        {
            try
            {
                file.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(_ballast);

    public void MakeReadOnly() => Must(Run("mount", "-o", "remount,ro", Root));

    public void MakeWritable() => Must(Run("mount", "-o", "remount,rw", Root));

    public void Dispose() => Run("umount", "--lazy", Root);

    private static void Must(bool done)
    {
        if (!done)
            throw new IOException("The test's file system could not be mounted anew.");
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
