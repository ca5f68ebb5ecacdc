namespace Campaign.Compute.Formats;

/// <summary>Why a file cannot be read, and how to mend that.</summary>
public sealed record InputRefusal(string Problem, string Mend);

/// <summary>Asked before an input is opened: a pipe would block, a device would never end.</summary>
public static class InputFile
{
    /// <summary>Null when the path names an ordinary file with content and at most <paramref name="maximumBytes"/> bytes.</summary>
    public static InputRefusal? Refusal(string path, long maximumBytes = long.MaxValue)
    {
        if (path.Length == 0 || path.Any(char.IsControl))
            return new InputRefusal("This is not the path of a file.", "Give the path of a file.");
        try
        {
            if (Directory.Exists(path))
                return new InputRefusal($"'{path}' is a directory.", "Give the file in it that is meant.");
            var info = new FileInfo(path);
            if (!info.Exists)
                return new InputRefusal($"There is no file '{path}'.", NearFile(info) is { } near ? $"Did you mean '{near}'?" : "Check the path; 'ls' shows what is there.");
            if (info.Length == 0) // devices and pipes have no length either
                return new InputRefusal($"'{path}' is empty, or no ordinary file.", "Give a file with content; pipes and devices are not read.");
            if (info.Length > maximumBytes)
                return new InputRefusal($"'{path}' has {info.Length} bytes; the limit is {maximumBytes}.", "Check that this is the file that is meant.");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new InputRefusal($"'{path}' cannot be read: {e.Message}", "Check the path and its permissions.");
        }
    }

    /// <summary>A file in the same folder whose name differs in case only, or in its extension only.</summary>
    private static string? NearFile(FileInfo info)
    {
        string stem = Path.GetFileNameWithoutExtension(info.Name);
        return info.Directory is { Exists: true } folder
            ? folder.EnumerateFiles().Take(10_000).Select(f => f.Name).Order(StringComparer.Ordinal)
                .FirstOrDefault(n => n.Equals(info.Name, StringComparison.OrdinalIgnoreCase) || (stem.Length > 0 && Path.GetFileNameWithoutExtension(n).Equals(stem, StringComparison.OrdinalIgnoreCase)))
            : null;
    }
}
