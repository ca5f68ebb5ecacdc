using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Compute.Engines.Programs;
using Campaign.Files;
using Campaign.Workflows.Tasks;

namespace Campaign.Actors.Jobs;

/// <summary>
/// The mark of an attempt whose inputs are all in place: from then on its job may exist, and nothing is put there again. Says what may be
/// kept of it, and for which computation.
/// </summary>
/// <param name="Lineage">See <see cref="TaskAssignment.Lineage"/>.</param>
internal sealed record PreparedRun(string Fingerprint, string Lineage, IReadOnlyList<RunFile> Kept)
{
    private const string FileName = ".prepared";

    /// <summary>Null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another version.</exception>
    public static PreparedRun? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), PreparedRunJson.Default.PreparedRun) ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not of this version: {e.Message}", e);
        }
    }

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    public static void Forget(string directory) => File.Delete(Path.Combine(directory, FileName));

    public void Write(string directory) =>
        AtomicFile.Write(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, PreparedRunJson.Default.PreparedRun));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PreparedRun))]
internal sealed partial class PreparedRunJson : JsonSerializerContext;
