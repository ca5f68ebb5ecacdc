using System.CommandLine;
using System.Text.Json.Nodes;
using Akka.Actor;
using Campaign.Actors.Hosting;
using Campaign.Cli.Help;
using Campaign.Persistence.Artifacts;
using Campaign.Persistence.Directories;
using Campaign.Persistence.Journal;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;

namespace Campaign.Cli.Commands;

/// <summary><c>pause</c>, <c>continue</c>, <c>cancel</c> and <c>retry</c>: wishes to a campaign or one task, whether or not it is running.</summary>
public static class ControlCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private const string Answers =
        "Works whether or not a process drives the campaign, and answers with what happened. Exit code 1 when nothing could be done; the answer says why.";

    public static IEnumerable<Command> Create() =>
    [
        Create(CampaignVerb.Pause, "Stop working on a campaign or a task for now; attempts save their checkpoints.", "pause campaigns/quickstart", "pause campaigns/quickstart train/ionic/m0"),
        Create(CampaignVerb.Continue, "Go on with a campaign or a task after a pause.", "continue campaigns/quickstart"),
        Create(CampaignVerb.Cancel, "Give up a task, or all that is not done. What is done stays; 'retry' takes it back.", "cancel campaigns/quickstart neb/ti0750/ionic/110"),
        Create(CampaignVerb.Retry, "Try failed or cancelled tasks again, a waiting retry at once; opens a cancelled campaign again.", "retry campaigns/quickstart", "retry campaigns/quickstart relax/ti0750/ionic"),
    ];

    private static Verb Create(CampaignVerb verb, string what, params string[] examples)
    {
        Argument<string> dir = Shared.Dir();
        Argument<string?> task = Shared.OptionalTask();
        Option<bool> json = Shared.Json();
        var command = new Verb(verb.ToString().ToLowerInvariant(), what, examples, Answers) { dir, task, json };
        command.SetAction(async (parsed, _) =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            CampaignSnapshot before = CampaignSnapshot.Read(directory);
            WorkflowGraph graph = before.Graph;
            TaskId? id = parsed.GetValue(task) is { } text ? Shared.FindTask(graph, text) : null;
            ControlReply reply = await SendAsync(directory, ControlInbox.NewCommand(verb, id, TimeProvider.System)).ConfigureAwait(false);
            if (reply.Accepted && verb == CampaignVerb.Cancel && id is { } lost && graph.DependantsOf(lost) is { Count: > 0 } behind)
                reply = reply with { Message = $"{reply.Message} {behind.Count} {(behind.Count == 1 ? "task needs" : "tasks need")} its result: {string.Join(", ", behind.Take(5))}{(behind.Count > 5 ? ", ..." : "")}." };
            if (reply.Accepted && verb is (CampaignVerb.Cancel or CampaignVerb.Pause))
                reply = reply with { Message = reply.Message + JobCancellation.After(directory, before, id) };
            return Answer(reply, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Says what came of a wish.</summary>
    /// <returns>The exit code.</returns>
    internal static int Answer(ControlReply reply, bool json)
    {
        if (json)
            Output.Json(new JsonObject { ["accepted"] = reply.Accepted, ["message"] = reply.Message });
        else if (reply.Accepted)
            Console.Out.WriteLine(reply.Message);
        else
            Output.Error(reply.Message);
        return reply.Accepted ? 0 : 1;
    }

    /// <summary>Lays a wish into the control folder, and waits for the process that drives the campaign; where there is none, grants it here.</summary>
    internal static async Task<ControlReply> SendAsync(CampaignDirectory directory, ControlCommand command)
    {
        var inbox = new ControlInbox(directory);
        inbox.Post(command);
        try
        {
            for (TimeSpan waited = TimeSpan.Zero; waited < Patience; waited += Interval)
            {
                if (inbox.TakeReply(command.Id) is { } reply)
                    return reply;
                if (CampaignLock.Owner(directory) is not null || !await CampaignHost.ServeWishesAsync(directory.Root, TimeProvider.System).ConfigureAwait(false))
                    await Task.Delay(Interval).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or DamagedArtifactException or DamagedJournalException || JournalFile.IsDamage(e))
        {
            inbox.Withdraw(command.Id); // nobody will ever be able to grant it
            throw;
        }
        catch (AskTimeoutException)
        {
            return new ControlReply(false, $"The wish could not be recorded within a minute; {Path.Combine(directory.Root, "orchestrator.log")} says why. It stays in {directory.Control}, and whoever drives or steers the campaign next grants or refuses it.");
        }
        return new ControlReply(true, "Noted. The process that drives the campaign has not answered yet; it does so as soon as it can.");
    }
}
