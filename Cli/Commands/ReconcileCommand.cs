using System.CommandLine;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign reconcile DIR</c>: where the journal and the world outside disagree, and what will be done about it.</summary>
public static class ReconcileCommand
{
    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Option<bool> quick = new("--quick") { Description = "Look at presence and length of artifacts only, instead of reading them from end to end." };
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "reconcile", "Compare the journal with processes and files, and say what will be done about each difference. Changes nothing.",
            ["reconcile campaigns/quickstart", "reconcile campaigns/quickstart --quick --json"],
            "What needs doing is done by 'run' and 'resume'. Exit code 0, whether or not there are differences.") { dir, quick, json };
        command.SetAction(parsed =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            CampaignSnapshot snapshot = CampaignSnapshot.Read(directory);
            IReadOnlyList<Difference> found = [.. JobReconciliation.Of(directory, snapshot), .. Reconciliation.Of(directory, snapshot, verify: !parsed.GetValue(quick))];
            if (parsed.GetValue(json))
                Output.Json(new JsonArray([.. found.Select(Document)]));
            else
                Print(found);
            return 0;
        });
        return command;
    }

    private static JsonObject Document(Difference d) => new()
    {
        ["task"] = d.Task?.Value, ["journal"] = d.Journal, ["scheduler"] = d.Scheduler, ["disk"] = d.Disk, ["action"] = d.Action,
    };

    private static void Print(IReadOnlyList<Difference> found)
    {
        if (found.Count == 0)
            Console.Out.WriteLine("The journal, the processes and the files agree.");
        foreach (Difference d in found)
        {
            Console.Out.WriteLine(d.Task?.Value ?? "campaign");
            if (d.Journal is not null)
                Console.Out.WriteLine($"  journal: {d.Journal}");
            if (d.Scheduler is not null)
                Console.Out.WriteLine($"  scheduler: {d.Scheduler}");
            if (d.Disk is not null)
                Console.Out.WriteLine($"  disk: {d.Disk}");
            Console.Out.WriteLine($"  {d.Action}");
        }
    }
}
