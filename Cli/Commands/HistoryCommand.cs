using System.CommandLine;
using System.Globalization;
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
        Option<string?> at = new("--at") { Description = "Show the state as it was at this time (ISO 8601, e.g. 2026-01-31T12:00:00Z)." };
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "history", "Show what happened, in order; or, with --at, the campaign as it was.",
            ["history campaigns/quickstart --task relax/ti0750/ionic", "history campaigns/quickstart --at \"2 h ago\"", "history campaigns/quickstart --at 120 --json"]) { dir, task, at, json };
        command.SetAction(parsed =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            DateTimeOffset? time = Time(parsed.GetValue(at));
            if (time is not null && parsed.GetValue(task) is null)
                return At(directory, time.Value, parsed.GetValue(json));
            JournalEntry[] entries = Read(directory, parsed.GetValue(task), time);
            if (parsed.GetValue(json))
                Output.Json(new JsonArray([.. entries.Select(Document)]));
            else
                foreach (JournalEntry e in entries)
                    Console.Out.WriteLine($"{e.Event.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Owner(e),-40}  {Describe(e)}".TrimEnd());
            return 0;
        });
        return command;
    }

    internal static JsonObject Document(JournalEntry e) => new()
    {
        ["at"] = Output.Time(e.Event.At),
        ["sequence"] = e.Sequence,
        ["actor"] = Owner(e),
        ["event"] = e.Manifest,
        ["data"] = JsonNode.Parse(EventCodec.Encode(e.Event)),
    };

    private static int At(CampaignDirectory directory, DateTimeOffset time, bool json)
    {
        CampaignSnapshot then = CampaignSnapshot.Read(directory, time);
        if (json)
            Output.Json(StatusCommand.Document(then));
        else
            Output.Table([["task", "state", "attempt", "why"],
                .. then.Tasks.Select(t => new[] { t.Spec.Id.Value, t.Phase.Display(), $"{t.Attempt}", t.Reason ?? "" })]);
        return 0;
    }

    internal static JournalEntry[] Read(CampaignDirectory directory, string? task, DateTimeOffset? until)
    {
        using var journal = new JournalReader(directory.Journal);
        IEnumerable<JournalEntry> entries = task is null
            ? journal.All()
            : journal.Stream(PersistenceIds.OfTask(directory.ReadId(), Shared.FindTask(CampaignSnapshot.Read(directory).Graph, task)));
        return [.. entries.Where(e => until is null || e.Event.At <= until)];
    }

    internal static string Owner(JournalEntry e)
    {
        (string kind, string? name) = PersistenceIds.Split(e.Stream);
        return name is null ? kind : $"{kind} {name}";
    }

    internal static string Describe(JournalEntry e)
    {
        string[] words = e.Manifest.Split('.');
        JsonObject data = JsonNode.Parse(EventCodec.Encode(e.Event))!.AsObject();
        string[] shown = ["task", "attempt", "outcome", "result", "reason", "dueAt", "key", "value", "change", "handler", "class", "changes", "why", "by", "stage", "done", "total", "host", "processId", "lease"];
        return $"{words[1]} {string.Join(", ", shown.Where(data.ContainsKey).Select(k => $"{k} {data[k]}"))}";
    }

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw new FormatException($"'{text}' is no time. Write it like 2026-01-31T12:00:00Z.");
}
