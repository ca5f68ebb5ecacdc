using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Files;
using PureHDF;

namespace Campaign.Compute.Learning.Interchange;

/// <summary>
/// Models in DeePMD-kit's backend-neutral interchange form: <c>.dp</c> (HDF5: the tree as JSON in the root attribute
/// "json", arrays as data sets) and <c>.yaml</c>/<c>.yml</c>/<c>.json</c> (arrays inline). DeePMD-kit v3 reads what is written here.
/// </summary>
public static class DeepPotentialFile
{
    private const double BestCompression = 1032; // of deflate

    /// <summary>Reads a model by the suffix of its name.</summary>
    /// <exception cref="FormatException">The file is damaged or describes something other than an se_e2_a energy model.</exception>
    public static DeepPotential Read(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".dp" => ReadHdf5(path),
                ".yaml" or ".yml" or ".json" => ReadText(path),
                string other => throw new FormatException($"'{other}' is no suffix of a model file; .dp, .yaml, .yml and .json are."),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or JsonException or YamlDotNet.Core.YamlException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new FormatException($"{path}: {e.Message.TrimEnd('.')}. Give a whole se_e2_a model of energies; 'dp convert-backend' of DeePMD-kit makes .dp or .yaml of its other forms.", e);
        }
    }

    /// <summary>Writes a model by the suffix of its name; the file appears whole or not at all.</summary>
    public static void Write(DeepPotential model, string path)
    {
        string temporary = path + ".tmp";
        if (Path.GetExtension(path).Equals(".dp", StringComparison.OrdinalIgnoreCase))
            WriteHdf5(model, temporary);
        else
            File.WriteAllText(temporary, ModelTree.Write(model, InlineArray).ToJsonString());
        AtomicFile.Rename(temporary, path);
    }

    private static DeepPotential ReadHdf5(string path)
    {
        using var file = Hdf5(() => H5File.OpenRead(path));
        JsonNode tree = JsonNode.Parse(Hdf5(() => file.Attribute("json").Read<string>())) ?? throw new FormatException("The json attribute is empty.");
        double mostBytes = BestCompression * new FileInfo(path).Length;
        return ModelTree.Read(tree, node => Hdf5(() =>
        {
            var data = file.Dataset(node.Text());
            if (data.Space.Dimensions.Aggregate((double)data.Type.Size, (product, d) => product * d) > mostBytes)
                throw new FormatException($"{node.Text()} claims more numbers than the file can hold");
            int[] shape = [.. data.Space.Dimensions.Select(d => checked((int)d))];
            double[] values = data.Type.Size == sizeof(float) ? Array.ConvertAll(data.Read<float[]>(), f => (double)f) : data.Read<double[]>();
            return new NumberArray(values, shape);
        }));
    }

    /// <summary>The library has no exception of its own for damage: whatever it trips over is damage.</summary>
    private static T Hdf5<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException))
        {
            throw new FormatException($"The HDF5 content is cut or damaged ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static void WriteHdf5(DeepPotential model, string path)
    {
        var file = new H5File();
        int count = 0;
        JsonObject tree = ModelTree.Write(model, array =>
        {
            string name = $"variable_{count++:0000}";
            file[name] = new H5Dataset<double[]>(array.Values, fileDims: [.. array.Shape.Select(d => (ulong)d)]);
            return JsonValue.Create("/" + name);
        });
        file.Attributes["json"] = tree.ToJsonString();
        file.Write(path);
    }

    private static DeepPotential ReadText(string path)
    {
        using var reader = new StreamReader(path);
        bool json = reader.Peek() == '{';
        JsonNode tree = json ? JsonNode.Parse(reader.ReadToEnd())! : YamlTree.Read(reader);
        return ModelTree.Read(tree, node =>
        {
            var values = new List<double>();
            var shape = new List<int>();
            Flatten(node.At("value"), 0, values, shape);
            return new NumberArray([.. values], [.. shape]);
        });
    }

    private static void Flatten(JsonNode node, int depth, List<double> values, List<int> shape)
    {
        if (node is not JsonArray list)
        {
            values.Add(node.Number());
            return;
        }
        if (shape.Count == depth)
            shape.Add(list.Count);
        if (shape[depth] != list.Count)
            throw new FormatException($"{node.GetPath()} is ragged: {list.Count} entries instead of {shape[depth]}.");
        foreach (JsonNode item in list.Items())
            Flatten(item, depth + 1, values, shape);
    }

    private static JsonNode InlineArray(NumberArray array)
    {
        int at = 0;
        return new JsonObject
        {
            ["@class"] = "np.ndarray",
            ["@is_variable"] = true,
            ["@version"] = 1,
            ["dtype"] = "float64",
            ["value"] = Nested(0),
        };

        JsonNode Nested(int depth)
        {
            if (depth == array.Shape.Length)
                return JsonValue.Create(array.Values[at++]);
            var list = new JsonArray();
            for (int i = 0; i < array.Shape[depth]; i++)
                list.Add(Nested(depth + 1));
            return list;
        }
    }
}
