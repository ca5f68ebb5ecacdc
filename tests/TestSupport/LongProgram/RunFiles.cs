namespace Campaign.LongProgram;

/// <summary>The files in the run directory.</summary>
public static class RunFiles
{
    public const string Output = "output.txt", Checkpoint = "checkpoint.txt", Result = "result.txt", Stop = "STOP";

    private const string LastLine = "end";

    /// <summary>All or nothing: a killed program leaves the checkpoint before.</summary>
    public static void WriteCheckpoint(Progress progress)
    {
        string half = Checkpoint + ".tmp";
        using (var file = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{progress}\n{LastLine}\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(half, Checkpoint, overwrite: true);
    }

    /// <exception cref="FormatException">The file is cut or none of ours.</exception>
    public static Progress Read(string path) =>
        File.ReadAllLines(path) is [var progress, LastLine] ? Progress.Parse(progress) : throw new FormatException($"{path} is cut or damaged.");

    public static void WriteResult(Progress progress, bool truncated)
    {
        string text = $"{progress}\n{LastLine}\n";
        File.WriteAllText(Result, truncated ? text[..(text.Length / 2)] : text);
    }
}
