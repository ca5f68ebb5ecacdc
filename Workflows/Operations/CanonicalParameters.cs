using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Campaign.Workflows.Operations;

/// <summary>
/// Typed parameters to and from canonical JSON: camelCase members, keys in ordinal order at every depth, doubles in their
/// shortest round-trip form, null members left out (so that an optional parameter added later keeps old fingerprints).
/// Equal records give equal bytes.
/// </summary>
public static class CanonicalParameters
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <exception cref="ArgumentException">A number is NaN or infinite.</exception>
    public static JsonObject ToCanonicalJson<T>(T parameters)
        where T : IOperationParameters =>
        (JsonObject)Sorted(JsonSerializer.SerializeToNode(parameters, Options))!;

    /// <exception cref="FormatException">A member is missing, unknown or of the wrong type; names the operation and the member.</exception>
    public static T Read<T>(JsonObject json)
        where T : IOperationParameters
    {
        try
        {
            return json.Deserialize<T>(Options)
                ?? throw new FormatException($"The parameters of operation '{T.Operation}' are null.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The parameters of operation '{T.Operation}' cannot be read: {e.Message}", e);
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
