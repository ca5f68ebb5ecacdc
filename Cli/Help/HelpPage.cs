using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Campaign.Cli.Help;

/// <summary>Writes the help of any command; the root's is ordered by what people want to do.</summary>
internal sealed class HelpPage(IReadOnlyList<(string Title, IReadOnlyList<Command> Verbs)> groups) : SynchronousCommandLineAction
{
    private const int Width = 110;

    /// <summary>Help is given whatever else is missing.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parse)
    {
        Write(parse.CommandResult.Command, parse.InvocationConfiguration.Output);
        return 0;
    }

    /// <summary>Takes the place of the library's help on this tree.</summary>
    public void Install(RootCommand root) => root.Options.OfType<HelpOption>().Single().Action = this;

    internal void Write(Command command, TextWriter output)
    {
        Paragraph(output, command.Description ?? "", "");
        output.WriteLine();
        output.WriteLine($"Usage:\n  {Usage(command)}");
        int width = groups.SelectMany(g => g.Verbs).SelectMany(Leaves).Max(v => Call(v).Length);
        if (command is RootCommand)
            foreach ((string title, IReadOnlyList<Command> verbs) in groups)
                Rows(output, title, verbs.SelectMany(Leaves).Select(v => (Call(v).PadRight(width), v.Description ?? "")));
        else
            Rows(output, "Verbs", command.Subcommands.Select(v => (Call(v), v.Description ?? "")));
        Rows(output, "Arguments", command.Arguments.Select(a => (Name(a), a.Description ?? "")));
        Rows(output, "Options", command.Options.Where(o => !o.Hidden && o is not HelpOption).Select(o => (Name(o), Text(o))));
        if (command is not Verb verb)
            return;
        output.WriteLine($"\nExample{(verb.Examples.Count > 1 ? "s" : "")}:");
        foreach (string example in verb.Examples)
            output.WriteLine($"  campaign {example}");
        foreach (string note in verb.Notes)
        {
            output.WriteLine();
            Paragraph(output, note, "");
        }
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string Usage(Command command) =>
        command is RootCommand ? "campaign VERB ... ('campaign VERB --help' tells more)"
        : command.Subcommands.Count > 0 ? $"{Path(command)} VERB ..."
        : $"campaign {Call(command)}{(command.Options.Any(o => o is not HelpOption) ? " [options]" : "")}";

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "campaign";

    /// <summary>The verb with its arguments, as typed after <c>campaign</c>.</summary>
    private static string Call(Command command) =>
        string.Join(' ', [Path(command)["campaign".Length..].TrimStart(), .. command.Arguments.Select(Name)]).Trim();

    private static string Name(Argument a)
    {
        string name = a.Name.ToUpperInvariant() + (a.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return a.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Name(Option o) =>
        string.Join(", ", [o.Name, .. o.Aliases.Where(a => a.Length == 2)])
        + (o is VersionOption || o.ValueType == typeof(bool) ? "" : $" {o.HelpName ?? o.Name.TrimStart('-').ToUpperInvariant()}");

    private static string Text(Option o) => (o.Required ? "Required. " : "") + o.Description;

    private static void Rows(TextWriter output, string title, IEnumerable<(string Left, string Right)> rows)
    {
        (string Left, string Right)[] all = [.. rows];
        if (all.Length == 0)
            return;
        int column = Math.Min(34, all.Max(r => r.Left.Length)) + 4;
        output.WriteLine($"\n{title}:");
        foreach ((string left, string right) in all)
        {
            string head = $"  {left}".PadRight(column);
            if (head.Length > column)
            {
                output.WriteLine(head);
                head = "".PadRight(column);
            }
            Paragraph(output, right, head);
        }
    }

    /// <summary>Text in lines of readable length, hanging under its first line.</summary>
    private static void Paragraph(TextWriter output, string text, string head)
    {
        string line = head;
        bool empty = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(line);
                line = "".PadRight(head.Length);
                empty = true;
            }
            line += empty ? word : $" {word}";
            empty = false;
        }
        output.WriteLine(line.TrimEnd());
    }
}
