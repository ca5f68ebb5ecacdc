using System.Globalization;
using Campaign.Compute.Dynamics;
using Campaign.Compute.Formats;
using Campaign.Compute.Potentials;
using Campaign.Compute.Structures;
using YamlDotNet.RepresentationModel;

namespace Campaign.Compute.Tests.Potentials;

/// <summary>A shipped campaign as far as its teacher is concerned: what it teaches, on which cells, at which temperatures.</summary>
internal sealed class ShippedTeacher
{
    private readonly YamlMappingNode _root;
    private readonly AverageStructure _parent;
    private readonly Dictionary<string, RelaxationResult> _relaxed = [];

    private ShippedTeacher(string campaignFile)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Li3TiCl6.ConfigPath(campaignFile))));
        _root = (YamlMappingNode)stream.Documents[0].RootNode;
        _parent = Cif.ReadFile(Li3TiCl6.ConfigPath(_root["material"]["structure"].ToString()));
        Model = IonicModelFile.Read(Li3TiCl6.ConfigPath(_root["levels"]["ionic"]["potential"].ToString()));
    }

    private static readonly Dictionary<string, ShippedTeacher> Known = [];

    public static ShippedTeacher Of(string campaignFile)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(campaignFile, out ShippedTeacher? teacher))
                Known[campaignFile] = teacher = new ShippedTeacher(campaignFile);
            return teacher;
        }
    }

    public IonicModel Model { get; }

    public IReadOnlyList<double> TemperaturesK => [.. Numbers(_root["dlmd"]["temperaturesK"])];

    public double HopLengthA => Number(_root["transport"]["hopLengthA"]);

    /// <summary>The relaxed variant that goes through dynamics.</summary>
    public Structure Carried => Relaxed(Variants.Single(v => v["carry"].ToString() == "true")["name"].ToString()).Structure;

    public IEnumerable<string> VariantNames => Variants.Select(v => v["name"].ToString());

    public RelaxationResult Relaxed(string variant)
    {
        if (!_relaxed.TryGetValue(variant, out RelaxationResult? result))
            _relaxed[variant] = result = CellRelaxation.Relax(Model, VariantBuilder.Build(_parent, Request(variant)).Structure, new RelaxationOptions());
        return result;
    }

    /// <summary>The relaxed conventional cell, and the reference the campaign compares it with.</summary>
    public (LatticeParameters Relaxed, LatticeParameters Reference) Lattice(string variant)
    {
        VariantRequest r = Request(variant);
        YamlNode[] all = [.. (YamlSequenceNode)_root["reference"]["lattices"]];
        var given = (YamlMappingNode)(all.FirstOrDefault(l => Text(l, "variant") == variant) ?? all.First(l => Text(l, "variant") is null));
        return (LatticeParameters.OfParent(Relaxed(variant).Structure.Cell, r.Na, r.Nb, r.Nc),
            new LatticeParameters(Number(given["a"]), Number(given["b"]), Number(given["c"]), Angle("alpha"), Angle("beta"), Angle("gamma")));

        double Angle(string key) => Text(given, key) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 90;
    }

    private IEnumerable<YamlNode> Variants => (YamlSequenceNode)_root["material"]["variants"];

    private VariantRequest Request(string variant)
    {
        YamlNode v = Variants.Single(x => x["name"].ToString() == variant);
        int[] n = [.. Numbers(v["supercell"]).Select(x => (int)x)];
        var occupancy = ((YamlMappingNode)v["occupancy"]).Children.ToDictionary(o => o.Key.ToString(), o => Number(o.Value));
        return new VariantRequest(variant, n[0], n[1], n[2], occupancy, (int)Number(v["draws"]), (ulong)Number(v["seed"]));
    }

    private static string? Text(YamlNode map, string key) => ((YamlMappingNode)map).Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value.ToString() : null;

    private static IEnumerable<double> Numbers(YamlNode list) => ((YamlSequenceNode)list).Select(Number);

    private static double Number(YamlNode node) => double.Parse(node.ToString(), CultureInfo.InvariantCulture);
}
