using System.CommandLine;
using System.Text.Json;
using Campaign.Cli.Help;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign status DIR</c>: where everything stands. Reads the journal; starts nothing.</summary>
public static class StatusCommand
{
    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "status", "Show where a campaign and its tasks stand. Reads the journal, disturbs nothing.", ["status campaigns/quickstart", "status campaigns/quickstart --json"]) { dir, json };
        command.SetAction(parsed =>
        {
            CampaignSnapshot snapshot = CampaignSnapshot.Read(Shared.Open(parsed.GetRequiredValue(dir)));
            if (parsed.GetValue(json))
                Output.Json(writer => Write(writer, snapshot));
            else
                Print(snapshot);
            return 0;
        });
        return command;
    }

    /// <summary>The answer to <c>--json</c>, straight onto the writer: a campaign may have ten thousand tasks.</summary>
    /// <param name="asOf">Where in the journal this is the state; null for now.</param>
    internal static void Write(Utf8JsonWriter writer, CampaignSnapshot s, JournalEntry? asOf = null)
    {
        writer.WriteStartObject();
        writer.WriteString("campaign", s.Campaign.Name);
        writer.WriteString("state", State(s));
        writer.WriteStartArray("stages");
        foreach ((string id, string state, int done, int total) in Stages(s))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("state", state);
            writer.WriteNumber("done", done);
            writer.WriteNumber("total", total);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("tasks");
        foreach (TaskRow t in s.Tasks)
        {
            writer.WriteStartObject();
            writer.WriteString("id", t.Spec.Id.Value);
            writer.WriteString("stage", t.Spec.Id.Stage);
            writer.WriteString("state", t.Phase.Display());
            writer.WriteNumber("attempt", t.Attempt);
            writer.WriteString("jobId", t.JobId);
            writer.WriteString("site", t.Spec.Site);
            writer.WriteString("startedAt", Output.Time(t.StartedAt));
            writer.WriteString("endedAt", Output.Time(t.EndedAt));
            writer.WriteString("reason", Reason(s, t));
            writer.WriteBoolean("reused", t.Reused);
            writer.WriteString("dueAt", Output.Time(t.DueAt));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("counts");
        foreach (IGrouping<TaskPhase, TaskRow> phase in s.Tasks.GroupBy(t => t.Phase).OrderBy(g => g.Key))
            writer.WriteNumber(phase.Key.Display(), phase.Count());
        writer.WriteEndObject();
        if (s.Owner is { } owner)
        {
            writer.WriteStartObject("owner");
            writer.WriteNumber("pid", owner.ProcessId);
            writer.WriteString("host", owner.Host);
            writer.WriteString("since", Output.Time(owner.Since));
            writer.WriteEndObject();
        }
        else
            writer.WriteNull("owner");
        if (asOf is not null)
        {
            writer.WriteStartObject("asOf");
            writer.WriteNumber("sequence", asOf.Sequence);
            writer.WriteString("at", Output.Time(asOf.Event.At));
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    internal static string State(CampaignSnapshot s) => s.Campaign.Phase switch
    {
        CampaignPhase.Paused => "paused",
        CampaignPhase.Cancelled => "cancelled",
        _ when s.Owner is not null => "running",
        CampaignPhase.Concluded when s.Tasks.All(t => t.Phase.IsTerminal()) => s.Campaign.End!.Result switch
        {
            CampaignResult.Done => "done",
            CampaignResult.Partial => "partial",
            _ => "failed",
        },
        _ => "stopped",
    };

    /// <summary>A stage is as far as its tasks: running if any is, failed if one is lost and none can go on.</summary>
    internal static IEnumerable<(string Id, string State, int Done, int Total)> Stages(CampaignSnapshot s)
    {
        foreach (string stage in s.Graph.Stages)
        {
            TaskRow[] tasks = [.. s.Tasks.Where(t => t.Spec.Id.Stage == stage)];
            int done = tasks.Count(t => t.Phase == TaskPhase.Done);
            string state =
                done == tasks.Length ? "done"
                : tasks.Any(t => t.Phase == TaskPhase.Running) ? "running"
                : tasks.Any(t => t.Phase == TaskPhase.Intended) ? "intended"
                : tasks.All(t => t.Phase.IsTerminal()) ? tasks.Any(t => t.Phase == TaskPhase.Failed) ? "failed" : "cancelled"
                : tasks.Any(t => t.Phase == TaskPhase.RetryScheduled) ? "retryScheduled"
                : tasks.Any(t => t.Phase == TaskPhase.Paused) ? "paused"
                : "planned";
            yield return (stage, state, done, tasks.Length);
        }
    }

    private static string? Reason(CampaignSnapshot s, TaskRow t) =>
        t.Job is { } job && t.Phase is TaskPhase.Intended or TaskPhase.Running
            ? job.Id is null ? $"to be submitted to {job.Site}" : $"{JobWords.Of(s, job)}{(s.Owner is null ? ", which goes on by itself; 'resume' takes its result in" : "")}"
        : t.Phase == TaskPhase.Running && s.Owner is null ? "the process that ran it is gone; 'resume' goes on from its checkpoint" : t.Reason;

    internal static void Print(CampaignSnapshot s)
    {
        string driven = s.Owner is { } o ? $" (driven by process {o.ProcessId} on {o.Host})" : "";
        Console.Out.WriteLine($"{s.Campaign.Name}: {State(s)}{driven}");
        Console.Out.WriteLine();
        Output.Table([["stage", "done", "state"], .. Stages(s).Select(x => new[] { x.Id, $"{x.Done}/{x.Total}", x.State })]);
        TaskRow[] shown = [.. s.Tasks.Where(t => t.Phase is not (TaskPhase.Done or TaskPhase.Planned))];
        if (shown.Length == 0)
            return;
        Console.Out.WriteLine();
        Output.Table([["task", "state", "attempt", "why"],
            .. shown.Take(40).Select(t => new[] { t.Spec.Id.Value, t.Phase.Display(), $"{t.Attempt}", Reason(s, t) ?? "" })]);
        if (shown.Length > 40)
            Console.Out.WriteLine($"... and {shown.Length - 40} more; --json has them all.");
    }
}
