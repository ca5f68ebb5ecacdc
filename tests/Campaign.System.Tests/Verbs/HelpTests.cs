using System.CommandLine;
using System.CommandLine.Parsing;
using Campaign.Cli;
using Campaign.Cli.Help;
using Xunit;

namespace Campaign.SystemTests.Verbs;

/// <summary>The help of every verb, over the whole tree of commands.</summary>
public sealed class HelpTests
{
    private static readonly RootCommand Root = CommandTree.Create();

    public static TheoryData<string> Verbs => [.. Paths(Root, "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_says_what_it_does_explains_its_arguments_and_shows_a_call_that_parses(string path)
    {
        var verb = Assert.IsType<Verb>(Root.Parse(path).CommandResult.Command);
        Assert.Empty(Root.Parse($"{path} --help").Errors); // nothing is missing for somebody who asks for help
        Assert.NotEmpty(verb.Description!);
        Assert.All(verb.Arguments, a => Assert.False(string.IsNullOrEmpty(a.Description), $"{path}: {a.Name} is not explained"));
        Assert.All(verb.Options, o => Assert.False(string.IsNullOrEmpty(o.Description), $"{path}: {o.Name} is not explained"));
        Assert.NotEmpty(verb.Examples);
        foreach (string example in verb.Examples)
        {
            ParseResult parsed = Root.Parse([.. CommandLineParser.SplitCommandLine(example)]);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join("; ", parsed.Errors.Select(e => e.Message))}");
            Assert.Same(verb, parsed.CommandResult.Command);
        }
        string help = HelpOf(path);
        Assert.Contains($"campaign {path}", help);
        Assert.All(verb.Examples, e => Assert.Contains($"  campaign {e}\n", help));
        Assert.All(verb.Options.Where(o => o.Name != "--help"), o => Assert.Contains(o.Name, help));
    }

    [Fact]
    public void The_root_lists_every_verb_in_groups()
    {
        string help = HelpOf("");
        Assert.All(Paths(Root, ""), path => Assert.Contains($"\n  {path} ", help));
        Assert.Contains("\nPrepare:\n", help);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 110, line));
    }

    private static IEnumerable<string> Paths(Command command, string prefix) =>
        command.Subcommands.SelectMany(c => c.Subcommands.Count > 0 ? Paths(c, $"{prefix}{c.Name} ") : [prefix + c.Name]);

    private static string HelpOf(string path)
    {
        using var output = new StringWriter();
        Assert.Equal(0, Root.Parse($"{path} --help").Invoke(new InvocationConfiguration { Output = output }));
        return output.ToString();
    }
}
