using System.CommandLine;
using Campaign.Cli.Commands;
using Campaign.Cli.Help;
using Campaign.Cli.Tools;
using Campaign.Cli.Verbs;

namespace Campaign.Cli;

/// <summary>Every verb of the program.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        (string Title, IReadOnlyList<Command> Verbs)[] groups =
        [
            ("Prepare", [InitCommand.Create(), ValidateCommand.Create(), PlanCommand.Create()]),
            ("Run", [RunCommand.CreateRun(), RunCommand.CreateResume(), .. ControlCommands.Create(), SetCommand.Create()]),
            ("Understand", [StatusCommand.Create(), WhyCommand.Create(), HistoryCommand.Create(), ReconcileCommand.Create(), ReportCommand.Create()]),
            ("One file at a time, with the code of the tasks", [StructureCommand.Create(), VaspCommand.Create(), DatasetCommand.Create(), AnalyzeCommand.Create(), PotentialCommand.Create()]),
            ("This machine", [DoctorCommand.Create()]),
            ("Inside a batch job", [AttemptCommand.Create()]),
        ];
        var root = new RootCommand(
            "Runs materials-screening campaigns: from a crystal structure with partial occupancies to a report of conductivity, activation "
            + "energy and barriers, each with its error. Everything can be stopped at any moment, and the same command goes on.");
        foreach (Command verb in groups.SelectMany(g => g.Verbs))
            root.Add(verb);
        new HelpPage(groups).Install(root);
        return root;
    }
}
