using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Training;

namespace Campaign.Compute.Learning.Interchange;

/// <summary>
/// A training as DeePMD-kit's <c>input.json</c> (or .yaml) describes it, of the se_e2_a descriptor and the energy fitting net. Absent keys
/// have DeePMD-kit's own defaults (2.2.7).
/// </summary>
/// <param name="Options">What to train; <see cref="TrainingOptions.Systems"/> follows from the data by <see cref="Batches"/>.</param>
/// <param name="TrainingSystems">As named in the file: systems, or folders to look for systems in.</param>
/// <param name="ValidationSystems">The same; may be empty.</param>
/// <param name="CurveFile">Name of the learning curve.</param>
/// <param name="NotHonoured">What the file asks for and this training does not do, a sentence each.</param>
public sealed record DeepMdInput(
    TrainingOptions Options, IReadOnlyList<string> TrainingSystems, IReadOnlyList<string> ValidationSystems, string CurveFile, IReadOnlyList<string> NotHonoured)
{
    private BatchRule Rule { get; init; } = new(null, 0, null, "");

    /// <summary>Size and probability of each system's batches.</summary>
    /// <param name="systems">Frames and atoms of every system trained on, in order.</param>
    /// <exception cref="FormatException">The file gives another number of systems.</exception>
    public SystemBatches Batches(IReadOnlyList<(int Frames, int Atoms)> systems) => Rule.For(systems);

    /// <exception cref="FormatException">The file is damaged, or asks for another model than this program has.</exception>
    public static DeepMdInput Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            JsonNode tree = reader.Peek() == '{'
                ? JsonNode.Parse(reader.ReadToEnd(), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!
                : YamlTree.Read(reader);
            return Of(tree);
        }
        catch (Exception e) when (e is FormatException or JsonException or YamlDotNet.Core.YamlException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    private static DeepMdInput Of(JsonNode tree)
    {
        var notHonoured = new List<string>();
        var root = new InputSection(tree, "", notHonoured);
        InputSection model = root.Section("model"), descriptor = model.Section("descriptor"), fitting = model.Section("fitting_net");
        InputSection rate = root.Section("learning_rate"), loss = root.Section("loss"), training = root.Section("training");
        model.Only("type", "standard");
        descriptor.Only("type", "se_e2_a", "se_a");
        fitting.Only("type", "ener");
        rate.Only("type", "exp");
        loss.Only("type", "ener");
        foreach (InputSection net in new[] { descriptor, fitting })
        {
            net.Only("activation_function", "tanh");
            net.Only("trainable", "true");
        }
        descriptor.Only("set_davg_zero", "false");
        fitting.Only("numb_fparam", "0");
        fitting.Only("numb_aparam", "0");

        (int[]? sel, double margin) = Sel(descriptor.Take("sel"));
        TrainingPrecision precision = Precision(descriptor);
        if (Precision(fitting) != precision)
        {
            precision = TrainingPrecision.Float64;
            notHonoured.Add("model.descriptor.precision and model.fitting_net.precision differ: both nets are trained in float64.");
        }
        int? seed = training.Integer("seed"), descriptorSeed = descriptor.Integer("seed"), fittingSeed = fitting.Integer("seed");
        seed ??= descriptorSeed ?? fittingSeed ?? 1;
        if (new[] { descriptorSeed, fittingSeed }.Any(s => s is not null && s != seed))
            notHonoured.Add($"One seed serves nets and batches: {seed} is taken, the others are not.");

        InputSection data = training.Section("training_data");
        InputSection? validation = training.Has("validation_data") ? training.Section("validation_data") : null;
        BatchRule rule = BatchRule.Of(data);
        validation?.Take("batch_size"); // of what is shown only
        validation?.Take("numb_btch");
        validation?.Take("auto_prob");
        validation?.Take("sys_probs");
        foreach (string key in new[] { "save_ckpt", "disp_training", "time_training", "profiling", "profiling_file" })
            training.Take(key); // of the console and of DeePMD-kit's own files

        var options = new TrainingOptions
        {
            TypeMap = model.Take("type_map") is { } map ? [.. map.Items().Select(NodeAccess.Text)] : null,
            CutoffA = descriptor.Number("rcut") ?? 6.0,
            SmoothFromA = descriptor.Number("rcut_smth") ?? 0.5,
            Sel = sel,
            SelMargin = margin,
            EmbeddingNeurons = descriptor.Integers("neuron") ?? [10, 20, 40],
            AxisNeurons = descriptor.Integer("axis_neuron") ?? 4,
            TypeOneSide = descriptor.Flag("type_one_side") ?? false,
            EmbeddingResnetDt = descriptor.Flag("resnet_dt") ?? false,
            FittingNeurons = fitting.Integers("neuron") ?? [120, 120, 120],
            FittingResnetDt = fitting.Flag("resnet_dt") ?? true,
            Precision = precision,
            StartLearningRate = rate.Number("start_lr") ?? 1e-3,
            StopLearningRate = rate.Number("stop_lr") ?? 1e-8,
            DecaySteps = rate.Integer("decay_steps") ?? 5000,
            Loss = new LossSchedule(Prefactors(loss, "start", 0.02, 1000), Prefactors(loss, "limit", 1, 1)),
            Steps = training.Integer("numb_steps") ?? training.Integer("stop_batch") ?? throw new FormatException("training.numb_steps is missing: how many steps to train."),
            DisplayEvery = training.Integer("disp_freq") ?? 1000,
            CheckpointEvery = training.Integer("save_freq") ?? 1000,
            Seed = checked((ulong)Math.Max(0, seed.Value)),
        };
        var input = new DeepMdInput(options, data.Names("systems"), validation?.Names("systems") ?? [], training.Take("disp_file")?.Text() ?? "lcurve.out", notHonoured)
        {
            Rule = rule,
        };
        foreach (InputSection? section in new[] { root, model, descriptor, fitting, rate, loss, training, data, validation })
            section?.Finish();
        return input;
    }

    private static Prefactors Prefactors(InputSection loss, string when, double energy, double force) => new(
        loss.Number($"{when}_pref_e") ?? energy, loss.Number($"{when}_pref_f") ?? force, loss.Number($"{when}_pref_v") ?? 0);

    private static TrainingPrecision Precision(InputSection net) => net.Take("precision")?.Text() switch
    {
        null or "default" or "float64" or "double" => TrainingPrecision.Float64,
        "float32" or "single" or "float" => TrainingPrecision.Float32,
        string other => throw new FormatException($"{net.Name("precision")}: '{other}' is not known here; use float64 or float32."),
    };

    /// <summary>Slots per type, or null and the margin over what the data needs: "auto" or "auto:1.1".</summary>
    private static (int[]? Sel, double Margin) Sel(JsonNode? node)
    {
        const double DeepMdMargin = 1.1;
        if (node is JsonArray)
            return (node.Integers(), DeepMdMargin);
        string text = node?.Text() ?? "auto";
        return text == "auto" ? (null, DeepMdMargin)
            : text.StartsWith("auto:", StringComparison.Ordinal) && double.TryParse(text.AsSpan(5), NumberStyles.Float, CultureInfo.InvariantCulture, out double margin) ? (null, margin)
            : throw new FormatException($"model.descriptor.sel: '{text}' is neither a list of numbers nor \"auto\" nor \"auto:1.1\".");
    }
}

/// <summary>A section of the file that knows which of its keys were asked for.</summary>
internal sealed class InputSection(JsonNode node, string path, List<string> notHonoured)
{
    private readonly JsonObject _keys = node as JsonObject ?? throw new FormatException($"{(path.Length > 0 ? path : "The file")} is no section of keys.");
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string Name(string key) => path.Length > 0 ? $"{path}.{key}" : key;

    public bool Has(string key) => _keys[key] is not null;

    public JsonNode? Take(string key)
    {
        _asked.Add(key);
        return _keys[key];
    }

    /// <summary>A section that is absent is empty.</summary>
    public InputSection Section(string key) => new(Take(key) ?? new JsonObject(), Name(key), notHonoured);

    public double? Number(string key) => Read(key, NodeAccess.Number);

    public int? Integer(string key) => Read(key, NodeAccess.Integer);

    public bool? Flag(string key) => Read(key, NodeAccess.Flag);

    public int[]? Integers(string key)
    {
        try
        {
            return Take(key)?.Integers();
        }
        catch (FormatException e)
        {
            throw new FormatException($"{Name(key)}: {e.Message}", e);
        }
    }

    /// <summary>One name or a list of names.</summary>
    public IReadOnlyList<string> Names(string key) => Take(key) switch
    {
        null => [],
        JsonArray list => [.. list.Items().Select(NodeAccess.Text)],
        JsonNode one => [one.Text()],
    };

    /// <summary>A key that may be absent or has one of these values; with another the model or the training would be another one.</summary>
    public void Only(string key, params string[] values)
    {
        if (Take(key) is { } value && !values.Contains(value.Text(), StringComparer.OrdinalIgnoreCase))
            throw new FormatException($"{Name(key)}: {value.ToJsonString()} cannot be trained here, only {string.Join(" or ", values)}. DeePMD-kit itself can.");
    }

    /// <summary>Names every key that nobody asked for; keys that begin with an underscore are comments.</summary>
    public void Finish() =>
        notHonoured.AddRange(_keys.Where(p => !_asked.Contains(p.Key) && !p.Key.StartsWith('_') && p.Value is not null).Select(p => $"{Name(p.Key)} is not honoured."));

    private T? Read<T>(string key, Func<JsonNode, T> read)
        where T : struct
    {
        try
        {
            return Take(key) is { } value ? read(value) : null;
        }
        catch (FormatException e)
        {
            throw new FormatException($"{Name(key)}: {e.Message}", e);
        }
    }
}
