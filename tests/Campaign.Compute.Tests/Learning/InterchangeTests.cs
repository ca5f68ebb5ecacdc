using System.Text.Json.Nodes;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Interchange;
using PureHDF;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class InterchangeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-interchange-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("mini_one_side.yaml", ".dp")]
    [InlineData("mini_one_side.yaml", ".yaml")]
    [InlineData("mini_one_side.dp", ".dp")]
    [InlineData("mini_two_side.yaml", ".dp")]
    [InlineData("mini_two_side.yaml", ".yaml")]
    public void What_is_written_reads_back_with_the_same_numbers(string source, string suffix)
    {
        DeepPotential model = DeepPotentialFile.Read(Own(source));
        string path = Path.Combine(_folder.FullName, "model" + suffix);
        DeepPotentialFile.Write(model, path);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
        AssertSame(model, DeepPotentialFile.Read(path));
    }

    [Fact]
    public void The_HDF5_form_equals_the_text_form() =>
        AssertSame(DeepPotentialFile.Read(Own("mini_one_side.yaml")), DeepPotentialFile.Read(Own("mini_one_side.dp")));

    [Fact]
    public void A_written_file_has_the_tree_that_the_converter_of_DeePMD_kit_writes()
    {
        string path = Path.Combine(_folder.FullName, "model.dp");
        DeepPotentialFile.Write(DeepPotentialFile.Read(Own("mini_one_side.yaml")), path);
        Dictionary<string, string> reference = Leaves(Own("mini_one_side.dp")), written = Leaves(path);
        // each program signs with its own name; the definition script repeats what the tree says
        bool Signature(string key) => key is "$.software" or "$.version" or "$.time" or "$.backend" || key.StartsWith("$.model_def_script", StringComparison.Ordinal);
        Assert.Equal(
            reference.Where(p => !Signature(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal),
            written.Where(p => !Signature(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal));
    }

    [SkippableFact]
    public void YAML_written_by_another_program_is_read()
    {
        DeepPotential model = DeepPotentialFile.Read(Lgpl("deeppot.yaml"));
        Assert.Equal(["O", "H"], model.TypeMap);
        Assert.Equal([2, 4, 8], model.Descriptor.Neurons);
        Assert.False(model.Descriptor.TypeOneSide);
    }

    [Theory]
    [InlineData("\"se_e2_a\"", "\"se_e2_r\"", "se_e2_a")]
    [InlineData("\"tanh\"", "\"gelu\"", "gelu")]
    [InlineData("\"rcut\"", "\"rcud\"", "rcut")]
    [InlineData("\"numb_fparam\":0", "\"numb_fparam\":1", "numb_fparam")]
    [InlineData("\"exclude_types\":[]", "\"exclude_types\":[[0, 0]]", "exclude_types")]
    [InlineData("\"atom_ener\":null", "\"atom_ener\":[null, -1.5, null]", "atom_ener")]
    [InlineData("\"activation_function\":\"tanh\",\"resnet\":true", "\"activation_function\":\"none\",\"resnet\":true", "without tanh")]
    public void What_cannot_be_represented_is_refused_by_name(string text, string replacement, string named)
    {
        string path = Path.Combine(_folder.FullName, "model.yaml");
        File.WriteAllText(path, File.ReadAllText(Own("mini_one_side.yaml")).Replace(text, replacement, StringComparison.Ordinal));
        var error = Assert.Throws<FormatException>(() => DeepPotentialFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(DeepPotential a, DeepPotential b)
    {
        Assert.Equal(a.TypeMap, b.TypeMap);
        Assert.Equivalent(a.Descriptor, b.Descriptor, strict: true);
        Assert.Equal(a.Statistics, b.Statistics);
        Assert.Equal(a.AtomBiasEv, b.AtomBiasEv);
        Assert.Equal(a.OutBiasEv, b.OutBiasEv);
        Assert.Equal(a.FittingNeurons, b.FittingNeurons);
        Assert.Equal(a.FittingResnetDt, b.FittingResnetDt);
        DenseLayer[] first = [.. a.Embeddings.Concat(a.Fittings).SelectMany(n => n.Layers)];
        DenseLayer[] second = [.. b.Embeddings.Concat(b.Fittings).SelectMany(n => n.Layers)];
        Assert.Equal(first.Length, second.Length);
        for (int l = 0; l < first.Length; l++)
        {
            Assert.Equal(first[l].Weights, second[l].Weights);
            Assert.Equal(first[l].Bias, second[l].Bias);
            Assert.Equal(first[l].TimeStep, second[l].TimeStep);
            Assert.Equal((first[l].Inputs, first[l].Outputs, first[l].Tanh, first[l].Resnet), (second[l].Inputs, second[l].Outputs, second[l].Tanh, second[l].Resnet));
        }
    }

    /// <summary>Every leaf of the tree by its path; an array shows its shape and its numbers.</summary>
    private static Dictionary<string, string> Leaves(string path)
    {
        using var file = H5File.OpenRead(path);
        var leaves = new Dictionary<string, string>();
        void Walk(JsonNode? node, string at)
        {
            switch (node)
            {
                case JsonObject o:
                    leaves[at] = "object";
                    foreach ((string key, JsonNode? child) in o)
                        Walk(child, at + "." + key);
                    break;
                case JsonArray a:
                    leaves[at] = "list of " + a.Count;
                    for (int i = 0; i < a.Count; i++)
                        Walk(a[i], $"{at}[{i}]");
                    break;
                case JsonValue v when v.TryGetValue(out string? name) && name.StartsWith("/variable_", StringComparison.Ordinal):
                    var data = file.Dataset(name);
                    leaves[at] = $"({string.Join(",", data.Space.Dimensions)}) {string.Join(" ", data.Read<double[]>())}";
                    break;
                default:
                    leaves[at] = node?.ToJsonString() ?? "null";
                    break;
            }
        }
        Walk(JsonNode.Parse(file.Attribute("json").Read<string>()), "$");
        return leaves;
    }
}
