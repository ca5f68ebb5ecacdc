using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.Persistence.Serialization;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign history DIR</c>: the journal as people read it.</summary>
public static class HistoryCommand
{
    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Option<string?> task = new("--task") { Description = "Only this task." };
        Option<string?> at = new("--at") { Description = "Only what had happened then. Without --task: where everything stood, as 'status' would have shown it.", HelpName = "TIME" };
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "history", "Show what happened, in order; or, with --at, the campaign as it was.",
            ["history campaigns/quickstart --task relax/ti0750/ionic", "history campaigns/quickstart --at \"2 h ago\"", "history campaigns/quickstart --at 120 --json"],
            Moment.Forms) { dir, task, at, json };
        command.SetAction(parsed =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            long? place = null;
            try
            {
                place = parsed.GetValue(at) is { } text ? Place(directory, text) : null;
                if (place is { } then && parsed.GetValue(task) is null)
                    return At(directory, then, parsed.GetValue(json));
                Show(Read(directory, parsed.GetValue(task), place), parsed.GetValue(json));
                return 0;
            }
            catch (DamagedJournalException e)
            {
                return DamagedJournal.ShowHistory(e, parsed.GetValue(task), place, parsed.GetValue(json));
            }
        });
        return command;
    }

    internal static void Show(IReadOnlyList<JournalEntry> entries, bool json)
    {
        if (json)
            Output.Json(new JsonArray([.. entries.Select(Document)]));
        else
            Output.Table([.. entries.Select(e => new[] { $"{e.Sequence}", $"{e.Event.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}", Owner(e), Describe(e) })]);
    }

    internal static JsonObject Document(JournalEntry e) => new()
    {
        ["at"] = Output.Time(e.Event.At),
        ["sequence"] = e.Sequence,
        ["actor"] = Owner(e),
        ["event"] = e.Manifest,
        ["data"] = JsonNode.Parse(EventCodec.Encode(e.Event)),
    };

    private static int At(CampaignDirectory directory, long place, bool json)
    {
        CampaignSnapshot then = CampaignSnapshot.Read(directory, place);
        using var journal = new JournalReader(directory.Journal, place);
        JournalEntry last = journal.All().Last();
        if (json)
        {
            Output.Json(writer => StatusCommand.Write(writer, then, last));
            return 0;
        }
        Console.Out.WriteLine($"as of {last.Event.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}, after event {last.Sequence} ({Owner(last)}: {Describe(last)})");
        StatusCommand.Print(then);
        return 0;
    }

    /// <summary>The last event that counts.</summary>
    private static long Place(CampaignDirectory directory, string text)
    {
        using var journal = new JournalReader(directory.Journal);
        JournalEntry? first = journal.All().FirstOrDefault();
        long place = Moment.Parse(text, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local) switch
        {
            Moment.Place p => p.Sequence,
            Moment.Until u => journal.PlaceAt(u.Time),
            var other => throw new ArgumentException($"A moment cannot be {other.GetType().Name}."),
        };
        return first is null || place >= first.Sequence
            ? place
            : throw new InvalidDataException($"--at {text}: nothing had happened then. The first event of this campaign is {first.Sequence}, at {Output.Time(first.Event.At)}.");
    }

    internal static JournalEntry[] Read(CampaignDirectory directory, string? task, long? until)
    {
        using var journal = new JournalReader(directory.Journal, until ?? long.MaxValue);
        return [.. task is null
            ? journal.All()
            : journal.Stream(PersistenceIds.OfTask(directory.ReadId(), Shared.FindTask(CampaignSnapshot.Read(directory).Graph, task)))];
    }

    internal static string Owner(JournalEntry e)
    {
        (string kind, string? name) = PersistenceIds.Split(e.Stream);
        return name is null ? kind : $"{kind} {name}";
    }

    /// <summary>A value on one line: the changes of a correction read "timeStepFs = 1, lengthPs as planned".</summary>
    private static string Inline(JsonNode? value) => value switch
    {
        JsonArray list => string.Join(", ", list.Select(Inline)),
        JsonObject finding when finding.ContainsKey("message") => $"{finding["key"]}",
        JsonObject pair when pair.ContainsKey("key") => new ParameterChange($"{pair["key"]}", pair["value"]).ToString(),
        JsonObject other => other.ToJsonString(),
        _ => $"{value}",
    };

    internal static string Describe(JournalEntry e)
    {
        string[] words = e.Manifest.Split('.');
        JsonObject data = JsonNode.Parse(EventCodec.Encode(e.Event))!.AsObject();
        string[] shown = ["task", "attempt", "outcome", "result", "reason", "dueAt", "key", "value", "change", "handler", "class", "changes", "findings", "why", "by", "stage", "done", "total", "host", "processId", "lease"];
        return $"{words[1]} {string.Join(", ", shown.Where(k => data.ContainsKey(k) && data[k] is not JsonArray { Count: 0 }).Select(k => $"{k} {Inline(data[k])}"))}";
    }
}
