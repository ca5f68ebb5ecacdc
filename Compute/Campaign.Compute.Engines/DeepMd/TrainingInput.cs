using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Campaign.Compute.Engines.DeepMd;

/// <summary>Writes <c>input.json</c>, with the names of DeePMD-kit 2.2 and 3.</summary>
internal static class TrainingInput
{
    public const string FileName = "input.json", CurveFile = "lcurve.out", CheckpointName = "model.ckpt";

    /// <summary>Batches of the validation data that a line of the learning curve is the mean of.</summary>
    private const int ShownBatches = 4;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <param name="systems">What there is to train on, by paths as the run sees them.</param>
    public static string Text(DeepMdTraining t, TrainingSystems systems)
    {
        string precision = t.Float64 ? "float64" : "float32";
        long seed = t.Seed & int.MaxValue; // numpy takes no negative one, and none above 32 bits
        var training = new JsonObject
        {
            ["training_data"] = new JsonObject { ["systems"] = List(systems.Training), ["batch_size"] = t.BatchFrames, ["auto_prob"] = "prob_sys_size" },
            ["numb_steps"] = t.Steps,
            ["seed"] = seed,
            ["disp_file"] = CurveFile,
            ["disp_freq"] = Math.Min(t.DisplayEverySteps, t.CheckpointEverySteps), // NaN is seen where it is shown, and must not be saved long before
            ["save_freq"] = t.CheckpointEverySteps,
            ["save_ckpt"] = CheckpointName,
        };
        if (systems.Validation.Count > 0)
            training["validation_data"] = new JsonObject { ["systems"] = List(systems.Validation), ["batch_size"] = t.BatchFrames, ["numb_btch"] = ShownBatches };
        var input = new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["type_map"] = List(systems.TypeMap),
                ["descriptor"] = new JsonObject
                {
                    ["type"] = "se_e2_a",
                    ["sel"] = string.Create(CultureInfo.InvariantCulture, $"auto:{t.SelMargin}"),
                    ["rcut"] = t.CutoffA,
                    ["rcut_smth"] = t.SmoothFromA,
                    ["neuron"] = List(t.EmbeddingNeurons),
                    ["axis_neuron"] = t.AxisNeurons,
                    ["type_one_side"] = t.TypeOneSide,
                    ["resnet_dt"] = false,
                    ["activation_function"] = t.Activation,
                    ["precision"] = precision,
                    ["seed"] = seed,
                },
                ["fitting_net"] = new JsonObject
                {
                    ["neuron"] = List(t.FittingNeurons),
                    ["resnet_dt"] = true,
                    ["activation_function"] = t.Activation,
                    ["precision"] = precision,
                    ["seed"] = seed,
                },
            },
            ["learning_rate"] = new JsonObject { ["type"] = "exp", ["start_lr"] = t.StartLearningRate, ["stop_lr"] = t.StopLearningRate, ["decay_steps"] = t.DecaySteps },
            ["loss"] = new JsonObject
            {
                ["type"] = "ener",
                ["start_pref_e"] = t.StartPrefactors.Energy, ["limit_pref_e"] = t.LimitPrefactors.Energy,
                ["start_pref_f"] = t.StartPrefactors.Force, ["limit_pref_f"] = t.LimitPrefactors.Force,
                ["start_pref_v"] = t.StartPrefactors.Virial, ["limit_pref_v"] = t.LimitPrefactors.Virial,
            },
            ["training"] = training,
        };
        return input.ToJsonString(Readable) + "\n";
    }

    /// <summary>
    /// The segments of a training with this very input. From others no run may go on: DeePMD-kit takes the first learning rate out of the
    /// checkpoint and the weights of the loss from its ratio to that of the input, so both would be wrong without a word.
    /// </summary>
    public static IEnumerable<string> Same(IEnumerable<string> segments, string text) =>
        segments.Where(s => Path.Combine(s, FileName) is var path && File.Exists(path) && File.ReadAllText(path) == text);

    private static JsonArray List<T>(IEnumerable<T> values) => [.. values.Select(v => (JsonNode?)JsonValue.Create(v))];
}
