using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Campaign.Compute.Potentials;

/// <summary>Reads ionic parameter sets from YAML; unknown or missing keys are errors with line and column.</summary>
public static class IonicModelFile
{
    /// <summary>Reads a parameter file and builds the model.</summary>
    /// <exception cref="FormatException">Not a valid parameter set; the message starts with path:line:column.</exception>
    public static IonicModel Read(string path) => new(Parse(File.ReadAllText(path), path));

    /// <summary>True when the text looks like an ionic parameter file (<c>kind: ionic</c>).</summary>
    public static bool IsIonic(string yaml) => yaml.Split('\n').Any(line => line.TrimEnd() == "kind: ionic");

    /// <summary>Parses a parameter set; <paramref name="source"/> names the text in errors.</summary>
    /// <exception cref="FormatException">Not a valid parameter set; the message starts with source:line:column.</exception>
    public static IonicParameters Parse(string yaml, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new FormatException($"{source}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {e.Message}", e);
        }
        if (stream.Documents.Count != 1)
            throw new FormatException($"{source}:1:1: expected one YAML document with an ionic model, found {stream.Documents.Count}.");

        Map root = new(stream.Documents[0].RootNode, source, "the model", ["kind", "name", "dampingPerA", "cutoffA", "shortRange", "charges", "pairs"]);
        root.Text("kind", ["ionic"]);
        IonicParameters parameters = new()
        {
            Name = root.Text("name"),
            DampingPerA = root.Number("dampingPerA", positive: true),
            CutoffA = root.Number("cutoffA", positive: true),
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
            throw Error(source, root["pairs"], e.Message);
        }
        return parameters;
    }

    private static List<(string, double)> Charges(YamlNode node, string source)
    {
        if (node is not YamlMappingNode map || map.Children.Count == 0)
            throw Error(source, node, "charges must map every species to its charge in e, e.g. { Li: 0.75 }.");
        return map.Children.Select(c => (Scalar(c.Key, source, "a species"), Number(c.Value, source, "a charge in e"))).ToList();
    }

    private static List<IonicPair> Pairs(YamlNode node, string source)
    {
        if (node is not YamlSequenceNode list)
            throw Error(source, node, "pairs must be a list of { between: [Li, Cl], aEv: , rhoA: , cEvA6: }.");
        var pairs = new List<IonicPair>();
        foreach (YamlNode item in list.Children)
        {
            Map pair = new(item, source, "a pair", ["between", "aEv", "rhoA", "cEvA6"]);
            if (pair["between"] is not YamlSequenceNode { Children.Count: 2 } between)
                throw Error(source, pair["between"], "between must name two species, e.g. [Li, Cl].");
            pairs.Add(new IonicPair(
                Scalar(between.Children[0], source, "a species"), Scalar(between.Children[1], source, "a species"),
                pair.Number("aEv"), pair.Number("rhoA", positive: true), pair.Number("cEvA6")));
        }
        return pairs;
    }

    private static string Scalar(YamlNode node, string source, string what) =>
        node is YamlScalarNode { Value: { Length: > 0 } text } ? text : throw Error(source, node, $"expected {what}.");

    private static double Number(YamlNode node, string source, string what) =>
        double.TryParse(Scalar(node, source, what), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x)
            ? x
            : throw Error(source, node, $"expected {what}, a number, not '{node}'.");

    private static FormatException Error(string source, YamlNode node, string what) =>
        new($"{source}:{node.Start.Line}:{node.Start.Column}: {what}");

    /// <summary>A mapping whose keys are checked.</summary>
    private sealed class Map
    {
        private readonly YamlMappingNode _node;
        private readonly string _source, _what;

        public Map(YamlNode node, string source, string what, string[] keys)
        {
            (_source, _what) = (source, what);
            _node = node as YamlMappingNode ?? throw Error(source, node, $"{what} must be a mapping with the keys {string.Join(", ", keys)}.");
            foreach (YamlNode key in _node.Children.Keys)
                if (!keys.Contains(key.ToString()))
                    throw Error(source, key, $"unknown key '{key}' in {what}; known: {string.Join(", ", keys)}.");
        }

        public YamlNode this[string key] => _node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value)
            ? value
            : throw Error(_source, _node, $"{_what} lacks the key '{key}'.");

        public bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

        public string Text(string key, string[]? allowed = null)
        {
            string text = Scalar(this[key], _source, key);
            return allowed is null || allowed.Contains(text)
                ? text
                : throw Error(_source, this[key], $"{key} must be {string.Join(" or ", allowed)}, not '{text}'.");
        }

        public double Number(string key, bool positive = false)
        {
            double x = IonicModelFile.Number(this[key], _source, key);
            return positive && !(x > 0) ? throw Error(_source, this[key], $"{key} must be positive, not {x.ToString(CultureInfo.InvariantCulture)}.") : x;
        }
    }
}
