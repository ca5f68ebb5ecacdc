using System.IO.Compression;
using System.Text;
using Campaign.Compute.Datasets;
using Campaign.Compute.Formats;

namespace Campaign.Actors.Operations;

/// <summary>
/// The systems of a data set as one file: a zip of DeePMD npy directories training/NAME, validation/NAME and test/NAME, each with a
/// hop.raw of one 0 or 1 per frame, and an origin.raw of where each frame comes from, where that is known. Entries carry no times, so that equal data give equal bytes.
/// </summary>
public static class DatasetArchive
{
    private const string HopFile = "hop.raw", OriginFile = "origin.raw";
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(IReadOnlyList<DatasetSystem> systems, string scratch, string path)
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        foreach (DatasetSystem s in systems)
        {
            string directory = Path.Combine(scratch, NameOf(s.Part), s.Name);
            s.System.Write(directory);
            File.WriteAllText(Path.Combine(directory, HopFile), string.Concat(s.HasHop.Select(h => h ? "1\n" : "0\n")), new UTF8Encoding(false));
            if (s.Origins is { } origins)
                File.WriteAllText(Path.Combine(directory, OriginFile), string.Concat(origins.Select(o => o.ReplaceLineEndings(" ") + "\n")), new UTF8Encoding(false));
        }
        using FileStream file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (string source in Directory.EnumerateFiles(scratch, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            ZipArchiveEntry entry = zip.CreateEntry(Path.GetRelativePath(scratch, source), CompressionLevel.Fastest);
            entry.LastWriteTime = NoTime;
            using Stream target = entry.Open();
            using FileStream bytes = File.OpenRead(source);
            bytes.CopyTo(target);
        }
    }

    /// <summary>Unpacks into a scratch directory and reads all systems.</summary>
    public static IReadOnlyList<DatasetSystem> Read(string path, string scratch)
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        ZipFile.ExtractToDirectory(path, scratch);
        return
        [
            .. from part in new[] { DatasetPart.Training, DatasetPart.Validation, DatasetPart.Test }
               let folder = Path.Combine(scratch, NameOf(part))
               where Directory.Exists(folder)
               from directory in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
               let hops = File.ReadLines(Path.Combine(directory, HopFile)).Select(l => l == "1").ToArray()
               let origins = Path.Combine(directory, OriginFile)
               select new DatasetSystem(part, Path.GetFileName(directory), DeepMdSystem.Read(directory), hops) { Origins = File.Exists(origins) ? File.ReadAllLines(origins) : null }
        ];
    }

    public static string NameOf(DatasetPart part) => part.ToString().ToLowerInvariant();
}
