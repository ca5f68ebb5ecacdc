using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Cli.Help;
using Campaign.Persistence.Directories;
using Campaign.Persistence.ReadModel;
using Campaign.Workflows.Campaigns;
using Campaign.Workflows.Graph;
using Campaign.Workflows.Tasks;

namespace Campaign.Cli.Commands;

/// <summary><c>campaign set DIR TASK KEY=VALUE</c>: another parameter for a task that has not succeeded.</summary>
public static class SetCommand
{
    public static Command Create()
    {
        Argument<string> dir = Shared.Dir();
        Argument<string> task = new("TASK") { Description = "The task's id, as 'status' shows it." };
        Argument<string> change = new("KEY=VALUE") { Description = "A parameter of the task as 'why' shows it, e.g. timeStepFs=1. Without a value (timeStepFs=) the planned one holds again." };
        Option<bool> json = Shared.Json();
        var command = new Verb(
            "set", "Give a task that has not succeeded another parameter. It is journaled and shown in the report; the task runs again, and what depends on it follows.",
            ["set campaigns/quickstart dlmd/ti0750/ionic/t860 timeStepFs=1", "set campaigns/quickstart train/ionic/m0 learningRate.start=0.005"]) { dir, task, change, json };
        command.SetAction(async (parsed, _) =>
        {
            CampaignDirectory directory = Shared.Open(parsed.GetRequiredValue(dir));
            WorkflowGraph plan = CampaignSnapshot.Read(directory).Plan;
            TaskId id = Shared.FindTask(plan, parsed.GetRequiredValue(task));
            ParameterChange wanted = Change(parsed.GetRequiredValue(change));
            if (TaskSettings.Refusal(plan, id, wanted) is { } why)
                throw new InvalidDataException($"{why}{(why[^1] == '?' ? "" : ".")}");
            ControlCommand wish = ControlInbox.NewCommand(CampaignVerb.Set, id, TimeProvider.System, wanted);
            return ControlCommands.Answer(await ControlCommands.SendAsync(directory, wish).ConfigureAwait(false), parsed.GetValue(json));
        });
        return command;
    }

    /// <exception cref="FormatException">Not KEY=VALUE.</exception>
    private static ParameterChange Change(string text)
    {
        int equals = text.IndexOf('=');
        if (equals < 1)
            throw new FormatException($"'{text}' is not KEY=VALUE. Write for example timeStepFs=1.");
        return new ParameterChange(text[..equals].Trim(), Value(text[(equals + 1)..].Trim()));
    }

    /// <summary>JSON (1.5, true, [2, 2, 2]), or a word.</summary>
    private static JsonNode? Value(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
