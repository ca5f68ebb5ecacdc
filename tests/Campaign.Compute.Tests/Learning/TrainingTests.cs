using System.Text.Json.Nodes;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.DeepPotSe;
using Campaign.Compute.Learning.Inference;
using Campaign.Compute.Learning.Interchange;
using Campaign.Compute.Learning.Training;
using Campaign.Compute.Structures;
using Xunit;
using static Campaign.Compute.Tests.Learning.ReferenceData;

namespace Campaign.Compute.Tests.Learning;

public sealed class TrainingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-training-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static TrainingOptions Tiny => new()
    {
        CutoffA = 5.0,
        EmbeddingNeurons = [4, 8],
        AxisNeurons = 2,
        FittingNeurons = [8, 8],
        Steps = 60,
        DecaySteps = 10,
        DisplayEvery = 10,
        CheckpointEvery = 25,
        BatchSize = 2,
        Seed = 11,
    };

    [Theory]
    [InlineData("coordinates")]
    [InlineData("cells")]
    [InlineData("species")]
    public void A_checkpoint_of_data_with_the_same_labels_but_other_atoms_is_refused(string what)
    {
        DeepMdSystem data = Teacher.System(4, seed: 3);
        DeepMdSystem other = what switch
        {
            "coordinates" => data with { CoordinatesA = [.. data.CoordinatesA.Select((x, k) => k == 5 ? x + 0.01 : x)] },
            "cells" => data with { BoxesA = [.. data.BoxesA.Select(x => 1.001 * x)] },
            _ => data with { TypeMap = [data.TypeMap[1], data.TypeMap[0], .. data.TypeMap.Skip(2)] },
        };
        Trainer.Run(Tiny, [data], [], _folder.FullName, null, CancellationToken.None);
        var error = Assert.Throws<InvalidDataException>(() => Trainer.Run(Tiny, [other], [], _folder.FullName, null, CancellationToken.None));
        Assert.Contains("other data", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(4500)]
    [InlineData(6000)]
    [InlineData(40_000)]
    public void A_thinned_parity_table_shows_every_direction(int components)
    {
        // labels say which direction they are of
        (double, double)[] forces = [.. Enumerable.Range(0, components).Select(k => (k % 3.0, 0.0))];
        string csv = ParityTable.Thinned(new Parity([(1, 1)], forces, [.. forces.Select(_ => "Li")], []), 1500);
        double[] shown = [.. csv.Split('\n').Where(l => l.StartsWith("Li,", StringComparison.Ordinal)).Select(l => double.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(shown.Length, Math.Min(components, 750), 3000);
        for (int axis = 0; axis < 3; axis++)
            Assert.InRange(shown.Count(x => x == axis) / (double)shown.Length, 0.25, 0.45);
    }

    [SkippableFact]
    public void Environment_statistics_equal_those_of_DeePMD_kit()
    {
        DeepMdSystem water = DeepMdSystem.Read(Lgpl("water_data_0"));
        foreach (JsonNode? expected in Json("expected_stats.json")["env_mat"]!["cases"]!.AsArray())
        {
            double cutoff = expected!["rcut"]!.GetValue<double>();
            int slots = expected["sel"]!.AsArray().Sum(n => n!.GetValue<int>());
            EnvironmentStatistics[] actual = DataStatistics.Environment(
                TrainingFrame.Of(water, water.TypeMap, cutoff).Take(4), 2, cutoff, expected["rcut_smth"]!.GetValue<double>(), slots);
            AssertClose(Numbers(expected["davg_r"]!), [.. actual.Select(s => s.Mean)], 1e-10);
            AssertClose(Numbers(expected["dstd_r"]!), [.. actual.Select(s => s.Std)], 1e-10);
            AssertClose(Numbers(expected["dstd_a"]!), [.. actual.Select(s => s.StdAngular)], 1e-10);
        }
    }

    [Fact]
    public void The_energy_bias_equals_that_of_DeePMD_kit()
    {
        JsonNode expected = Json("expected_stats.json")["bias"]!;
        double[][] counts = [.. expected["natoms"]!.AsArray().Select(n => Numbers(n!))];
        AssertClose(Numbers(expected["rcond_none"]!), DataStatistics.EnergyBias(counts, Numbers(expected["energy"]!)), 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void With_one_composition_the_energy_bias_follows_the_atom_counts(int frames)
    {
        double[] bias = DataStatistics.EnergyBias([.. Enumerable.Repeat(new double[] { 6, 2, 12 }, frames)], [.. Enumerable.Repeat(-92.0, frames)]);
        AssertClose([-3.0, -1.0, -6.0], bias, 1e-12);
    }

    [Fact]
    public void The_learning_rate_is_the_staircase_of_the_reference()
    {
        var rate = new LearningRate(1e-3, 1e-8, 5000, 10_000);
        Assert.Equal(1e-3, rate.At(4999), 1e-15);
        Assert.Equal(3.1622776601683795e-6, rate.At(5000), 1e-17);
        Assert.Equal(1e-8, rate.At(10_000), 1e-19);
        Assert.Equal(100, new LearningRate(1e-3, 1e-5, 5000, 2000).DecaySteps);
        Assert.Equal(6, new LearningRate(1e-3, 1e-5, 5000, 500).DecaySteps);
    }

    [Theory]
    [InlineData(GradientMethod.Analytic)]
    [InlineData(GradientMethod.Autograd)]
    public void An_interrupted_training_ends_with_the_same_bits(GradientMethod method)
    {
        TrainingOptions options = Tiny with { Method = method, Steps = method == GradientMethod.Analytic ? 40 : 12, CheckpointEvery = 5, BatchSize = method == GradientMethod.Analytic ? 2 : 1 };
        DeepMdSystem data = Teacher.System(6, seed: 1), unseen = Teacher.System(2, seed: 2);
        string straight = Path.Combine(_folder.FullName, "straight"), broken = Path.Combine(_folder.FullName, "broken");
        TrainingResult expected = Trainer.Run(options, [data], [unseen], straight, null, CancellationToken.None);

        TrainingResult? actual = null;
        int interruptions = 0;
        while (actual is null)
        {
            using var cancel = new CancellationTokenSource();
            try
            {
                actual = Trainer.Run(options, [data], [unseen], broken, p =>
                {
                    if (p.Step > 0 && interruptions < 2 && p.Step >= 10 * (interruptions + 1))
                        cancel.Cancel();
                }, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }
        }
        Assert.Equal(method == GradientMethod.Analytic ? 2 : 1, interruptions);
        Assert.Equal(ParameterVector.Flatten(expected.Model), ParameterVector.Flatten(actual.Model));
        Assert.Equal(File.ReadAllText(expected.LearningCurvePath), File.ReadAllText(actual.LearningCurvePath));
    }

    [Fact]
    public void A_training_that_dies_behind_its_checkpoint_writes_every_line_of_the_curve_once()
    {
        TrainingOptions options = Tiny with { Steps = 20, CheckpointEvery = 5, DisplayEvery = 5 };
        DeepMdSystem data = Teacher.System(4, seed: 1);
        Assert.Throws<TimeoutException>(() => Trainer.Run(
            options, [data], [], _folder.FullName, p => { if (p.Step == 10) throw new TimeoutException("dies"); }, CancellationToken.None));

        TrainingResult result = Trainer.Run(options, [data], [], _folder.FullName, null, CancellationToken.None);

        Assert.Equal(["0", "5", "10", "15"], File.ReadLines(result.LearningCurvePath).Skip(1).Select(l => l.Trim().Split(' ')[0]));
    }

    [Fact]
    public void Training_lowers_the_errors_on_unseen_frames_and_writes_the_curve()
    {
        TrainingOptions options = Tiny with { Steps = 1000, BatchSize = 1, DecaySteps = 50, DisplayEvery = 100, StartLearningRate = 5e-3, StopLearningRate = 2e-4 };
        DeepMdSystem unseen = Teacher.System(8, seed: 2);
        var seen = new List<TrainingProgress>();
        TrainingResult result = Trainer.Run(options, [Teacher.System(40, seed: 1)], [unseen], _folder.FullName, seen.Add, CancellationToken.None);

        PotentialTestResult test = PotentialTest.Evaluate(new DeepPotentialModel(result.Model, NetworkPrecision.Float64), unseen.Frames);
        Assert.True(test.Force.Rmse < 0.5 * test.Force.LabelStd, $"force RMSE {test.Force.Rmse} of {test.Force.LabelStd}");
        Assert.True(test.Force.R2 > 0.75);
        Assert.Equal(result.Validation!.Value.ForceEvPerA, test.Force.Rmse, 1e-4);

        string[] lines = File.ReadAllLines(result.LearningCurvePath);
        Assert.Equal(1 + 10, lines.Length);
        Assert.Equal(seen.Count, lines.Length - 1);
        Assert.Equal(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - 1, lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("900", lines[^1].Trim().Split(' ')[0]);
    }

    [Fact]
    public void Another_runs_checkpoint_is_refused()
    {
        DeepMdSystem data = Teacher.System(3, seed: 1);
        Trainer.Run(Tiny with { Steps = 5 }, [data], [], _folder.FullName, null, CancellationToken.None);
        var e = Assert.Throws<InvalidDataException>(() => Trainer.Run(Tiny with { Steps = 5, Seed = 12 }, [data], [], _folder.FullName, null, CancellationToken.None));
        Assert.Contains(_folder.FullName, e.Message);
    }

    [Theory]
    [InlineData(1, "from the checkpoint before it, training-000000000010.ckpt")]
    [InlineData(2, "starts anew")]
    public void A_cut_or_damaged_checkpoint_falls_back_to_the_one_before_and_ends_with_the_same_bits(int damaged, string said)
    {
        TrainingOptions options = Tiny with { Steps = 20, CheckpointEvery = 5, DisplayEvery = 5 };
        DeepMdSystem data = Teacher.System(4, seed: 1);
        string straight = Path.Combine(_folder.FullName, "straight"), broken = Path.Combine(_folder.FullName, "broken");
        TrainingResult expected = Trainer.Run(options, [data], [], straight, null, CancellationToken.None);
        Assert.Throws<TimeoutException>(() => Trainer.Run(
            options, [data], [], broken, p => { if (p.Step == 15) throw new TimeoutException("dies"); }, CancellationToken.None));
        string[] checkpoints = [.. Directory.EnumerateFiles(broken, "*.ckpt").OrderDescending(StringComparer.Ordinal)];
        Assert.Equal(["training-000000000015.ckpt", "training-000000000010.ckpt"], checkpoints.Select(Path.GetFileName));
        File.WriteAllBytes(checkpoints[0], File.ReadAllBytes(checkpoints[0])[..^40]);
        if (damaged > 1)
        {
            byte[] bytes = File.ReadAllBytes(checkpoints[1]);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(checkpoints[1], bytes);
        }
        File.WriteAllText(Path.Combine(broken, "lcurve.out"), "rubbish");

        var notices = new List<string>();
        TrainingResult actual = Trainer.Run(options, [data], [], broken, null, CancellationToken.None, notices.Add);

        string notice = Assert.Single(notices);
        Assert.Contains(checkpoints[0], notice);
        Assert.Contains(said, notice);
        Assert.Equal(damaged, Directory.EnumerateFiles(broken, "*.damaged").Count());
        Assert.Equal(ParameterVector.Flatten(expected.Model), ParameterVector.Flatten(actual.Model));
        Assert.Equal(File.ReadAllText(expected.LearningCurvePath), File.ReadAllText(actual.LearningCurvePath));
    }

    [Fact]
    public void Labels_that_are_no_numbers_stop_the_training_with_a_clear_error()
    {
        DeepMdSystem data = Teacher.System(3, seed: 1);
        DeepMdSystem broken = data with { EnergiesEv = [.. data.EnergiesEv!.Select((e, k) => k == 1 ? double.PositiveInfinity : e)] };
        Assert.ThrowsAny<InvalidOperationException>(() => Trainer.Run(Tiny, [broken], [], _folder.FullName, null, CancellationToken.None));
    }

    [Fact]
    public void Error_measures_are_those_of_the_definitions()
    {
        ErrorMeasures m = ErrorMeasures.Of([1, 2, 3, 4], [1, 2, 3, 6]);
        Assert.Equal(0.5, m.Mae, 1e-15);
        Assert.Equal(1.0, m.Rmse, 1e-15);
        Assert.Equal(2.0, m.MaxError, 1e-15);
        Assert.Equal(Math.Sqrt(1.25), m.LabelStd, 1e-15);
        Assert.Equal(1 - 4 / 5.0, m.R2, 1e-15);
    }
}
