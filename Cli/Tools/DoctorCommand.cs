using System.CommandLine;
using Campaign.Cli.Help;

namespace Campaign.Cli.Tools;

/// <summary><c>doctor</c>: what this machine has, what is missing, what that prevents, and how to mend it.</summary>
public static class DoctorCommand
{
    public static Command Create() => Create(Machine.Real());

    internal static Command Create(Machine machine)
    {
        Argument<string?> dir = new("DIR") { Description = "Where a campaign is to live; its file system is tried out. Default: the current folder.", Arity = System.CommandLine.ArgumentArity.ZeroOrOne };
        Option<bool> json = StructureCommand.JsonOption();
        Command command = new Verb(
            "doctor", "What this machine has; what is missing, what that prevents and how to get it.", ["doctor", "doctor campaigns/quickstart --json"],
            "Exit code 0 when nothing essential is missing, else 1. Everything marked absent is optional. Files written to try the file system out are deleted again.") { dir, json };
        command.SetAction(parse => ToolOutput.Run(parse, output =>
        {
            DoctorCheck[] checks = [.. Doctor.Examine(machine, parse.GetValue(dir))];
            output.WriteLine(parse.GetValue(json) ? ToolOutput.Json(new { checks }) : Doctor.ToText(checks));
            return checks.All(c => c.Ok || !c.Required) ? ToolOutput.Done : ToolOutput.WorkFailed;
        }));
        return command;
    }
}

/// <summary>One thing looked for.</summary>
/// <param name="Prevents">What cannot be done without it.</param>
/// <param name="Mend">How to get it; null when it is there.</param>
/// <param name="Required">True when nothing works without it; everything else is optional.</param>
internal sealed record DoctorCheck(string Name, bool Ok, string? Version, string? Path, string Prevents, string? Mend, bool Required = false);
