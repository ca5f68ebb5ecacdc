using Campaign.Compute.Engines.DeepMd;
using Campaign.Compute.Engines.Programs;
using Campaign.Compute.Engines.Scheduling;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Xunit;

namespace Campaign.Compute.Tests.Engines.DeepMd;

/// <summary>Runs of the script with a stand-in for dp, and what the engine makes of them.</summary>
public sealed class TrainingRunTests(WholeTraining whole) : IClassFixture<WholeTraining>, IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_ends_with_a_model_in_both_forms_a_curve_and_the_errors_of_every_system()
    {
        (string run, DeepMdModel model) = (whole.Run, whole.Model);
        DeepPotential read = DeepPotentialFile.Read(model.ModelFile);
        Assert.Equal(["Li", "Ti", "Cl"], read.TypeMap);
        Assert.Equal((4.0, 1.0), (read.Descriptor.CutoffA, read.Descriptor.SmoothFromA));
        Assert.Equal("model.pth", Path.GetFileName(model.FrozenFile));
        Assert.Equal([0, 5, 10, 15, 20, 25, 30, 35], Steps(model));
        Assert.Contains("stand-in", model.Version, StringComparison.Ordinal);
        Assert.Equal([("training/00-a", 6), ("training/01-b", 3), ("validation/00-a", 2)], model.Tests.Select(t => (t.Name, t.Frames)));
        foreach (TestedSystem test in model.Tests)
        {
            double here = PotentialTest.Evaluate(DeepPotentialModel.Exact(read), DeepMdSystem.Read(Path.Combine(run, "systems", test.Name)).Frames).Force.Rmse;
            Assert.Equal(here, test.ForceRmseEvPerA, 1e-6 * here);
        }
        Assert.False(Directory.Exists(Path.Combine(run, "systems", "test"))); // what the model is judged by later, it never sees
        Assert.Equal(0.875, _folder.Engine.Progress(_folder.Settings, new Dictionary<string, string> { ["lcurve.out"] = File.ReadAllText(Path.Combine(run, "lcurve.out"))[200..] })!.Fraction);
    }

    [Fact]
    public async Task A_run_that_is_killed_in_the_middle_of_a_checkpoint_is_gone_on_from_the_one_before_to_the_same_model()
    {
        (string killed, EngineOutcome<DeepMdModel> cut) = await _folder.RunAsync("r1", _folder.Settings, "kill:30");
        Assert.Contains("after step 20 of 40", Assert.IsType<EngineOutcome<DeepMdModel>.Unfinished>(cut).Reason, StringComparison.Ordinal);
        string segment = _folder.Keep(killed, "s1", _folder.Settings)!;

        (string second, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r2", _folder.Settings, segments: segment);

        Assert.Contains("Resuming from begin/model.ckpt-20.pt", File.ReadAllText(Path.Combine(second, "job.log")), StringComparison.Ordinal);
        DeepMdModel model = Assert.IsType<EngineOutcome<DeepMdModel>.Done>(outcome).Result;
        Assert.Equal(2, model.Runs);
        Assert.Equal(whole.Model.LearningCurve, model.LearningCurve);
        Assert.Equal(File.ReadAllBytes(whole.Model.ModelFile), File.ReadAllBytes(model.ModelFile));
    }

    [Fact]
    public async Task A_training_goes_on_from_a_sound_segment_of_the_same_input_and_begins_anew_where_a_correction_changed_it()
    {
        (string killed, _) = await _folder.RunAsync("r1", _folder.Settings, "kill:30");
        string segment = _folder.Keep(killed, "s1", _folder.Settings)!;
        DeepMdTraining corrected = _folder.Settings with { StartLearningRate = _folder.Settings.StartLearningRate / 2 };

        Assert.Equal("begin/model.ckpt-20.pt", _folder.Prepare(_folder.Settings, segment).Through[^1]);
        ProgramRun anew = _folder.Prepare(corrected, segment);
        Assert.Equal("", anew.Through[^1]);
        Assert.DoesNotContain(anew.Inputs.Keys, k => k.StartsWith("begin/", StringComparison.Ordinal));
        Assert.Equal("", _folder.Prepare(_folder.Settings with { LimitPrefactors = new DeepMdPrefactors(2, 1, 1) }, segment).Through[^1]);

        (string run, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r2", corrected, segments: segment);
        DeepMdModel model = Assert.IsType<EngineOutcome<DeepMdModel>.Done>(outcome).Result;
        Assert.Equal(1, model.Runs);
        Assert.Equal(CurveFile.Read(run).ToString(), model.LearningCurve);

        string after = _folder.Keep(run, "s2", corrected)!; // sound, and behind one that is passed over
        (_, EngineOutcome<DeepMdModel> again) = await _folder.RunAsync("r3", corrected, segments: [segment, after]);
        model = Assert.IsType<EngineOutcome<DeepMdModel>.Done>(again).Result;
        Assert.Equal((2, CurveFile.Read(run).ToString()), (model.Runs, model.LearningCurve));
    }

    [Theory]
    [InlineData("DeePMD version")]
    [InlineData("DeepMD version")]
    public void The_version_is_read_however_DeePMD_kit_spells_its_name(string spelt)
    {
        string run = Directory.CreateDirectory(_folder.In("spelt")).FullName;
        foreach (string file in new[] { "model.dp", "model.pth", "lcurve.out", "test.log" })
            File.Copy(Path.Combine(whole.Run, file), Path.Combine(run, file));
        File.WriteAllText(Path.Combine(run, JobFile.Log), $"DEEPMD INFO    {spelt}: 3.1.2\n");
        var exit = new JobExit("1", "here", 0, null, JobExitReason.Ended, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        EngineOutcome<DeepMdModel> outcome = _folder.Engine.Conclude(_folder.Settings, new EngineEnd(run, [], exit));

        Assert.Equal("3.1.2", Assert.IsType<EngineOutcome<DeepMdModel>.Done>(outcome).Result.Version);
    }

    [Fact]
    public async Task A_training_whose_last_checkpoint_is_there_is_only_frozen_and_tested()
    {
        string segment = _folder.Keep(whole.Run, "s1", _folder.Settings)!;

        (string second, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r2", _folder.Settings, segments: segment);

        Assert.IsType<EngineOutcome<DeepMdModel>.Done>(outcome);
        Assert.DoesNotContain("Start to train", File.ReadAllText(Path.Combine(second, "job.log")), StringComparison.Ordinal);
        Assert.Null(_folder.Keep(second, "s2", _folder.Settings)); // it made no checkpoint of its own
    }

    [Fact]
    public async Task A_training_that_lost_its_numbers_leaves_nothing_to_go_on_from()
    {
        (string run, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r1", _folder.Settings, "nan:12");

        EngineFinding finding = Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(outcome).Finding;
        Assert.Equal("training.diverged", finding.Key);
        Assert.Contains("NaN detected at batch", finding.Evidence!.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run, "model.ckpt-10.pt")));
        Assert.Null(_folder.Keep(run, "s1", _folder.Settings));
    }

    [Fact]
    public async Task Memory_of_the_node_is_asked_for_again_and_memory_of_the_card_is_not()
    {
        (_, EngineOutcome<DeepMdModel> node) = await _folder.RunAsync("r1", _folder.Settings, "oom:3");
        Assert.IsType<EngineOutcome<DeepMdModel>.OutOfMemory>(node);
        (_, EngineOutcome<DeepMdModel> card) = await _folder.RunAsync("r2", _folder.Settings, "gpu:3");
        Assert.Equal("deepmd.gpu_memory", Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(card).Finding.Key);
    }

    [Theory]
    [InlineData("input.json", "\"axis_neuron\"", "\"axis_neurons\"", "deepmd.input")]
    [InlineData("input.json", "\"Li\"", "\"Na\"", "deepmd.types")]
    [InlineData("input.json", "systems/training/00-a", "systems/training/00-c", "deepmd.data")]
    [InlineData("input.json", "}", "", "deepmd.input")]
    public async Task What_DeePMD_kit_refuses_is_told_by_its_name(string file, string old, string changed, string key)
    {
        (_, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r1", _folder.Settings, null, run =>
        {
            string path = Path.Combine(run, file);
            File.WriteAllText(path, File.ReadAllText(path).Replace(old, changed, StringComparison.Ordinal));
        });
        Assert.Equal(key, Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(outcome).Finding.Key);
    }

    [Fact]
    public async Task A_checkpoint_that_is_cut_is_none_and_one_that_is_damaged_inside_is_told_of()
    {
        (string killed, _) = await _folder.RunAsync("r1", _folder.Settings, "kill:30");
        string segment = _folder.Keep(killed, "s1", _folder.Settings)!, checkpoint = Path.Combine(segment, "model.ckpt.pt");
        using (FileStream file = File.OpenWrite(checkpoint))
            file.SetLength(file.Length / 2);
        Assert.False(_folder.Engine.LeftOff(_folder.Settings, segment));

        (_, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("r2", _folder.Settings, null, run =>
        {
            Directory.CreateDirectory(Path.Combine(run, "begin"));
            File.Copy(checkpoint, Path.Combine(run, "begin", "model.ckpt-20.pt"));
            File.WriteAllText(Path.Combine(run, "deepmd.sh"), File.ReadAllText(Path.Combine(run, "deepmd.sh")).Replace("restart=$3", "restart=begin/model.ckpt-20.pt", StringComparison.Ordinal));
        });
        Assert.Equal("deepmd.checkpoint", Assert.IsType<EngineOutcome<DeepMdModel>.Failed>(outcome).Finding.Key);
    }

    private static int[] Steps(DeepMdModel model) => [.. CurveFile.Parse(model.LearningCurve).Rows.Select(r => r.Step)];
}

/// <summary>A training that nothing disturbed, for all tests to compare with.</summary>
public sealed class WholeTraining : IAsyncLifetime
{
    private readonly TrainingFolder _folder = new();

    public string Run { get; private set; } = "";

    public DeepMdModel Model { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        (Run, EngineOutcome<DeepMdModel> outcome) = await _folder.RunAsync("whole", _folder.Settings);
        Model = Assert.IsType<EngineOutcome<DeepMdModel>.Done>(outcome).Result;
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
