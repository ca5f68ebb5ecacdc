using Campaign.Cli.Verbs;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Specs;

namespace Campaign.Cli.Commands;

/// <summary>Values given with <c>--set</c> in earlier runs of a campaign, which hold until they are set again or unset.</summary>
internal static class StoredOverrides
{
    /// <param name="given">The <c>--dir</c> of the command line.</param>
    /// <param name="except">Keys that the command line speaks of itself.</param>
    /// <returns>KEY=VALUE each; none where no campaign has been started.</returns>
    public static string[] For(string file, string? given, IReadOnlyCollection<string> except)
    {
        if (given is null && NameIn(file) is null)
            return [];
        CampaignDirectory campaign = CampaignDirectory.At(Directory(given, NameIn(file) ?? ""));
        if (!campaign.Exists || !File.Exists(campaign.Journal))
            return [];
        using var journal = new JournalReader(campaign.Journal);
        CampaignState state = journal.Stream(PersistenceIds.OfCampaign(campaign.ReadId()))
            .Aggregate(CampaignState.New, (s, e) => s.Apply((ICampaignEvent)e.Event));
        return [.. state.Overrides.Where(o => !except.Contains(o.Key)).OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")];
    }

    /// <summary>Where a campaign lives.</summary>
    public static string Directory(string? given, string name) => given ?? Path.Combine("campaigns", name);

    // What is wrong with the file is said by those who read all of it.
    private static string? NameIn(string file) => CampaignText.Read(file).Text is { } text ? CampaignSpecReader.NameIn(text) : null;
}
