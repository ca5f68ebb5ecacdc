using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign why DIR TASK</c>: why a task is where it is.</summary>
public static class WhyCommand
{
    private const int LogLines = 20;

    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Argument<string> task = new("TASK") { Description = "The task's id, as 'status' shows it." };
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "why", "Explain why a task is where it is: what it waits for, its attempts, its last words.",
            ["why campaigns/quickstart dlmd/ti0750/ionic/t630"]) { dir, task, json };
        command.SetAction(parsed =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            CampaignSnapshot snapshot = CampaignSnapshot.Read(directory);
            TaskId id = Shared.FindTask(snapshot.Graph, parsed.GetRequiredValue(task));
            JsonObject answer = Document(directory, snapshot, id);
            if (parsed.GetValue(json))
                Output.Json(answer);
            else
                Print(directory, answer, id);
            return 0;
        });
        return command;
    }

    private static JsonObject Document(CampaignDirectory directory, CampaignSnapshot snapshot, TaskId id)
    {
        TaskRow row = snapshot.Tasks.Single(t => t.Spec.Id == id);
        JournalEntry[] entries = HistoryCommand.Read(directory, id.Value, null);
        return new JsonObject
        {
            ["task"] = id.Value,
            ["state"] = row.Phase.Display(),
            ["since"] = Output.Time(entries.LastOrDefault()?.Event.At),
            ["reason"] = row.Reason,
            ["waitingFor"] = new JsonArray([.. Waits(snapshot, row).Select(w => JsonValue.Create(w))]),
            ["attempts"] = new JsonArray([.. Attempts(entries)]),
            ["parameters"] = row.Spec.Parameters.DeepClone(),
            ["set"] = new JsonArray([.. snapshot.Campaign.Settings.Of(id).Select(c => new JsonObject { ["key"] = c.Key, ["value"] = c.Value?.DeepClone() })]),
            ["log"] = new JsonArray([.. Log(directory, id, row.Attempt).Select(l => JsonValue.Create(l))]),
        };
    }

    private static IEnumerable<string> Waits(CampaignSnapshot snapshot, TaskRow row)
    {
        if (row.Phase.IsTerminal())
            yield break;
        foreach (TaskId need in row.Spec.DependsOn)
        {
            TaskRow input = snapshot.Tasks.Single(t => t.Spec.Id == need);
            if (input.Phase != TaskPhase.Done)
                yield return $"{need} ({input.Phase.Display()})";
        }
        switch (row.Phase)
        {
            case TaskPhase.RetryScheduled:
                yield return $"{Output.Time(row.DueAt)} (retry)";
                break;
            case TaskPhase.Paused:
                yield return "'continue'";
                break;
            case TaskPhase.Intended when snapshot.Owner is not null:
                yield return "free cores";
                break;
        }
        if (snapshot.Owner is null)
            yield return "'resume': nobody drives the campaign";
    }

    private static IEnumerable<JsonObject> Attempts(JournalEntry[] entries)
    {
        var attempts = new SortedDictionary<int, JsonObject>();
        JsonObject Of(int n) => attempts.TryGetValue(n, out JsonObject? known) ? known : attempts[n] = new JsonObject
        {
            ["n"] = n, ["jobId"] = null, ["startedAt"] = null, ["endedAt"] = null, ["exit"] = null,
            ["findings"] = new JsonArray(), ["corrections"] = new JsonArray(),
        };
        foreach (JournalEntry entry in entries)
        {
            switch (entry.Event)
            {
                case TaskEvents.Running e:
                    Of(e.Attempt)["startedAt"] = Output.Time(e.At);
                    break;
                case TaskEvents.Exited e:
                    Of(e.Attempt)["endedAt"] = Output.Time(e.At);
                    Of(e.Attempt)["exit"] = e.Exit;
                    break;
                case TaskEvents.Interrupted e:
                    Of(e.Attempt)["endedAt"] = Output.Time(e.At);
                    Of(e.Attempt)["exit"] = $"interrupted: {e.Reason}";
                    break;
                case TaskEvents.CorrectionApplied e:
                    Of(e.Attempt)["corrections"] = new JsonArray(new JsonObject
                    {
                        ["handler"] = e.Handler,
                        ["class"] = e.Class.ToString().ToLowerInvariant(),
                        ["changes"] = new JsonArray([.. e.Changes.Select(c => new JsonObject { ["key"] = c.Key, ["value"] = c.Value?.DeepClone() })]),
                    });
                    break;
                case TaskEvents.Diagnosed e:
                    Of(e.Attempt)["findings"] = new JsonArray([.. e.Findings.Select(f => new JsonObject { ["key"] = f.Key, ["message"] = f.Message })]);
                    break;
            }
        }
        return attempts.Values;
    }

    private static string[] Log(CampaignDirectory directory, TaskId id, int attempt)
    {
        string path = directory.LogOf(id, attempt);
        return attempt > 0 && File.Exists(path) ? [.. File.ReadLines(path).TakeLast(LogLines)] : [];
    }

    private static void Print(CampaignDirectory directory, JsonObject answer, TaskId id)
    {
        Console.Out.WriteLine($"{answer["task"]} is {answer["state"]}{(answer["since"] is { } since ? $" since {since}" : "")}");
        if (answer["reason"] is { } reason)
            Console.Out.WriteLine($"  because: {reason}");
        foreach (JsonNode? wait in answer["waitingFor"]!.AsArray())
            Console.Out.WriteLine($"  waits for: {wait}");
        foreach (JsonNode? attempt in answer["attempts"]!.AsArray())
        {
            Console.Out.WriteLine($"  attempt {attempt!["n"]}: {attempt["startedAt"]} to {attempt["endedAt"]}, {attempt["exit"] ?? "under way"}");
            foreach (JsonNode? finding in attempt["findings"]!.AsArray())
                Console.Out.WriteLine($"    {finding!["key"]}: {finding["message"]}");
            foreach (JsonNode? correction in attempt["corrections"]!.AsArray())
                Console.Out.WriteLine($"    corrected by {correction!["handler"]} ({correction["class"]}): {string.Join(", ", correction["changes"]!.AsArray().Select(c => $"{c!["key"]} = {c["value"]?.ToJsonString()}"))}");
        }
        foreach (JsonNode? set in answer["set"]!.AsArray())
            Console.Out.WriteLine($"  set by hand: {set!["key"]} = {set["value"]?.ToJsonString()}");
        JsonObject parameters = answer["parameters"]!.AsObject();
        Console.Out.WriteLine($"  parameters: {string.Join(", ", ParameterChanges.Keys(parameters).Select(k => $"{k} = {ParameterChanges.ValueOf(parameters, k)?.ToJsonString()}"))}");
        Console.Out.WriteLine();
        foreach (JournalEntry e in HistoryCommand.Read(directory, id.Value, null))
            Console.Out.WriteLine($"  {e.Event.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {HistoryCommand.Describe(e)}");
        JsonArray log = answer["log"]!.AsArray();
        if (log.Count > 0)
            Console.Out.WriteLine("\n  last words of the log:");
        foreach (JsonNode? line in log)
            Console.Out.WriteLine($"    {line}");
    }
}
