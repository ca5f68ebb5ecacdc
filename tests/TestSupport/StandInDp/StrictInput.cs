using System.Text.Json;
using System.Text.Json.Nodes;

namespace Campaign.StandInDp;

/// <summary>Refuses what DeePMD-kit's own check refuses: a key it does not know, one that is missing, a value of another kind.</summary>
internal static class StrictInput
{
    private static readonly Dictionary<string, Dictionary<string, string>> Sections = new()
    {
        [""] = new() { ["model"] = "dict", ["learning_rate"] = "dict", ["loss"] = "dict", ["training"] = "dict" },
        ["model"] = new() { ["type_map"] = "list", ["descriptor"] = "dict", ["fitting_net"] = "dict", ["type"] = "str", ["data_stat_nbatch"] = "int", ["data_stat_protect"] = "number" },
        ["model/descriptor"] = new()
        {
            ["type"] = "str", ["sel"] = "sel", ["rcut"] = "number", ["rcut_smth"] = "number", ["neuron"] = "list", ["axis_neuron"] = "int", ["type_one_side"] = "bool",
            ["resnet_dt"] = "bool", ["activation_function"] = "str", ["precision"] = "str", ["seed"] = "int", ["trainable"] = "bool", ["exclude_types"] = "list", ["set_davg_zero"] = "bool",
        },
        ["model/fitting_net"] = new()
        {
            ["type"] = "str", ["neuron"] = "list", ["resnet_dt"] = "bool", ["activation_function"] = "str", ["precision"] = "str", ["seed"] = "int", ["trainable"] = "bool",
            ["numb_fparam"] = "int", ["numb_aparam"] = "int", ["rcond"] = "number", ["atom_ener"] = "list",
        },
        ["learning_rate"] = new() { ["type"] = "str", ["start_lr"] = "number", ["stop_lr"] = "number", ["decay_steps"] = "int", ["scale_by_worker"] = "str" },
        ["loss"] = new()
        {
            ["type"] = "str", ["start_pref_e"] = "number", ["limit_pref_e"] = "number", ["start_pref_f"] = "number", ["limit_pref_f"] = "number", ["start_pref_v"] = "number", ["limit_pref_v"] = "number",
        },
        ["training"] = new()
        {
            ["training_data"] = "dict", ["validation_data"] = "dict", ["numb_steps"] = "int", ["seed"] = "int", ["disp_file"] = "str", ["disp_freq"] = "int", ["save_freq"] = "int", ["save_ckpt"] = "str",
            ["max_ckpt_keep"] = "int", ["disp_training"] = "bool", ["time_training"] = "bool", ["profiling"] = "bool", ["profiling_file"] = "str",
        },
        ["training/training_data"] = new() { ["systems"] = "list", ["batch_size"] = "batch", ["auto_prob"] = "str", ["sys_probs"] = "list" },
        ["training/validation_data"] = new() { ["systems"] = "list", ["batch_size"] = "batch", ["numb_btch"] = "int", ["auto_prob"] = "str", ["sys_probs"] = "list" },
    };

    private static readonly string[] Required = ["model/descriptor", "model/fitting_net", "learning_rate/start_lr", "training/training_data", "training/numb_steps", "model/type_map"];

    public static JsonObject Read(string path)
    {
        if (!File.Exists(path))
            throw new DpStop($"FileNotFoundError: [Errno 2] No such file or directory: '{path}'");
        JsonObject root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        }
        catch (JsonException e)
        {
            throw new DpStop($"json.decoder.JSONDecodeError: {e.Message}");
        }
        Check(root, "");
        foreach (string key in Required)
        {
            string[] parts = key.Split('/');
            if (root[parts[0]]?[parts[1]] is null)
                throw new DpStop($"dargs.dargs.ArgumentKeyError: [at location `{parts[0]}`] key `{parts[1]}` is required but not found.");
        }
        return root;
    }

    private static void Check(JsonObject section, string at)
    {
        Dictionary<string, string> known = Sections[at];
        foreach ((string key, JsonNode? value) in section)
        {
            if (!known.TryGetValue(key, out string? kind))
                throw new DpStop($"dargs.dargs.ArgumentKeyError: [at location `{at}`] undefined key `{key}` is not allowed in strict mode.");
            if (!Fits(value, kind))
                throw new DpStop($"dargs.dargs.ArgumentTypeError: [at location `{at}`] key `{key}` gets wrong value type, requires <{kind}> but got {value?.ToJsonString() ?? "None"}");
            if (value is JsonObject inner)
                Check(inner, at.Length > 0 ? $"{at}/{key}" : key);
        }
    }

    private static bool Fits(JsonNode? value, string kind) => kind switch
    {
        "dict" => value is JsonObject,
        "list" => value is JsonArray,
        "bool" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "str" => value?.GetValueKind() == JsonValueKind.String,
        "int" => value is JsonValue v && v.TryGetValue(out long n) && n is >= int.MinValue and <= uint.MaxValue,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "sel" => value is JsonArray || value?.GetValue<string>().StartsWith("auto", StringComparison.Ordinal) == true,
        _ => value is JsonArray || value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.String,
    };
}
