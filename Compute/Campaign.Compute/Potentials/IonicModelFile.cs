using System.Globalization;
using Campaign.Compute.Formats;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Campaign.Compute.Potentials;

/// <summary>Reads ionic parameter sets from YAML; unknown or missing keys are errors with line and column.</summary>
public static class IonicModelFile
{
    private const string FormMend = "config/potentials shows the form of such a file.";

    /// <summary>A parameter file has a few lines; beyond this it is something else.</summary>
    private const int MaximumBytes = 1 << 20;

    /// <summary>Deepest nesting of brackets and indentation: the tree is read recursively.</summary>
    private const int MaximumDepth = 16;

    /// <summary>Reads a parameter file and builds the model.</summary>
    /// <exception cref="IonicFormatException">Not a valid parameter set; the message starts with path:line:column.</exception>
    public static IonicModel Read(string path) => InputFile.Refusal(path, MaximumBytes) is { } refusal
        ? throw new IonicFormatException(path, 1, 1, refusal.Problem, refusal.Mend)
        : new IonicModel(Parse(File.ReadAllText(path), path));

    /// <summary>True when the text looks like an ionic parameter file (<c>kind: ionic</c>).</summary>
    public static bool IsIonic(string yaml) => yaml.Split('\n').Any(line => line.TrimEnd() == "kind: ionic");

    /// <summary>Parses a parameter set; <paramref name="source"/> names the text in errors.</summary>
    /// <exception cref="IonicFormatException">Not a valid parameter set; the message starts with source:line:column.</exception>
    public static IonicParameters Parse(string yaml, string source)
    {
        var stream = new YamlStream();
        try
        {
            RefuseDeepNesting(yaml, source);
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new IonicFormatException(source, (int)e.Start.Line, (int)e.Start.Column, $"not valid YAML: {e.Message}", "Look at indentation, brackets and quotes on this line and the one before.");
        }
        catch (InvalidOperationException) // how the scanner answers some unclosed brackets
        {
            throw new IonicFormatException(source, 1, 1, "not valid YAML.", "Look for an unclosed bracket or quote.");
        }
        if (stream.Documents.Count != 1)
            throw new IonicFormatException(source, 1, 1, $"expected one YAML document with an ionic model, found {stream.Documents.Count}.", FormMend);

        Map root = new(stream.Documents[0].RootNode, source, "the model", ["kind", "name", "dampingPerA", "cutoffA", "shortRange", "charges", "pairs"]);
        root.Text("kind", ["ionic"]);
        IonicParameters parameters = new()
        {
            Name = root.Text("name"),
            DampingPerA = root.Number("dampingPerA", positive: true),
            CutoffA = Cutoff(root, source),
            ShortRange = !root.Has("shortRange") || root.Text("shortRange", ["shifted-force", "unsmoothed"]) == "shifted-force"
                ? ShortRangeEnd.ShiftedForce
                : ShortRangeEnd.Unsmoothed,
            Charges = Charges(root["charges"], source),
            Pairs = Pairs(root["pairs"], source),
        };
        try
        {
            _ = new IonicModel(parameters);
        }
        catch (ArgumentException e)
        {
            throw Error(source, root["pairs"], e.Message, "Give every species one charge and every pair one entry.");
        }
        RefuseCollapse(parameters, root["pairs"], source);
        return parameters;
    }

    private static double Cutoff(Map root, string source)
    {
        double cutoffA = root.Number("cutoffA", positive: true);
        return cutoffA is >= 3 and <= 20
            ? cutoffA
            : throw Error(source, root["cutoffA"], $"a cutoff of {cutoffA.ToString(CultureInfo.InvariantCulture)} Å is outside 3 to 20 Å.", "Lengths are in Å (1 nm is 10 Å); 7 to 10 is usual.");
    }

    /// <summary>Opposite charges without repulsion fall into each other: the first step of any dynamics would be wrong.</summary>
    private static void RefuseCollapse(IonicParameters parameters, YamlNode pairs, string source)
    {
        for (int i = 0; i < parameters.Charges.Count; i++)
            for (int j = 0; j < i; j++)
            {
                ((string a, double qa), (string b, double qb)) = (parameters.Charges[j], parameters.Charges[i]);
                if (qa * qb < 0 && !parameters.Pairs.Any(p => p.AEv > 0 && ((p.SpeciesA == a && p.SpeciesB == b) || (p.SpeciesA == b && p.SpeciesB == a))))
                    throw Error(source, pairs, $"{a} and {b} attract each other and nothing keeps them apart.", $"Add a pair {{ between: [{a}, {b}], aEv: , rhoA: , cEvA6: }} with aEv above 0.");
            }
    }

    private static void RefuseDeepNesting(string yaml, string source)
    {
        var parser = new Parser(new StringReader(yaml));
        for (int depth = 0; parser.MoveNext();)
        {
            depth += parser.Current is MappingStart or SequenceStart ? 1 : parser.Current is MappingEnd or SequenceEnd ? -1 : 0;
            if (depth > MaximumDepth || parser.Current is AnchorAlias)
                throw new IonicFormatException(source, (int)parser.Current!.Start.Line, (int)parser.Current.Start.Column,
                    depth > MaximumDepth ? $"the nesting is deeper than {MaximumDepth} levels." : "aliases are not followed here.", FormMend);
        }
    }

    private static List<(string, double)> Charges(YamlNode node, string source)
    {
        if (node is not YamlMappingNode map || map.Children.Count == 0)
            throw Error(source, node, "charges must map every species to its charge in e.", "Write for example { Li: 0.75, Cl: -0.75 }.");
        return map.Children.Select(c => (Scalar(c.Key, source, "a species"), Number(c.Value, source, "a charge in e"))).ToList();
    }

    private static List<IonicPair> Pairs(YamlNode node, string source)
    {
        if (node is not YamlSequenceNode list)
            throw Error(source, node, "pairs must be a list.", "Write lines such as - { between: [Li, Cl], aEv: 3500, rhoA: 0.25, cEvA6: 40 }.");
        var pairs = new List<IonicPair>();
        foreach (YamlNode item in list.Children)
        {
            Map pair = new(item, source, "a pair", ["between", "aEv", "rhoA", "cEvA6"]);
            if (pair["between"] is not YamlSequenceNode { Children.Count: 2 } between)
                throw Error(source, pair["between"], "between must name two species.", "Write for example [Li, Cl].");
            pairs.Add(new IonicPair(
                Scalar(between.Children[0], source, "a species"), Scalar(between.Children[1], source, "a species"),
                pair.NotNegative("aEv"), pair.Number("rhoA", positive: true), pair.NotNegative("cEvA6")));
        }
        return pairs;
    }

    private static string Scalar(YamlNode node, string source, string what) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : throw Error(source, node, $"expected {what}.", "Write one word.");

    private static double Number(YamlNode node, string source, string what) =>
        double.TryParse(Scalar(node, source, what), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x)
            ? x
            : throw Error(source, node, $"expected {what}, a number, not '{node}'.", "Write a finite number with a decimal point, without unit.");

    private static IonicFormatException Error(string source, YamlNode node, string what, string mend) =>
        new(source, (int)node.Start.Line, (int)node.Start.Column, what, mend);

    /// <summary>A mapping whose keys are checked.</summary>
    private sealed class Map
    {
        private readonly YamlMappingNode _node;
        private readonly string _source, _what;

        public Map(YamlNode node, string source, string what, string[] keys)
        {
            (_source, _what) = (source, what);
            _node = node as YamlMappingNode ?? throw Error(source, node, $"{what} must be a group of keys.", $"Its keys are {string.Join(", ", keys)}.");
            foreach (YamlNode key in _node.Children.Keys)
                if (key is not YamlScalarNode || !keys.Contains(key.ToString()))
                    throw Error(source, key, key is YamlScalarNode ? $"unknown key '{key}' in {what}." : $"a key of {what} is no word.", $"Known: {string.Join(", ", keys)}.");
        }

        public YamlNode this[string key] => _node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value)
            ? value
            : throw Error(_source, _node, $"{_what} lacks the key '{key}'.", "Add it; config/potentials shows the form.");

        public bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

        public string Text(string key, string[]? allowed = null)
        {
            string text = Scalar(this[key], _source, key);
            return allowed is null || allowed.Contains(text)
                ? text
                : throw Error(_source, this[key], $"{key} must be {string.Join(" or ", allowed)}, not '{text}'.", $"Write {allowed[0]}.");
        }

        public double Number(string key, bool positive = false)
        {
            double x = IonicModelFile.Number(this[key], _source, key);
            return positive && !(x > 0) ? throw Error(_source, this[key], $"{key} must be positive, not {x.ToString(CultureInfo.InvariantCulture)}.", "Check the sign.") : x;
        }

        public double NotNegative(string key)
        {
            double x = Number(key);
            return x >= 0 ? x : throw Error(_source, this[key], $"{key} must not be negative, but is {x.ToString(CultureInfo.InvariantCulture)}.", "Check the sign: the energy is A exp(-r/rho) - C/r^6.");
        }
    }
}
