using System.IO.Compression;
using Campaign.Compute.Engines.Scheduling.Transports;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>The systems of a data set that a training is shown, as the run sees them: systems/training/NAME and systems/validation/NAME.</summary>
/// <param name="TypeMap">Elements of the training systems, in the order in which they come up.</param>
internal sealed record TrainingSystems(IReadOnlyList<string> Training, IReadOnlyList<string> Validation, IReadOnlyList<string> TypeMap)
{
    /// <summary>What the run unpacks: tar is on every machine, unzip is not.</summary>
    public const string ArchiveName = "systems.tar";

    /// <summary>Where they then lie.</summary>
    public const string Folder = "systems";

    private const string TypeMapFile = "type_map.raw";

    /// <summary>It is sent in one piece, of which memory holds three copies meanwhile.</summary>
    private const long MostBytes = 500_000_000;

    /// <param name="dataset">See <see cref="DeepMdTraining.Dataset"/>.</param>
    /// <exception cref="InvalidDataException">It holds no system to train on.</exception>
    public static TrainingSystems Of(string dataset)
    {
        using ZipArchive zip = ZipFile.OpenRead(dataset);
        string[] maps = [.. zip.Entries.Select(e => e.FullName).Where(n => n.EndsWith("/" + TypeMapFile, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string[] Names(string part) => [.. maps.Where(n => n.StartsWith(part + "/", StringComparison.Ordinal)).Select(n => $"{Folder}/{n[..^(TypeMapFile.Length + 1)]}")];
        string[] training = Names("training");
        if (training.Length == 0)
            throw new InvalidDataException($"{dataset} holds no system to train on. Lower dataset.validationFraction and dataset.testFraction, or sample longer.");
        long bytes = zip.Entries.Where(e => IsShown(e.FullName)).Sum(e => e.Length);
        if (bytes > MostBytes)
            throw new InvalidDataException($"The data set has {bytes / 1_000_000} MB, and {MostBytes / 1_000_000} at most are sent to a training. Take fewer frames, with a larger aimd.frameStrideFs.");
        string[] elements = [.. training.SelectMany(t => Words(zip.GetEntry($"{t[(Folder.Length + 1)..]}/{TypeMapFile}")!)).Distinct()];
        return new TrainingSystems(training, Names("validation"), elements);
    }

    /// <summary>Those systems in one archive, without what is ours alone (hops, origins).</summary>
    public static byte[] Archive(string dataset)
    {
        using ZipArchive zip = ZipFile.OpenRead(dataset);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => IsShown(e.FullName)))
        {
            using Stream stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            files[$"{Folder}/{entry.FullName}"] = bytes;
        }
        return TarArchive.Of(files).ToArray();
    }

    private static bool IsShown(string name) =>
        (name.StartsWith("training/", StringComparison.Ordinal) || name.StartsWith("validation/", StringComparison.Ordinal))
        && (name.EndsWith(".npy", StringComparison.Ordinal) || name.EndsWith("/type.raw", StringComparison.Ordinal) || name.EndsWith("/nopbc", StringComparison.Ordinal) || name.EndsWith("/" + TypeMapFile, StringComparison.Ordinal));

    private static string[] Words(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
