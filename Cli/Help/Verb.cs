using System.CommandLine;

namespace Campaign.Cli.Help;

/// <summary>A command with what its help shows beside the arguments: calls that work, and what is worth knowing.</summary>
internal sealed class Verb(string name, string what, string[] examples, params string[] notes) : Command(name, what)
{
    /// <summary>Whole command lines without the leading <c>campaign</c>.</summary>
    public IReadOnlyList<string> Examples => examples;

    /// <summary>A paragraph each, e.g. on formats and exit codes.</summary>
    public IReadOnlyList<string> Notes => notes;
}
