using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Campaign.Workflows.Campaigns;

/// <summary>
/// Whether a value given by hand can stand where a planned one stood: the same kind, no sign that the planned value did not
/// have, and no slip of the unit.
/// </summary>
internal static class ParameterValues
{
    /// <returns>What is wrong with the value, or null.</returns>
    public static string? Refusal(JsonNode? planned, JsonNode given, double largestFactor)
    {
        if (planned is JsonArray before)
        {
            if (given is not JsonArray after)
                return $"a list is wanted, such as {planned.ToJsonString()}";
            if (after.Count == 0)
                return "the list is empty";
            return before.Count == 0 ? null : after.Select(v => v is null ? "null is no value" : Refusal(before[0], v, largestFactor)).FirstOrDefault(r => r is not null);
        }
        JsonValueKind was = planned?.GetValueKind() ?? JsonValueKind.Undefined, now = given.GetValueKind();
        bool bothTruth = was is JsonValueKind.True or JsonValueKind.False && now is JsonValueKind.True or JsonValueKind.False;
        if (was != now && !bothTruth)
            return $"{Kind(was)} is wanted, such as {planned?.ToJsonString()}; {given.ToJsonString()} is {Kind(now)}";
        return was == JsonValueKind.Number ? Number(planned!, given, largestFactor) : null;
    }

    private static string? Number(JsonNode planned, JsonNode given, double largestFactor)
    {
        double before = Of(planned), after = Of(given);
        if (!double.IsFinite(after))
            return $"{given.ToJsonString()} is no finite number";
        if (before > 0 && after <= 0)
            return $"{given.ToJsonString()} is not above zero (planned: {planned.ToJsonString()})";
        if (before == 0 && after < 0)
            return $"{given.ToJsonString()} is below zero (planned: 0)";
        double ratio = before == 0 || after == 0 ? 1 : Math.Abs(after / before);
        return ratio > largestFactor || ratio < 1 / largestFactor
            ? $"{given.ToJsonString()} is more than a factor {largestFactor.ToString(CultureInfo.InvariantCulture)} from the planned {planned.ToJsonString()}; is the unit right? If it is meant, write it into the campaign file"
            : null;
    }

    private static double Of(JsonNode number) => double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "a section",
        _ => "no value",
    };
}
