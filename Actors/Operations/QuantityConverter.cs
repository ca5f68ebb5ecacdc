using System.Text.Json;
using System.Text.Json.Serialization;
using Campaign.Compute;

namespace Campaign.Actors.Operations;

/// <summary>A <see cref="Quantity"/> as {"value", "stderr", "ci95": [lo, hi], "unit", "resolved", "note"}.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    private sealed record Dto(double? Value, double? Stderr, double[]? Ci95, string Unit, bool Resolved, string? Note);

    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Dto d = JsonSerializer.Deserialize<Dto>(ref reader, options) ?? throw new JsonException("A quantity is null.");
        return new Quantity(d.Value, d.Stderr, d.Ci95 is [var lo, var hi] ? (lo, hi) : null, d.Unit, d.Resolved, d.Note);
    }

    public override void Write(Utf8JsonWriter writer, Quantity q, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, new Dto(q.Value, q.StdErr, q.Ci95 is { } c ? [c.Lo, c.Hi] : null, q.Unit, q.Resolved, q.Note), options);
}
