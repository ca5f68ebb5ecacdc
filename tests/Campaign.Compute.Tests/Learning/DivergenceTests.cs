using System.Globalization;
using System.Text;
using Campaign.Compute.Formats;
using Campaign.Compute.Learning.Training;
using Campaign.Files;
using Xunit;

namespace Campaign.Compute.Tests.Learning;

/// <summary>Trainings whose learning rate is too large.</summary>
public sealed class DivergenceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("campaign-divergence-");
    private readonly DeepMdSystem _data = Teacher.System(6, seed: 1), _unseen = Teacher.System(2, seed: 2);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A rate that grows until the training diverges, somewhere behind its first checkpoints.</summary>
    private static TrainingOptions Growing => new()
    {
        CutoffA = 5.0,
        EmbeddingNeurons = [4, 8],
        AxisNeurons = 2,
        FittingNeurons = [8, 8],
        Steps = 40,
        DecaySteps = 4,
        DisplayEvery = 1,
        CheckpointEvery = 7,
        BatchSize = 2,
        Seed = 11,
        StartLearningRate = 1e-2,
        StopLearningRate = 100,
        Loss = new LossSchedule(new Prefactors(1, 1, 1), new Prefactors(1, 1, 1)),
    };

    private TrainingResult Train(TrainingOptions options, string name, Action<TrainingProgress>? progress = null, Action<RateHalving>? halved = null, CancellationToken ct = default) =>
        Trainer.Run(options, [_data], [_unseen], Path.Combine(_folder.FullName, name), progress, ct, halved: halved);

    [Fact]
    public void A_training_that_diverges_goes_back_and_goes_on_with_half_the_learning_rate()
    {
        var told = new List<object>();

        TrainingResult result = Train(Growing, "straight", told.Add, told.Add);

        Assert.Contains(result.RateHalvings, h => h.Step > 0);
        Assert.Equal(result.RateHalvings, told.OfType<RateHalving>());
        Assert.All(result.RateHalvings, h => Assert.Equal((h.DivergedAtStep - 1) / Growing.CheckpointEvery * Growing.CheckpointEvery, h.Step));
        Assert.Equal(result.RateHalvings.Select((_, k) => Math.Pow(0.5, k + 1)), result.RateHalvings.Select(h => h.Factor));
        Assert.True(double.IsFinite(result.Training.Loss));

        var rate = new LearningRate(Growing.StartLearningRate, Growing.StopLearningRate, Growing.DecaySteps, Growing.Steps);
        double factor = 1;
        int next = 0;
        foreach (object one in told)
            if (one is RateHalving halving)
                (factor, next) = (halving.Factor, halving.Step);
            else
            {
                var line = (TrainingProgress)one;
                Assert.Equal(next++, line.Step);
                Assert.Equal(factor * rate.At(line.Step), line.LearningRate, 1e-12);
            }
        Assert.Equal(Growing.Steps, next);
        Assert.Equal(Enumerable.Range(0, Growing.Steps), File.ReadLines(result.LearningCurvePath).Skip(1).Select(l => int.Parse(l.AsSpan()[..7], CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Interrupted_anywhere_a_training_that_diverges_ends_with_the_same_bits(ulong seed)
    {
        TrainingResult straight = Train(Growing, "straight");
        var rng = new Rng(seed);
        int interruptions = 0;
        TrainingResult? broken = null;
        while (broken is null)
        {
            using var cancel = new CancellationTokenSource();
            // at least once round the checkpoint interval, or a process that is killed again and again gets nowhere
            int left = 8 + (int)(rng.NextDouble() * 10);
            bool killed = rng.NextDouble() < 0.5;
            try
            {
                broken = Train(Growing, "broken", _ => Event(), _ => Event(), cancel.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException)
            {
                interruptions++;
            }

            void Event()
            {
                if (--left > 0)
                    return;
                if (killed)
                    throw new TimeoutException("killed");
                cancel.Cancel();
            }
        }
        Assert.InRange(interruptions, 2, 40);
        Assert.NotEmpty(straight.RateHalvings);
        Assert.Equal(straight.RateHalvings, broken.RateHalvings);
        Assert.Equal(ParameterVector.Flatten(straight.Model), ParameterVector.Flatten(broken.Model));
        Assert.Equal(File.ReadAllText(straight.LearningCurvePath), File.ReadAllText(broken.LearningCurvePath));
    }

    [Fact]
    public void Interrupted_after_every_step_it_ends_with_the_same_bits_too()
    {
        TrainingResult straight = Train(Growing, "straight");
        TrainingResult? broken = null;
        while (broken is null)
        {
            using var cancel = new CancellationTokenSource();
            try
            {
                broken = Train(Growing, "broken", _ => cancel.Cancel(), _ => cancel.Cancel(), cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // goes on
            }
        }
        Assert.Equal(straight.RateHalvings, broken.RateHalvings);
        Assert.Equal(ParameterVector.Flatten(straight.Model), ParameterVector.Flatten(broken.Model));
        Assert.Equal(File.ReadAllText(straight.LearningCurvePath), File.ReadAllText(broken.LearningCurvePath));
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e36)] // beyond float32: the loss is no number
    public void After_three_returns_the_training_gives_up_and_says_what_it_tried(double rate)
    {
        var halvings = new List<RateHalving>();

        var e = Assert.Throws<TrainingDivergedException>(() => Train(Growing with { StartLearningRate = rate, StopLearningRate = rate }, "wild", halved: halvings.Add));

        Assert.Equal([0.5, 0.25, 0.125], halvings.Select(h => h.Factor));
        Assert.Contains($"step {e.Step}", e.Message);
        Assert.Contains("halved 3 times", e.Message);
        Assert.Contains("Lower the learning rate", e.Message);
    }

    [Fact]
    public void Labels_that_are_no_numbers_in_the_first_batch_are_no_matter_of_the_learning_rate()
    {
        DeepMdSystem broken = _data with { EnergiesEv = [.. _data.EnergiesEv!.Select(_ => double.PositiveInfinity)] };
        var e = Assert.Throws<TrainingDivergedException>(() => Trainer.Run(Growing, [broken], [], _folder.FullName, null, default, halved: _ => Assert.Fail("went back")));
        Assert.Equal(0, e.Step);
        Assert.Contains("broken labels", e.Message);
    }

    [Fact]
    public void A_checkpoint_of_the_version_before_goes_on_but_knows_no_place_to_return_to()
    {
        TrainingOptions calm = Growing with { StopLearningRate = 1e-3 };
        TrainingResult straight = Train(calm, "straight");
        Assert.Throws<TimeoutException>(() => Train(calm, "broken", StopAt(10)));
        MakeOld("broken");
        Assert.Equal(ParameterVector.Flatten(straight.Model), ParameterVector.Flatten(Train(calm, "broken").Model));

        DeepMdSystem bad = _data with { ForcesEvPerA = [.. _data.ForcesEvPerA![..^1], double.NaN] };
        TrainingOptions single = calm with { BatchSize = 1 };
        int lost = Assert.Throws<TrainingDivergedException>(() => TrainOnBad("sounding", null)).Step;
        Assert.InRange(lost, 2, 5);
        Assert.Throws<OperationCanceledException>(() => TrainOnBad("bad", lost - 2));
        MakeOld("bad");
        Assert.Equal(lost, Assert.Throws<TrainingDivergedException>(() => TrainOnBad("bad", null)).Step);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.FullName, "bad"), "*.ckpt")); // nothing was gone back to

        void TrainOnBad(string name, int? stopAfter)
        {
            using var cancel = new CancellationTokenSource();
            Trainer.Run(single, [bad], [], Path.Combine(_folder.FullName, name), p => { if (p.Step == stopAfter) cancel.Cancel(); }, cancel.Token);
        }

        Action<TrainingProgress> StopAt(int step) => p => { if (p.Step == step) throw new TimeoutException("killed"); };
    }

    /// <summary>Writes the newest checkpoint as the version before wrote it.</summary>
    private void MakeOld(string name)
    {
        string[] paths = [.. Directory.EnumerateFiles(Path.Combine(_folder.FullName, name), "*.ckpt").OrderDescending(StringComparer.Ordinal)];
        byte[] bytes = SealedFile.Read(paths[0]);
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        Assert.Equal("campaign-training-3", reader.ReadString());
        int kept = (int)reader.BaseStream.Position;
        reader.ReadString(); // fingerprint
        PassState();
        int keptTo = (int)reader.BaseStream.Position;
        if (reader.ReadBoolean())
        {
            PassState();
            reader.ReadInt32();
        }
        reader.ReadDouble();
        Assert.Equal(0, reader.ReadInt32()); // halvings
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write("campaign-training-2");
            writer.Write(bytes.AsSpan(kept, keptTo - kept));
            writer.Write(bytes.AsSpan((int)reader.BaseStream.Position)); // the curve
        }
        SealedFile.Write(paths[0], memory.ToArray());
        foreach (string older in paths[1..])
            File.Delete(older);

        void PassState()
        {
            reader.ReadInt32();
            for (int row = 0; row < 3; row++)
                reader.ReadBytes(reader.ReadInt32() * sizeof(double));
        }
    }
}
