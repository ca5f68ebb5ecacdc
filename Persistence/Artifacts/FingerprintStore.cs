using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Campaign.Files;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Artifacts;
using Campaign.Workflows.Graph;

namespace Campaign.Persistence.Artifacts;

/// <summary>What a fingerprint stood for when it was computed.</summary>
public sealed record StoredResult(
    string Fingerprint,
    TaskId Task,
    string Operation,
    IReadOnlyDictionary<string, ArtifactRef> Outputs,
    JsonObject? Summary,
    DateTimeOffset At);

/// <summary>Results by fingerprint, in <c>fingerprints/&lt;fp&gt;.json</c> (the record and its seal), beside the artifacts they name.</summary>
public sealed class FingerprintStore(string root, ArtifactStore artifacts)
{
    private readonly string _folder = Path.Combine(root, "fingerprints");

    /// <summary>
    /// There for other processes, and for this one's successor, as soon as it returns. Not flushed: the journal's commit that follows names the
    /// same artifacts and is on the disk, so that a power cut which takes the record too costs a look-up and no result.
    /// </summary>
    public void Put(StoredResult result)
    {
        AtomicFile.CreateDirectory(_folder);
        SealedFile.Write(PathOf(result.Fingerprint), JsonSerializer.SerializeToUtf8Bytes(result, StoredResultJson.Default.StoredResult), flush: false);
    }

    /// <returns>Null when it was never computed, its record cannot be read, or some of its artifacts are missing or damaged.</returns>
    public StoredResult? Find(string fingerprint)
    {
        string path = PathOf(fingerprint);
        if (!File.Exists(path))
            return null;
        return Read(path) is { } found && found.Fingerprint == fingerprint && found.Outputs.Values.All(artifacts.IsWhole) ? found : null;
    }

    // A record that is damaged, or was written without a seal, only costs the work of computing it again; believed, it would cost the truth.
    private static StoredResult? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(SealedFile.Read(path), StoredResultJson.Default.StoredResult);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf(string fingerprint) =>
        fingerprint.Length == 64 && fingerprint.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_folder, $"{fingerprint}.json")
            : throw new FormatException($"'{fingerprint}' is no fingerprint.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TaskIdJsonConverter)])]
[JsonSerializable(typeof(StoredResult))]
internal sealed partial class StoredResultJson : JsonSerializerContext;
