using System.IO.Compression;
using System.Text;

namespace Campaign.Compute.Formats;

/// <summary>Opens text files, .gz transparently, and bounds what is read whole.</summary>
internal static class TextFiles
{
    /// <summary>A structure file beyond this size is a mistake; trajectories are streamed instead.</summary>
    private const long MaximumCharacters = 64L << 20;

    /// <exception cref="StructureFormatException">No ordinary file with content.</exception>
    public static StreamReader OpenText(string path, long maximumBytes = long.MaxValue)
    {
        if (InputFile.Refusal(path, maximumBytes) is { } refusal)
            throw new StructureFormatException(path, 0, refusal.Problem, refusal.Mend);
        Stream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            stream = new GZipStream(stream, CompressionMode.Decompress);
        return new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);
    }

    public static string ReadAllText(string path)
    {
        using StreamReader reader = OpenText(path, MaximumCharacters);
        var text = new StringBuilder();
        var buffer = new char[1 << 16];
        try
        {
            int n;
            while ((n = reader.Read(buffer, 0, buffer.Length)) > 0)
            {
                text.Append(buffer, 0, n);
                if (text.Length > MaximumCharacters)
                    throw new StructureFormatException(path, 0, $"The file is larger than {MaximumCharacters >> 20} MiB.", "Read trajectories frame by frame (extxyz).");
            }
        }
        catch (InvalidDataException e)
        {
            throw new StructureFormatException(path, 0, e.Message, "The compressed file is damaged; copy or write it again.");
        }
        return text.ToString();
    }
}
