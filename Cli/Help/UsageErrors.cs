using System.CommandLine;
using System.CommandLine.Parsing;
using Campaign.Workflows.Specs.Reading;

namespace Campaign.Cli.Help;

/// <summary>What is wrong with a command line, in the program's own words: the word that is meant, and the nearest right one.</summary>
internal static class UsageErrors
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] path = [.. Names(parsed.CommandResult).Reverse()];
        string verb = string.Join(' ', path);
        string help = $"'campaign {(verb.Length == 0 ? "" : verb + " ")}--help' shows how it is used.";
        foreach (string token in parsed.UnmatchedTokens)
        {
            bool option = token.StartsWith('-');
            string[] known = [.. option ? command.Options.SelectMany(o => o.Aliases.Append(o.Name)) : command.Subcommands.Select(c => c.Name)];
            string mend = NearestWord.Among(token.Split('=')[0], known) is { } near ? $"Did you mean '{near}'?" : help;
            yield return option ? $"{Prefix(verb)}there is no option '{token}'. {mend}"
                : command.Subcommands.Count > 0 ? $"{Prefix(verb)}there is no verb '{token}'. {mend}"
                : $"{Prefix(verb)}'{token}' is one argument too many. {help}";
            if (!option && command.Subcommands.Count > 0)
                yield break; // what follows belongs to the verb nobody knows
        }
        if (parsed.UnmatchedTokens.Count > 0)
            yield break;
        foreach (ParseError error in parsed.Errors)
            yield return error.SymbolResult switch
            {
                OptionResult { Tokens: [] } o => $"{Prefix(verb)}{o.Option.Name} {(o.IdentifierToken is null ? "is needed" : "needs a value")}. {help}",
                OptionResult o => $"{Prefix(verb)}{o.Option.Name}: '{string.Join(' ', o.Tokens.Select(t => t.Value))}' {Expected(o.Option.ValueType)}. {help}",
                ArgumentResult { Tokens: [] } a => $"{Prefix(verb)}{a.Argument.Name.ToUpperInvariant()} is missing. {help}",
                ArgumentResult { Parent: OptionResult o } a => $"{Prefix(verb)}{o.Option.Name}: '{string.Join(' ', a.Tokens.Select(t => t.Value))}' {Expected(o.Option.ValueType)}. {help}",
                _ when command.Subcommands.Count > 0 => $"{Prefix(verb)}a verb is missing. Give one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}.",
                _ => $"{Prefix(verb)}{error.Message} {help}",
            };
    }

    private static string Prefix(string verb) => verb.Length == 0 ? "campaign: " : $"campaign {verb}: ";

    private static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(int) || t == typeof(long) => "is not a whole number in range",
        var t when t == typeof(double) => "is not a number",
        var t when t == typeof(bool) => "is not true or false",
        _ => "cannot be used, or is given twice",
    };

    private static IEnumerable<string> Names(CommandResult result)
    {
        for (SymbolResult? r = result; r is CommandResult { Command: not RootCommand } c; r = c.Parent)
            yield return c.Command.Name;
    }
}
