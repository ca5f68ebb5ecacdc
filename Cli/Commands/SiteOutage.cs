using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Persistence.Directories;

namespace Campaign.Cli.Commands;

/// <summary>What the driving process last said of a site that does not answer.</summary>
internal static class SiteOutage
{
    /// <returns>Empty when the site answers, or nothing was said.</returns>
    public static IEnumerable<string> Of(CampaignDirectory directory, string site)
    {
        string path = directory.SiteNotice(site);
        if (!File.Exists(path))
            return [];
        try
        {
            JsonNode? notice = JsonNode.Parse(File.ReadAllText(path));
            return notice?["answers"]?.GetValue<bool>() == false
                ? [$"site {site}, which has not answered since {notice["since"]?.GetValue<DateTimeOffset>():u} ({notice["error"]?.GetValue<string>()?.TrimEnd('.')}); it is asked again at {notice["next"]?.GetValue<DateTimeOffset>():u}, and no task is charged"]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IOException)
        {
            return []; // only a notice
        }
    }
}
