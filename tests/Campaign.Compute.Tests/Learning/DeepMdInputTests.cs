using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Xunit;

namespace Campaign.Compute.Tests.Learning;

public sealed class DeepMdInputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-input-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Everything_an_input_says_is_taken()
    {
        DeepMdInput input = Read("""
            {
              "_comment": "seed study",
              "model": {
                "type_map": ["Li", "Ti", "Cl"],
                "descriptor": { "type": "se_e2_a", "sel": [60, 30, 110], "rcut": 7.0, "rcut_smth": 2.0, "neuron": [32, 64, 128], "axis_neuron": 16,
                                "resnet_dt": true, "type_one_side": true, "precision": "float32", "seed": 3 },
                "fitting_net": { "neuron": [256, 256, 256], "resnet_dt": false, "precision": "float32", "seed": 3 }
              },
              "learning_rate": { "type": "exp", "start_lr": 2e-3, "stop_lr": 1e-7, "decay_steps": 500 },
              "loss": { "type": "ener", "start_pref_e": 0.1, "limit_pref_e": 2, "start_pref_f": 500, "limit_pref_f": 3, "start_pref_v": 0.2, "limit_pref_v": 4 },
              "training": {
                "training_data": { "systems": ["a", "b"], "batch_size": 2 },
                "validation_data": { "systems": "c", "batch_size": 1, "numb_btch": 3 },
                "numb_steps": 20000, "seed": 3, "disp_file": "curve.out", "disp_freq": 50, "save_freq": 70
              }
            }
            """);
        TrainingOptions o = input.Options;
        Assert.Equal(["Li", "Ti", "Cl"], o.TypeMap!);
        Assert.Equal([60, 30, 110], o.Sel!);
        Assert.Equal((7.0, 2.0, 16, true, true, false), (o.CutoffA, o.SmoothFromA, o.AxisNeurons, o.EmbeddingResnetDt, o.TypeOneSide, o.FittingResnetDt));
        Assert.Equal([32, 64, 128], o.EmbeddingNeurons);
        Assert.Equal([256, 256, 256], o.FittingNeurons);
        Assert.Equal((2e-3, 1e-7, 500, 20000, 50, 70, 3UL), (o.StartLearningRate, o.StopLearningRate, o.DecaySteps, o.Steps, o.DisplayEvery, o.CheckpointEvery, o.Seed));
        Assert.Equal(new LossSchedule(new Prefactors(0.1, 500, 0.2), new Prefactors(2, 3, 4)), o.Loss);
        Assert.Equal(TrainingPrecision.Float32, o.Precision);
        Assert.Equal([2, 2], input.Batches([(30, 4), (10, 400)]).Sizes);
        Assert.Equal([0.75, 0.25], input.Batches([(30, 4), (10, 400)]).Probabilities);
        Assert.Equal(["a", "b"], input.TrainingSystems);
        Assert.Equal(["c"], input.ValidationSystems);
        Assert.Equal("curve.out", input.CurveFile);
        Assert.Empty(input.NotHonoured);
    }

    [Theory]
    [InlineData("""{ "training": { "numb_steps": 7 } }""")]
    [InlineData("training: {numb_steps: 7}\n")]
    public void What_is_absent_has_DeePMD_kits_default(string text)
    {
        DeepMdInput input = Read(text);
        TrainingOptions o = input.Options;
        Assert.Null(o.TypeMap);
        Assert.Null(o.Sel);
        Assert.Equal((6.0, 0.5, 4, false, false, true, 1.1), (o.CutoffA, o.SmoothFromA, o.AxisNeurons, o.EmbeddingResnetDt, o.TypeOneSide, o.FittingResnetDt, o.SelMargin));
        Assert.Equal([10, 20, 40], o.EmbeddingNeurons);
        Assert.Equal([120, 120, 120], o.FittingNeurons);
        Assert.Equal(new LossSchedule(new Prefactors(0.02, 1000, 0), new Prefactors(1, 1, 0)), o.Loss);
        Assert.Equal((1e-3, 1e-8, 5000, 7), (o.StartLearningRate, o.StopLearningRate, o.DecaySteps, o.Steps));
        Assert.Equal(TrainingPrecision.Float64, o.Precision);
        Assert.Equal([32, 4, 1], input.Batches([(64, 1), (9, 9), (4, 160)]).Sizes); // at least 32 atoms
        Assert.Equal([0.25, 0.25, 0.5], input.Batches([(64, 1), (9, 9), (4, 160)]).Probabilities); // by batches
        o.Validate();
    }

    [Fact]
    public void What_is_not_done_is_named_key_by_key()
    {
        DeepMdInput input = Read("""
            {
              "model": { "descriptor": { "precision": "float32", "exclude_types": [[0, 1]], "seed": 5 }, "fitting_net": { "rcond": 1e-3 } },
              "nvnmd": {},
              "training": { "numb_steps": 7, "seed": 1, "tensorboard": true, "_note": "x", "save_ckpt": "model.ckpt",
                            "training_data": { "systems": [], "batch_size": [1, 4], "sys_probs": [3, 1], "shuffle_test": true } }
            }
            """);
        Assert.Equal([1, 4], input.Batches([(9, 8), (9, 8)]).Sizes);
        Assert.Equal([0.75, 0.25], input.Batches([(9, 8), (9, 8)]).Probabilities);
        Assert.Contains("2 numbers for 1 systems", Assert.Throws<FormatException>(() => input.Batches([(9, 8)])).Message);
        foreach (string key in new[] { "model.descriptor.exclude_types", "model.fitting_net.rcond", "nvnmd", "training.tensorboard", "training.training_data.shuffle_test", "model.descriptor.precision" })
            Assert.Single(input.NotHonoured, s => s.StartsWith(key + " ", StringComparison.Ordinal));
        Assert.Single(input.NotHonoured, s => s.Contains("One seed", StringComparison.Ordinal));
        Assert.Equal(7, input.NotHonoured.Count);
    }

    [Theory]
    [InlineData("\"auto_prob\": \"prob_uniform\"", new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData("\"auto_prob\": \"prob_sys_size\"", new[] { 0.1, 0.2, 0.3, 0.4 })]
    [InlineData("\"auto_prob\": \"prob_sys_size;0:2:0.9;2:4:0.1\"", new[] { 0.3, 0.6, 0.3 / 7, 0.4 / 7 })]
    [InlineData("\"sys_probs\": [1, 0, 0, 1]", new[] { 0.5, 0, 0, 0.5 })]
    public void Systems_are_chosen_by_their_probabilities(string key, double[] expected)
    {
        DeepMdInput input = Read($$"""{ "training": { "numb_steps": 7, "training_data": { "batch_size": 1, {{key}} } } }""");
        double[] actual = [.. input.Batches([(10, 8), (20, 8), (30, 8), (40, 8)]).Probabilities];
        for (int s = 0; s < 4; s++)
            Assert.Equal(expected[s], actual[s], 1e-14);
    }

    [Theory]
    [InlineData("""{ "training": {} }""", "training.numb_steps")]
    [InlineData("""{ "training": { "numb_steps": "many" } }""", "training.numb_steps")]
    [InlineData("""{ "model": { "descriptor": { "type": "se_atten" } } }""", "model.descriptor.type")]
    [InlineData("""{ "model": { "fitting_net": { "activation_function": "gelu" } } }""", "model.fitting_net.activation_function")]
    [InlineData("""{ "model": { "fitting_net": { "type": "dipole" } } }""", "model.fitting_net.type")]
    [InlineData("""{ "model": { "descriptor": { "sel": "all" } } }""", "model.descriptor.sel")]
    [InlineData("""{ "model": { "descriptor": { "neuron": [8, "x"] } } }""", "model.descriptor.neuron")]
    [InlineData("""{ "model": { "descriptor": { "precision": "bfloat16" } } }""", "model.descriptor.precision")]
    [InlineData("""{ "training": { "numb_steps": 7, "training_data": { "batch_size": "auto:0" } } }""", "training.training_data.batch_size")]
    [InlineData("""{ "training": { "numb_steps": 7, "training_data": { "auto_prob": "fair" } } }""", "training.training_data.auto_prob")]
    [InlineData("""{ "loss": [] }""", "loss")]
    [InlineData("""{ "loss": """, "input.json")]
    [InlineData("""[1]""", "input.json")]
    public void What_cannot_be_trained_is_refused_by_name(string text, string names)
    {
        var e = Assert.Throws<FormatException>(() => Read(text));
        Assert.Contains(names, e.Message);
        Assert.Contains("input.json", e.Message);
    }

    private DeepMdInput Read(string text)
    {
        string path = Path.Combine(_folder.FullName, "input.json");
        File.WriteAllText(path, text);
        return DeepMdInput.Read(path);
    }
}
