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

/// <summary>Results by fingerprint, in <c>fingerprints/&lt;fp&gt;.json</c>, beside the artifacts they name.</summary>
public sealed class FingerprintStore(string root, ArtifactStore artifacts)
{
    private readonly string _folder = Path.Combine(root, "fingerprints");

    public void Put(StoredResult result)
    {
        AtomicFile.CreateDirectory(_folder);
        AtomicFile.Write(PathOf(result.Fingerprint), JsonSerializer.SerializeToUtf8Bytes(result, StoredResultJson.Default.StoredResult));
    }

    /// <returns>Null when it was never computed, or some of its artifacts are missing or damaged.</returns>
    public StoredResult? Find(string fingerprint)
    {
        string path = PathOf(fingerprint);
        if (!File.Exists(path))
            return null;
        StoredResult? found;
        try
        {
            found = JsonSerializer.Deserialize(File.ReadAllBytes(path), StoredResultJson.Default.StoredResult);
        }
        catch (JsonException)
        {
            return null; // a damaged entry only costs the work of computing it again
        }
        return found is not null && found.Fingerprint == fingerprint && found.Outputs.Values.All(artifacts.IsWhole) ? found : null;
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
