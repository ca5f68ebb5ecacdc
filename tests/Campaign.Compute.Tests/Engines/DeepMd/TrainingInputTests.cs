using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Xunit;

namespace Campaign.Compute.Tests.Engines.DeepMd;

public sealed class TrainingInputTests : IDisposable
{
    private const string Expected = """
        {
          "model": {
            "type_map": [
              "Li",
              "Ti",
              "Cl"
            ],
            "descriptor": {
              "type": "se_e2_a",
              "sel": "auto:1.3",
              "rcut": 4,
              "rcut_smth": 1,
              "neuron": [
                4,
                8
              ],
              "axis_neuron": 2,
              "type_one_side": true,
              "resnet_dt": false,
              "activation_function": "tanh",
              "precision": "float64",
              "seed": 2147483643
            },
            "fitting_net": {
              "neuron": [
                8,
                8
              ],
              "resnet_dt": true,
              "activation_function": "tanh",
              "precision": "float64",
              "seed": 2147483643
            }
          },
          "learning_rate": {
            "type": "exp",
            "start_lr": 0.001,
            "stop_lr": 1E-05,
            "decay_steps": 2
          },
          "loss": {
            "type": "ener",
            "start_pref_e": 0.02,
            "limit_pref_e": 1,
            "start_pref_f": 1000,
            "limit_pref_f": 1,
            "start_pref_v": 0.02,
            "limit_pref_v": 1
          },
          "training": {
            "training_data": {
              "systems": [
                "systems/training/00-a",
                "systems/training/01-b"
              ],
              "batch_size": 1,
              "auto_prob": "prob_sys_size"
            },
            "numb_steps": 40,
            "seed": 2147483643,
            "disp_file": "lcurve.out",
            "disp_freq": 5,
            "save_freq": 10,
            "save_ckpt": "model.ckpt",
            "validation_data": {
              "systems": [
                "systems/validation/00-a"
              ],
              "batch_size": 1,
              "numb_btch": 4
            }
          }
        }

        """;

    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_input_has_the_names_of_DeePMD_kit() => Assert.Equal(Expected, Text(_folder.Prepare(_folder.Settings), "input.json"));

    [Fact]
    public void The_builtin_training_reads_it_as_what_was_asked_for_and_leaves_nothing_out()
    {
        string path = _folder.In("input.json");
        File.WriteAllText(path, Text(_folder.Prepare(_folder.Settings with { Float64 = false, TypeOneSide = false, BatchFrames = 3 }), "input.json"));
        DeepMdInput input = DeepMdInput.Read(path);

        Assert.Empty(input.NotHonoured);
        TrainingOptions o = input.Options;
        Assert.Equal((4.0, 1.0, 2, false), (o.CutoffA, o.SmoothFromA, o.AxisNeurons, o.TypeOneSide));
        Assert.Equal([4, 8], o.EmbeddingNeurons);
        Assert.Equal([8, 8], o.FittingNeurons);
        Assert.Equal((null, 1.3, TrainingPrecision.Float32), (o.Sel, o.SelMargin, o.Precision));
        Assert.Equal((1e-3, 1e-5, 2, 40, 5, 10), (o.StartLearningRate, o.StopLearningRate, o.DecaySteps, o.Steps, o.DisplayEvery, o.CheckpointEvery));
        Assert.Equal(new LossSchedule(new Prefactors(0.02, 1000, 0.02), new Prefactors(1, 1, 1)), o.Loss);
        Assert.Equal([3, 3], input.Batches([(6, 14), (3, 13)]).Sizes);
        Assert.Equal(["systems/validation/00-a"], input.ValidationSystems);
    }

    [Theory]
    [InlineData(5, 10, 5)]
    [InlineData(10, 10, 10)]
    [InlineData(100, 10, 10)]
    public void Lines_of_the_learning_curve_come_no_rarer_than_checkpoints(int display, int checkpoint, int written)
    {
        string text = Text(_folder.Prepare(_folder.Settings with { DisplayEverySteps = display, CheckpointEverySteps = checkpoint }), "input.json");
        Assert.Equal((written, checkpoint), (Number("disp_freq"), Number("save_freq")));

        int Number(string key) => JsonNode.Parse(text)!["training"]![key]!.GetValue<int>();
    }

    [Fact]
    public void A_data_set_that_is_too_large_to_be_sent_is_refused_with_its_size()
    {
        string dataset = _folder.In("large.zip");
        using (ZipArchive zip = ZipFile.Open(dataset, ZipArchiveMode.Create))
        {
            using (Stream map = zip.CreateEntry("training/00-a/type_map.raw").Open())
                map.Write("Li\n"u8);
            using Stream coordinates = zip.CreateEntry("training/00-a/set.000/coord.npy", CompressionLevel.Fastest).Open();
            byte[] million = new byte[1_000_000];
            for (int i = 0; i < 501; i++)
                coordinates.Write(million);
        }
        var refused = Assert.Throws<InvalidDataException>(() => _folder.Prepare(_folder.Settings with { Dataset = dataset }));
        Assert.Contains("has 501 MB, and 500 at most", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pt", "--pt", "model.pth", new[] { "model.ckpt.pt" })]
    [InlineData("tf", "--tf", "model.pb", new[] { "model.ckpt.index", "model.ckpt.data-00000-of-00001", "model.ckpt.meta" })]
    public void The_backend_that_a_site_names_decides_the_names_of_files(string backend, string option, string frozen, string[] checkpoint)
    {
        ProgramRun run = _folder.Engine.Prepare(_folder.Settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), []) { Options = new Dictionary<string, string> { ["backend"] = backend } });
        Assert.Equal(["sh", "deepmd.sh", option, frozen, ""], run.Through);
        Assert.Equal([.. checkpoint, "checkpoint"], run.Kept.Where(f => f.Name.StartsWith("model", StringComparison.Ordinal) || f.Name == "checkpoint").Select(f => f.Name));
        Assert.Contains(run.Outputs, f => f.Name == frozen);
    }

    [Fact]
    public void A_checkpoint_of_TensorFlow_is_gone_on_from_by_its_prefix_and_never_by_PyTorch()
    {
        string segment = Directory.CreateDirectory(_folder.In("s1")).FullName;
        foreach (string suffix in new[] { ".index", ".data-00000-of-00001", ".meta" })
            File.WriteAllText(Path.Combine(segment, "model.ckpt" + suffix), "c");
        File.WriteAllText(Path.Combine(segment, "input.json"), Text(_folder.Prepare(_folder.Settings), "input.json"));
        Point(30);
        Assert.True(_folder.Engine.LeftOff(_folder.Settings, segment));
        ProgramRun Run(string backend) => _folder.Engine.Prepare(
            _folder.Settings, new EngineStart(new Dictionary<string, IReadOnlyList<string>>(), [segment]) { Options = new Dictionary<string, string> { ["backend"] = backend } });

        Assert.Equal("begin/model.ckpt-30", Run("tf").Through[^1]);
        Assert.Equal(["begin/checkpoint", "begin/model.ckpt-30.data-00000-of-00001", "begin/model.ckpt-30.index", "begin/model.ckpt-30.meta"],
            Run("tf").Inputs.Keys.Where(k => k.StartsWith("begin/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("", Run("pt").Through[^1]);

        Point(_folder.Settings.Steps); // its pointer may be ahead of the links, so what it names is not what is there
        Assert.Equal("begin/model.ckpt-40", Run("tf").Through[^1]);

        void Point(int step) => File.WriteAllText(
            Path.Combine(segment, "checkpoint"), FormattableString.Invariant($"model_checkpoint_path: \"model.ckpt-{step}\"\nall_model_checkpoint_paths: \"model.ckpt-20\"\n"));
    }

    private static string Text(ProgramRun run, string name) => Encoding.UTF8.GetString(run.Inputs[name].Content.Bytes!);
}
