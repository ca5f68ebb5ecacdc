using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Campaign.Workflows.Specs.Reading;

/// <summary>
/// YAML text to a tree of nodes with positions. Bounded: text up to 1 MiB, depth 32, 64 aliases and 50,000 nodes after
/// aliases are followed, so that a hostile file costs no more than a long one.
/// </summary>
internal static class YamlTree
{
    private const int MaxChars = 1 << 20;
    private const int MaxDepth = 32;
    private const int MaxAliases = 64;
    private const long MaxNodes = 50_000;

    /// <summary>The top-level mapping, or null with the reason among the problems.</summary>
    public static MapNode? Parse(string text, string file, ProblemSink problems)
    {
        if (text.Length > MaxChars)
        {
            problems.Error(file, 1, 1, "", $"The file has {text.Length} characters; the limit is {MaxChars}.", "A campaign file is a few hundred lines; data belong in files of their own.");
            return null;
        }
        if (ReportTabs(text, file, problems))
            return null;
        var parser = new Parser(new StringReader(text));
        try
        {
            return new Builder(file, problems).Document(parser);
        }
        catch (InvalidOperationException) // how the scanner answers some unclosed brackets
        {
            Mark at = parser.Current?.End ?? Mark.Empty;
            problems.Error(file, (int)at.Line, (int)at.Column, "", "This is not valid YAML from here on.", "Look for an unclosed bracket or quote on this line and the next.");
            return null;
        }
        catch (YamlException e)
        {
            problems.Error(file, (int)e.Start.Line, (int)e.Start.Column, "", $"This is not valid YAML: {FirstSentence(e.Message)}", "Look at indentation, brackets and quotes on this line and the one before.");
            return null;
        }
        catch (TooLargeException e)
        {
            problems.Error(file, e.Line, e.Column, "", e.Message, "Write the values out instead of nesting or repeating them by alias.");
            return null;
        }
    }

    /// <summary>The value of KEY=VALUE, e.g. <c>[300, 600]</c> or <c>0.5</c>; columns count from the start of KEY.</summary>
    public static SpecNode? ParseValue(string keyValue, int equals, string file, ProblemSink problems)
    {
        string key = new('v', Math.Clamp(equals - 1, 1, 1000)); // as long as KEY= with the blank that YAML wants
        return Parse($"{key}: {keyValue[(equals + 1)..]}", file, problems)?[key];
    }

    private static bool ReportTabs(string text, string file, ProblemSink problems)
    {
        bool found = false;
        int line = 0;
        foreach (ReadOnlySpan<char> l in text.AsSpan().EnumerateLines())
        {
            line++;
            int indent = l.IndexOfAnyExcept(' ', '\t');
            int tab = l[..(indent < 0 ? l.Length : indent)].IndexOf('\t');
            if (tab < 0 || indent < 0)
                continue;
            problems.Error(file, line, tab + 1, "", "The line is indented with a tab; YAML allows spaces only.", "Replace the tab by spaces.");
            found = true;
        }
        return found;
    }

    private static string FirstSentence(string message)
    {
        int colon = message.IndexOf("): ", StringComparison.Ordinal);
        return (colon >= 0 ? message[(colon + 3)..] : message).TrimEnd('.') + ".";
    }

    private sealed class TooLargeException(string message, Mark at) : Exception(message)
    {
        public int Line { get; } = (int)at.Line;
        public int Column { get; } = (int)at.Column;
    }

    private sealed class Builder(string file, ProblemSink problems)
    {
        private readonly Dictionary<string, (SpecNode Node, long Nodes)> _anchors = [];
        private int _aliases;
        private long _nodes;

        public MapNode? Document(Parser parser)
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out StreamEnd? end))
            {
                problems.Error(file, 1, 1, "", "The file is empty.", "Start from 'campaign init STRUCTURE'.");
                return null;
            }
            parser.Consume<DocumentStart>();
            SpecNode root = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out DocumentStart? second))
                problems.Error(file, (int)second.Start.Line, (int)second.Start.Column, "", "A second YAML document begins here.", "Keep one campaign per file.");
            if (root is MapNode map)
                return map;
            problems.Error(file, root.Line, root.Column, "", $"The file holds {root.Describe()}, not keys and values.", "Start from 'campaign init STRUCTURE'.");
            return null;
        }

        private SpecNode Node(Parser parser, int depth)
        {
            ParsingEvent e = parser.Current!;
            if (depth > MaxDepth)
                throw new TooLargeException($"The nesting is deeper than {MaxDepth} levels.", e.Start);
            int line = (int)e.Start.Line, column = (int)e.Start.Column;
            if (e is AnchorAlias alias)
            {
                parser.MoveNext();
                if (++_aliases > MaxAliases)
                    throw new TooLargeException($"More than {MaxAliases} aliases.", e.Start);
                if (!_anchors.TryGetValue(alias.Value.Value, out var known))
                    throw new TooLargeException($"The alias '*{alias.Value.Value}' refers to itself or to nothing.", e.Start);
                Count(known.Nodes, e);
                return known.Node;
            }
            long before = _nodes;
            Count(1, e);
            string? anchor = e is NodeEvent { Anchor.IsEmpty: false } named ? named.Anchor.Value : null;
            SpecNode node;
            if (parser.TryConsume<Scalar>(out Scalar? scalar))
            {
                node = new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, file, line, column);
            }
            else if (parser.TryConsume<SequenceStart>(out _))
            {
                var items = new List<SpecNode>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    items.Add(Node(parser, depth + 1));
                node = new ListNode(items, file, line, column);
            }
            else
            {
                parser.Consume<MappingStart>();
                node = new MapNode(Entries(parser, depth), file, line, column);
            }
            if (anchor is not null)
                _anchors[anchor] = (node, _nodes - before);
            return node;
        }

        private List<MapEntry> Entries(Parser parser, int depth)
        {
            var entries = new List<MapEntry>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                SpecNode key = Node(parser, depth + 1);
                SpecNode value = Node(parser, depth + 1);
                if (key is not ScalarNode name)
                    problems.Error(file, key.Line, key.Column, "", $"A key is {key.Describe()}; keys are single words.", "Quote it or write it as a word.");
                else if (entries.Find(x => x.Key.Text == name.Text) is { } first)
                    problems.Error(file, key.Line, key.Column, name.Text, $"The key '{name.Text}' is here twice; the first is on line {first.Key.Line}.", "Keep one of them.");
                else
                    entries.Add(new MapEntry(name, value));
            }
            return entries;
        }

        private void Count(long nodes, ParsingEvent e)
        {
            _nodes += nodes;
            if (_nodes > MaxNodes)
                throw new TooLargeException($"The file expands to more than {MaxNodes} values.", e.Start);
        }
    }
}
