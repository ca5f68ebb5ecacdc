using System.Globalization;
using System.Text.Json.Nodes;
using Campaign.Compute.Learning.DeepPotSe;

namespace Campaign.Compute.Learning.Interchange;

/// <summary>
/// The interchange schema of DeePMD-kit v3 as a tree of JSON nodes, independent of how arrays are stored: a function turns an
/// array node into numbers and back (schema: deepmd/dpmodel, model version 2, descriptor and fitting version 2).
/// </summary>
internal static class ModelTree
{
    private const double BiasScale = 1.0; // out_std of an energy model; it takes no part in the energy

    public static DeepPotential Read(JsonNode root, Func<JsonNode, NumberArray> read)
    {
        NumberArray array(JsonNode node) => read(node) is var numbers && Array.TrueForAll(numbers.Values, double.IsFinite)
            ? numbers : throw new FormatException($"{node.GetPath()} holds what is not a number.");

        JsonNode model = root.At("model"), descriptor = model.At("descriptor"), fitting = model.At("fitting");
        Expect(model, "type", "standard");
        Expect(descriptor, "type", "se_e2_a");
        Expect(fitting, "type", "ener");
        ExpectVersion(model, 2, 2);
        ExpectVersion(descriptor, 1, 2);
        ExpectVersion(fitting, 1, 4);
        foreach ((JsonNode owner, string key) in new[] { (model, "atom_exclude_types"), (model, "pair_exclude_types"), (descriptor, "exclude_types"), (fitting, "exclude_types") })
            if (owner.Has(key) && owner.At(key).Items().Any())
                throw new FormatException($"{key} is not supported.");
        foreach (string key in new[] { "numb_fparam", "numb_aparam", "dim_case_embd" })
            if (fitting.Has(key) && fitting.At(key).Integer() != 0)
                throw new FormatException($"fitting: {key} is not supported.");
        if (fitting.Has("atom_ener") && fitting.At("atom_ener") is JsonArray given && given.Any(e => e is not null))
            throw new FormatException("fitting: atom_ener (energies of atoms in vacuum) is not supported.");
        if (fitting.Has("mixed_types") && fitting.At("mixed_types").Flag())
            throw new FormatException("fitting: mixed_types is not supported.");
        if (descriptor.Has("env_protection") && descriptor.At("env_protection").Number() != 0)
            throw new FormatException("descriptor: env_protection is not supported.");

        string[] typeMap = [.. model.At("type_map").Items().Select(NodeAccess.Text)];
        var shape = new DescriptorShape(
            descriptor.At("rcut").Number(), descriptor.At("rcut_smth").Number(), descriptor.At("sel").Integers(),
            descriptor.At("neuron").Integers(), descriptor.At("axis_neuron").Integer(),
            descriptor.At("type_one_side").Flag(), descriptor.At("resnet_dt").Flag());

        JsonNode statistics = descriptor.At("@variables");
        DenseNet[] embeddings = Nets(descriptor.At("embeddings"), array);
        DenseNet[] fittings = Nets(fitting.At("nets"), array);
        return new DeepPotential(
            typeMap, shape, Statistics(array(statistics.At("davg")), array(statistics.At("dstd")), typeMap.Length, shape.Slots),
            embeddings, fitting.At("neuron").Integers(), fitting.At("resnet_dt").Flag(), fittings,
            array(fitting.At("@variables").At("bias_atom_e")).Values,
            model.Has("@variables") && model.At("@variables").Has("out_bias") ? array(model.At("@variables").At("out_bias")).Values : new double[typeMap.Length]);
    }

    public static JsonObject Write(DeepPotential m, Func<NumberArray, JsonNode> array)
    {
        int types = m.Types, slots = m.Descriptor.Slots;
        DescriptorShape d = m.Descriptor;
        var tree = new JsonObject
        {
            ["software"] = "campaign",
            ["version"] = "1",
            ["backend"] = "TorchSharp",
            ["model"] = new JsonObject
            {
                ["@class"] = "Model",
                ["type"] = "standard",
                ["@version"] = 2,
                ["type_map"] = Strings(m.TypeMap),
                ["atom_exclude_types"] = new JsonArray(),
                ["pair_exclude_types"] = new JsonArray(),
                ["rcond"] = null,
                ["preset_out_bias"] = null,
                ["@variables"] = new JsonObject
                {
                    ["out_bias"] = array(new NumberArray(m.OutBiasEv, [1, types, 1])),
                    ["out_std"] = array(new NumberArray([.. Enumerable.Repeat(BiasScale, types)], [1, types, 1])),
                },
                ["descriptor"] = new JsonObject
                {
                    ["@class"] = "Descriptor",
                    ["type"] = "se_e2_a",
                    ["@version"] = 2,
                    ["rcut"] = Float(d.CutoffA),
                    ["rcut_smth"] = Float(d.SmoothFromA),
                    ["sel"] = Integers(d.Sel),
                    ["neuron"] = Integers(d.Neurons),
                    ["axis_neuron"] = d.AxisNeurons,
                    ["resnet_dt"] = d.ResnetDt,
                    ["trainable"] = true,
                    ["type_one_side"] = d.TypeOneSide,
                    ["exclude_types"] = new JsonArray(),
                    ["env_protection"] = Float(0),
                    ["set_davg_zero"] = false,
                    ["activation_function"] = "tanh",
                    ["precision"] = "float64",
                    ["spin"] = null,
                    ["env_mat"] = new JsonObject { ["rcut"] = Float(d.CutoffA), ["rcut_smth"] = Float(d.SmoothFromA) },
                    ["embeddings"] = Collection("embedding_network", d.TypeOneSide ? 1 : 2, types, m.Embeddings.Select(n => EmbeddingNet(n, d, array))),
                    ["@variables"] = new JsonObject
                    {
                        ["davg"] = array(PerSlot(m.Statistics, slots, s => (s.Mean, 0))),
                        ["dstd"] = array(PerSlot(m.Statistics, slots, s => (s.Std, s.StdAngular))),
                    },
                    ["type_map"] = Strings(m.TypeMap),
                },
                ["fitting"] = new JsonObject
                {
                    ["@class"] = "Fitting",
                    ["type"] = "ener",
                    ["@version"] = 2,
                    ["var_name"] = "energy",
                    ["dim_out"] = 1,
                    ["ntypes"] = types,
                    ["dim_descrpt"] = d.DescriptorWidth,
                    ["neuron"] = Integers(m.FittingNeurons),
                    ["resnet_dt"] = m.FittingResnetDt,
                    ["numb_fparam"] = 0,
                    ["numb_aparam"] = 0,
                    ["rcond"] = null,
                    ["activation_function"] = "tanh",
                    ["precision"] = "float64",
                    ["mixed_types"] = false,
                    ["exclude_types"] = new JsonArray(),
                    ["nets"] = Collection("fitting_network", 1, types, m.Fittings.Select(n => FittingNet(n, m, array))),
                    ["@variables"] = new JsonObject
                    {
                        ["bias_atom_e"] = array(new NumberArray(m.AtomBiasEv, [types, 1])),
                        ["fparam_avg"] = null,
                        ["fparam_inv_std"] = null,
                        ["aparam_avg"] = null,
                        ["aparam_inv_std"] = null,
                    },
                    ["type_map"] = Strings(m.TypeMap),
                    ["tot_ener_zero"] = false,
                    ["trainable"] = new JsonArray([.. Enumerable.Repeat(true, m.FittingNeurons.Length + 1).Select(t => JsonValue.Create(t))]),
                    ["layer_name"] = null,
                    ["use_aparam_as_mask"] = false,
                    ["spin"] = null,
                    ["atom_ener"] = null,
                },
            },
            ["model_def_script"] = DefinitionScript(m),
            ["@variables"] = new JsonObject(),
        };
        return tree;
    }

    /// <summary>The model section of an input file; DeePMD-kit needs it to convert to another backend.</summary>
    private static JsonObject DefinitionScript(DeepPotential m) => new()
    {
        ["type_map"] = Strings(m.TypeMap),
        ["descriptor"] = new JsonObject
        {
            ["type"] = "se_e2_a",
            ["rcut"] = Float(m.Descriptor.CutoffA),
            ["rcut_smth"] = Float(m.Descriptor.SmoothFromA),
            ["sel"] = Integers(m.Descriptor.Sel),
            ["neuron"] = Integers(m.Descriptor.Neurons),
            ["axis_neuron"] = m.Descriptor.AxisNeurons,
            ["type_one_side"] = m.Descriptor.TypeOneSide,
            ["resnet_dt"] = m.Descriptor.ResnetDt,
            ["precision"] = "float64",
        },
        ["fitting_net"] = new JsonObject
        {
            ["type"] = "ener",
            ["neuron"] = Integers(m.FittingNeurons),
            ["resnet_dt"] = m.FittingResnetDt,
            ["precision"] = "float64",
        },
    };

    private static JsonObject Collection(string type, int dimensions, int types, IEnumerable<JsonNode> nets) => new()
    {
        ["@class"] = "NetworkCollection",
        ["@version"] = 1,
        ["ndim"] = dimensions,
        ["ntypes"] = types,
        ["network_type"] = type,
        ["networks"] = new JsonArray([.. nets]),
    };

    private static JsonObject EmbeddingNet(DenseNet net, DescriptorShape shape, Func<NumberArray, JsonNode> array) => new()
    {
        ["@class"] = "EmbeddingNetwork",
        ["@version"] = 2,
        ["in_dim"] = 1,
        ["neuron"] = Integers(shape.Neurons),
        ["activation_function"] = "tanh",
        ["resnet_dt"] = shape.ResnetDt,
        ["bias"] = true,
        ["precision"] = "float64",
        ["layers"] = new JsonArray([.. net.Layers.Select(l => Layer(l, array))]),
    };

    private static JsonObject FittingNet(DenseNet net, DeepPotential m, Func<NumberArray, JsonNode> array) => new()
    {
        ["@class"] = "FittingNetwork",
        ["@version"] = 1,
        ["in_dim"] = net.Inputs,
        ["out_dim"] = 1,
        ["neuron"] = Integers(m.FittingNeurons),
        ["activation_function"] = "tanh",
        ["resnet_dt"] = m.FittingResnetDt,
        ["precision"] = "float64",
        ["bias_out"] = true,
        ["layers"] = new JsonArray([.. net.Layers.Select(l => Layer(l, array))]),
    };

    private static JsonObject Layer(DenseLayer layer, Func<NumberArray, JsonNode> array) => new()
    {
        ["@class"] = "Layer",
        ["@version"] = 1,
        ["bias"] = true,
        ["use_timestep"] = layer.TimeStep is not null,
        ["activation_function"] = layer.Tanh ? "tanh" : "none",
        ["resnet"] = layer.Resnet,
        ["precision"] = "float64",
        ["@variables"] = new JsonObject
        {
            ["w"] = array(new NumberArray(layer.Weights, [layer.Inputs, layer.Outputs])),
            ["b"] = array(new NumberArray(layer.Bias, [layer.Outputs])),
            ["idt"] = layer.TimeStep is null ? null : array(new NumberArray(layer.TimeStep, [layer.Outputs])),
        },
    };

    private static DenseNet[] Nets(JsonNode collection, Func<JsonNode, NumberArray> array) =>
        [.. collection.At("networks").Items().Select(net => new DenseNet([.. net.At("layers").Items().Select(l => ReadLayer(l, array))]))];

    private static DenseLayer ReadLayer(JsonNode layer, Func<JsonNode, NumberArray> array)
    {
        string activation = layer.Has("activation_function") ? layer.At("activation_function").Text().ToLowerInvariant() : "none";
        if (activation is not ("tanh" or "none" or "linear"))
            throw new FormatException($"Activation '{activation}' is not supported; tanh is.");
        JsonNode variables = layer.At("@variables");
        NumberArray w = array(variables.At("w"));
        if (w.Shape.Length != 2)
            throw new FormatException($"{variables.GetPath()}: w must have two dimensions.");
        double[] bias = variables.Has("b") ? array(variables.At("b")).Values : new double[w.Shape[1]];
        double[]? timeStep = variables.Has("idt") ? array(variables.At("idt")).Values : null;
        return new DenseLayer(w.Shape[0], w.Shape[1], w.Values, bias, timeStep, activation == "tanh", layer.At("resnet").Flag());
    }

    /// <summary>One set of statistics per centre type; slots that differ among themselves cannot be represented.</summary>
    private static EnvironmentStatistics[] Statistics(NumberArray mean, NumberArray std, int types, int slots)
    {
        if (slots < 1)
            throw new FormatException("sel holds no slot.");
        if (mean.Values.Length != types * slots * 4 || std.Values.Length != types * slots * 4)
            throw new FormatException($"davg and dstd must have the shape ({types}, {slots}, 4).");
        var result = new EnvironmentStatistics[types];
        for (int t = 0; t < types; t++)
        {
            int at = t * slots * 4;
            result[t] = new EnvironmentStatistics(mean.Values[at], std.Values[at], std.Values[at + 1]);
            for (int k = 0; k < slots; k++, at += 4)
                for (int c = 0; c < 4; c++)
                    if (mean.Values[at + c] != (c == 0 ? result[t].Mean : 0) || std.Values[at + c] != (c == 0 ? result[t].Std : result[t].StdAngular))
                        throw new FormatException($"davg or dstd of type {t} differs between slots or directions; such statistics are not supported.");
        }
        return result;
    }

    private static NumberArray PerSlot(IReadOnlyList<EnvironmentStatistics> statistics, int slots, Func<EnvironmentStatistics, (double Radial, double Angular)> value)
    {
        var flat = new double[statistics.Count * slots * 4];
        for (int t = 0, at = 0; t < statistics.Count; t++)
        {
            (double radial, double angular) = value(statistics[t]);
            for (int k = 0; k < slots; k++, at += 4)
                (flat[at], flat[at + 1], flat[at + 2], flat[at + 3]) = (radial, angular, angular, angular);
        }
        return new NumberArray(flat, [statistics.Count, slots, 4]);
    }

    private static void Expect(JsonNode node, string key, string value)
    {
        if (node.At(key).Text() != value)
            throw new FormatException($"{node.GetPath()}.{key} is '{node.At(key).Text()}'; only '{value}' is supported.");
    }

    private static void ExpectVersion(JsonNode node, int lowest, int highest)
    {
        int version = node.At("@version").Integer();
        if (version < lowest || version > highest)
            throw new FormatException($"{node.GetPath()}: version {version} is unknown ({lowest} to {highest} are supported).");
    }

    /// <summary>A number that Python reads as a float, also where it is whole.</summary>
    private static JsonNode Float(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text)!;
    }

    private static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(s => JsonValue.Create(s))]);

    private static JsonArray Integers(IEnumerable<int> items) => new([.. items.Select(i => JsonValue.Create(i))]);
}
