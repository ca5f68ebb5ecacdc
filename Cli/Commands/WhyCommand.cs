using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Artifacts;
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
        TaskExplanation why = TaskExplanation.Of(snapshot, row, Shared.Shown(directory), TimeProvider.System.GetUtcNow());
        JsonObject? result = row.Phase == TaskPhase.Done ? Result(directory, snapshot, row, entries) : null;
        return new JsonObject
        {
            ["task"] = id.Value,
            ["state"] = row.Phase.Display(),
            ["since"] = Output.Time(Since(snapshot, row, entries)),
            ["reason"] = why.Because ?? result?["from"]?.GetValue<string>(),
            ["waitingFor"] = new JsonArray([.. why.WaitingFor.Select(w => JsonValue.Create(w))]),
            ["blockedBy"] = row.BlockedBy?.Value,
            ["next"] = why.Next,
            ["attempts"] = new JsonArray([.. Attempts(entries, new ArtifactStore(CampaignSnapshot.StoreOf(directory)))]),
            ["parameters"] = row.Spec.Parameters.DeepClone(),
            ["set"] = new JsonArray([.. snapshot.SetByHand(id).Select(c => new JsonObject { ["key"] = c.Key, ["value"] = c.Value?.DeepClone() })]),
            ["result"] = result,
            ["log"] = new JsonArray([.. Log(directory, id, row.Attempt).Select(l => JsonValue.Create(l))]),
        };
    }

    /// <summary>When the present state began; for a task that never started, when its campaign did, or when it became blocked.</summary>
    private static DateTimeOffset? Since(CampaignSnapshot s, TaskRow row, JournalEntry[] entries) =>
        row.BlockedBy is { } by && s.Conclusion(by) is { } end ? end.At
        : entries.LastOrDefault()?.Event.At ?? s.Campaign.OpenedAt;

    /// <summary>Where the result came from, and its files.</summary>
    private static JsonObject Result(CampaignDirectory directory, CampaignSnapshot snapshot, TaskRow row, JournalEntry[] entries)
    {
        // the stage may not know yet what the task itself has on record
        TaskState own = entries.Aggregate(TaskState.New, (s, e) => s.Apply((ITaskEvent)e.Event));
        (bool reused, string? print, IReadOnlyDictionary<string, ArtifactRef> outputs) = snapshot.Conclusion(row.Spec.Id) is { } end
            ? (end.Reused, end.Fingerprint, end.Outputs)
            : (own.Reused, own.AskedFingerprint, own.Outputs ?? ImmutableDictionary<string, ArtifactRef>.Empty);
        var store = new ArtifactStore(CampaignSnapshot.StoreOf(directory));
        StoredResult? source = reused && print is { } fingerprint ? new FingerprintStore(CampaignSnapshot.StoreOf(directory), store).Find(fingerprint) : null;
        string took = row is { StartedAt: { } from, EndedAt: { } to } ? $" in {Output.Duration(to - from)}" : "";
        return new JsonObject
        {
            ["from"] = !reused ? $"Attempt {row.Attempt} computed it{took}."
                : source is null ? "The result of an equal computation was taken; nothing ran."
                : $"The result of an equal computation was taken: {source.Task}, done {Output.Time(source.At)}. Nothing ran.",
            ["reused"] = reused,
            ["fingerprint"] = print,
            ["outputs"] = new JsonObject([.. outputs.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, (JsonNode?)new JsonObject
            {
                ["sha256"] = o.Value.Sha256, ["bytes"] = o.Value.Bytes, ["path"] = store.PathOf(o.Value),
            }))]),
        };
    }

    private static IEnumerable<JsonObject> Attempts(JournalEntry[] entries, ArtifactStore store)
    {
        var attempts = new SortedDictionary<int, JsonObject>();
        JsonObject Of(int n) => attempts.TryGetValue(n, out JsonObject? known) ? known : attempts[n] = new JsonObject
        {
            ["n"] = n, ["jobId"] = null, ["script"] = null, ["startedAt"] = null, ["endedAt"] = null, ["exit"] = null,
            ["findings"] = new JsonArray(), ["corrections"] = new JsonArray(),
        };
        foreach (JournalEntry entry in entries)
        {
            switch (entry.Event)
            {
                case TaskEvents.Intended e:
                    Of(e.Attempt);
                    break;
                case TaskEvents.Submitted e:
                    Of(e.Attempt)["jobId"] = e.JobId;
                    Of(e.Attempt)["script"] = e.Script is { } script ? store.PathOf(script) : null;
                    break;
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
            Console.Out.WriteLine($"  {reason}");
        foreach (JsonNode? wait in answer["waitingFor"]!.AsArray())
            Console.Out.WriteLine($"  waits for {wait}");
        if (answer["next"] is { } next)
            Console.Out.WriteLine($"  {next}");
        foreach (JsonNode? attempt in answer["attempts"]!.AsArray())
        {
            Console.Out.WriteLine($"  attempt {attempt!["n"]}: {attempt["startedAt"] ?? "not started"}{(attempt["endedAt"] is { } end ? $" to {end}, {attempt["exit"]}" : ", under way")}");
            if (attempt["jobId"] is { } job)
                Console.Out.WriteLine($"    job {job}, its script: {attempt["script"] ?? "not kept"}");
            foreach (JsonNode? finding in attempt["findings"]!.AsArray())
                Console.Out.WriteLine($"    {finding!["key"]}: {finding["message"]}");
            foreach (JsonNode? correction in attempt["corrections"]!.AsArray())
                Console.Out.WriteLine($"    corrected by {correction!["handler"]} ({correction["class"]}): {string.Join(", ", correction["changes"]!.AsArray().Select(c => $"{c!["key"]} = {c["value"]?.ToJsonString()}"))}");
        }
        foreach (JsonNode? set in answer["set"]!.AsArray())
            Console.Out.WriteLine($"  set by hand: {set!["key"]} = {set["value"]?.ToJsonString()}");
        JsonObject parameters = answer["parameters"]!.AsObject();
        Console.Out.WriteLine($"  parameters: {string.Join(", ", ParameterChanges.Keys(parameters).Select(k => $"{k} = {ParameterChanges.ValueOf(parameters, k)?.ToJsonString()}"))}");
        foreach ((string name, JsonNode? output) in answer["result"]?["outputs"]?.AsObject() ?? [])
            Console.Out.WriteLine($"  {name}: {output!["path"]}");
        JournalEntry[] entries = HistoryCommand.Read(directory, id.Value, null);
        if (entries.Length > 0)
            Console.Out.WriteLine();
        foreach (JournalEntry e in entries)
            Console.Out.WriteLine($"  {e.Sequence,6}  {e.Event.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {HistoryCommand.Describe(e)}");
        JsonArray log = answer["log"]!.AsArray();
        if (log.Count > 0)
            Console.Out.WriteLine("\n  last words of the log:");
        foreach (JsonNode? line in log)
            Console.Out.WriteLine($"    {line}");
    }
}
