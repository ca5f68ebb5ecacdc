using System.Text.Json.Nodes;
using Campaign.Files;
using Campaign.Persistence.Directories;

namespace Campaign.Actors.Jobs;

/// <summary>Says in a file, for <c>why</c> and <c>status</c>, whether a site answers. Nothing depends on it.</summary>
internal sealed class SiteNotice(CampaignDirectory directory, string site)
{
    private bool? _answers;
    private DateTimeOffset _since;

    public void Answered(DateTimeOffset now)
    {
        if (_answers == true)
            return;
        (_answers, _since) = (true, now);
        Write(new JsonObject { ["site"] = site, ["answers"] = true, ["since"] = now });
    }

    public void Silent(DateTimeOffset now, string error, DateTimeOffset next)
    {
        if (_answers != false)
            (_answers, _since) = (false, now);
        Write(new JsonObject { ["site"] = site, ["answers"] = false, ["since"] = _since, ["error"] = error, ["next"] = next });
    }

    private void Write(JsonObject notice)
    {
        try
        {
            string path = directory.SiteNotice(site);
            AtomicFile.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(notice.ToJsonString() + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next one may be written
        }
    }
}
